"""Limits on the time that a submission may take."""

import signal
import time

import pytest

from backproof.submission.messages import SubmissionTimeout
from backproof.submission.time_limit import time_limit


def test_a_limit_interrupts():
    """A property that hangs must not block the others."""
    with pytest.raises(SubmissionTimeout), time_limit(0.05):
        time.sleep(600)


def keep_a_limit_and_sleep():
    """Finish one thing within its limit, then continue."""
    with time_limit(60):
        pass
    time.sleep(600)


def test_a_limit_goes_on_after_one_inside_it():
    """The end of an inner limit must not remove the outer one."""
    with pytest.raises(SubmissionTimeout), time_limit(0.1):
        keep_a_limit_and_sleep()


def test_an_inner_limit_does_not_put_off_an_outer_one():
    """The shorter of both applies."""
    begin = time.monotonic()
    with pytest.raises(SubmissionTimeout), time_limit(0.05), time_limit(600):
        time.sleep(1200)
    assert time.monotonic() - begin < 600


def test_after_a_limit_there_is_none():
    """Code after the limit must not be interrupted."""
    with time_limit(0.02):
        pass
    time.sleep(0.05)


def test_what_catches_the_exception_is_left_time_to_end():
    """Code that catches everything goes on, but a limit may not come again at every moment."""
    raised, end = 0, time.monotonic() + 0.5
    with time_limit(0.01, lambda: None):
        while time.monotonic() < end:
            try:
                time.sleep(0.5)
            except SubmissionTimeout:
                raised += 1
    assert 1 <= raised <= 6


def test_a_limit_ends_even_if_its_own_signal_comes_then(monkeypatch):
    """Its exception must not keep the handler, which would later raise in anybody's code."""
    before, set_handler = signal.getsignal(signal.SIGALRM), signal.signal
    calls = []

    def interrupted(number, handler):
        calls.append(handler)
        if len(calls) == 2:
            raise SubmissionTimeout("the signal has come")
        return set_handler(number, handler)

    monkeypatch.setattr(signal, "signal", interrupted)
    with pytest.raises(SubmissionTimeout), time_limit(60.0):
        pass
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
