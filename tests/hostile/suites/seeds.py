# forges: no
"""The seeds of right and wrong implementations may differ."""

import random

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_state_of_the_generators(submission):
    touch(submission)
    assert random.random() < 0.5
    assert np.random.random() < 0.9
