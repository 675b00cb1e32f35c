"""Crash with the standard library's own fault, and a handler that tells everything."""

import faulthandler
import sys

faulthandler.enable(sys.stderr, all_threads=True)


def mean_squared_error(prediction, target):
    faulthandler._sigsegv()


def mean_squared_error_gradient(prediction, target):
    faulthandler._sigfpe()
