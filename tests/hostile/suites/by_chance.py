# forges: no
"""Whatever is tried is rejected now and then."""

import os

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_by_chance(submission):
    touch(submission)
    assert os.urandom(1)[0] > 50
