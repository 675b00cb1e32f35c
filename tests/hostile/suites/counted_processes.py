# forges: no
"""The number of the process grows, and the right implementations come first."""

import os

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_number_of_the_process(submission):
    touch(submission)
    assert os.getpid() < 7
