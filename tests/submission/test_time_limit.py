"""Limits on the time that a submission may take."""

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
