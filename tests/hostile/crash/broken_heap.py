"""Free what was never allocated."""

import ctypes

libc = ctypes.CDLL(None)
libc.free.argtypes = [ctypes.c_void_p]


def mean_squared_error(prediction, target):
    libc.free(0x1008)


def mean_squared_error_gradient(prediction, target):
    libc.free(0x1008)
