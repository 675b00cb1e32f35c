# forges: no
"""The text of an exception steers the terminal or the page of the reader."""

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_text(submission):
    touch(submission)
    raise AssertionError("\x1b[2J\x1b[31m<script>alert(1)</script>\u202e" + "long " * 100000)
