# needs: seccomp
"""Become another program."""

import os


def mean_squared_error(prediction, target):
    os.execv("/bin/true", ["true"])


def mean_squared_error_gradient(prediction, target):
    os.posix_spawn("/bin/true", ["true"], {})
