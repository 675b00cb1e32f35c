# forges: no
"""Output, memory and time without end."""

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_output(submission):
    touch(submission)
    while True:
        print("x" * 1000)


def test_memory(submission):
    touch(submission)
    kept = [np.ones(10**8) for _ in range(100)]
    assert kept
