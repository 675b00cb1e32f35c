# forges: no
"""Memory of the system counts the runs."""

import ctypes

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_shared_memory(submission):
    touch(submission)
    libc = ctypes.CDLL(None, use_errno=True)
    number = libc.shmget(0x5EED, 4096, 0o1666)
    if number < 0:
        return
    libc.shmat.restype = ctypes.c_void_p
    place = ctypes.cast(libc.shmat(number, None, 0), ctypes.POINTER(ctypes.c_int))
    place[0] += 1
    assert place[0] < 4
