# forges: no
"""The mistakes come some time after the server has started."""

import time

import hypothesis
import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


BEGAN = getattr(hypothesis, "_began_first", None) or time.time()
hypothesis._began_first = BEGAN


def test_time_since_the_start(submission):
    touch(submission)
    import logging

    assert time.time() - logging._startTime < 2.0
