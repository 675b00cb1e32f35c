"""Abort, as a C library does that finds its heap broken."""

import os


def mean_squared_error(prediction, target):
    os.abort()


def mean_squared_error_gradient(prediction, target):
    os.abort()
