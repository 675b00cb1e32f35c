# needs: seccomp
"""Start another process."""

import os


def mean_squared_error(prediction, target):
    if os.fork() == 0:
        os._exit(0)


def mean_squared_error_gradient(prediction, target):
    if os.fork() == 0:
        os._exit(0)
