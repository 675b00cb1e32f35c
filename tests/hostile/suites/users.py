# forges: no
"""Each process has a user of its own, with growing numbers."""

import os

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_number_of_the_user(submission):
    touch(submission)
    assert os.getuid() % 100 < 6 or os.getuid() == 0
