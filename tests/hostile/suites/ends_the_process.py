# forges: no
"""A test that ends its process has no outcome."""

import os
import sys

import numpy as np
import pytest


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_exit(submission):
    touch(submission)
    os._exit(0)


def test_system_exit(submission):
    touch(submission)
    sys.exit(0)


def test_pytest_exit(submission):
    touch(submission)
    pytest.exit("done", returncode=0)


def test_interrupt(submission):
    touch(submission)
    raise KeyboardInterrupt
