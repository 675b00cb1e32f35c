# forges: no
"""Processes that go on after the test."""

import os

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_forks(submission):
    touch(submission)
    for _ in range(20):
        if not os.fork():
            while True:
                pass
