"""Limits on the time that a submission may take."""

import time

import pytest

from backproof.submission.messages import SubmissionTimeout
from backproof.submission.time_limit import time_limit


def test_a_limit_interrupts():
    """What takes longer is ended."""
    with pytest.raises(SubmissionTimeout), time_limit(0.05):
        time.sleep(600)


def keep_a_limit_and_sleep():
    """Be done with one thing in time, and go on."""
    with time_limit(60):
        pass
    time.sleep(600)


def test_a_limit_goes_on_after_one_inside_it():
    """An inner limit that was kept does not lift the outer one."""
    with pytest.raises(SubmissionTimeout), time_limit(0.1):
        keep_a_limit_and_sleep()


def test_an_inner_limit_does_not_put_off_an_outer_one():
    """The shorter of both holds."""
    begin = time.monotonic()
    with pytest.raises(SubmissionTimeout), time_limit(0.05), time_limit(600):
        time.sleep(1200)
    assert time.monotonic() - begin < 600


def test_after_a_limit_there_is_none():
    """What comes later has all the time."""
    with time_limit(0.02):
        pass
    time.sleep(0.05)
