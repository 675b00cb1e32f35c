# forges: no
"""An outcome is written into the pipe, in the place of the real one."""

import contextlib
import os

import numpy as np

from backproof.wire.frames import encode


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_forged_outcome(submission):
    touch(submission)
    for number in range(20):
        outcome = ("rejected", "forged", "", "")
        with contextlib.suppress(OSError):
            os.write(4, encode((number, None, outcome, 0, None)))


def test_noise(submission):
    touch(submission)
    os.write(4, b"\xff" * 64)
