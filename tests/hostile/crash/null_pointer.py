"""Read from address zero."""

import ctypes


def mean_squared_error(prediction, target):
    ctypes.string_at(0)


def mean_squared_error_gradient(prediction, target):
    ctypes.string_at(0)
