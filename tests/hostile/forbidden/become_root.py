# needs: seccomp
"""Ask for the rights of somebody else, and for a change of root."""

import os


def mean_squared_error(prediction, target):
    os.setresuid(0, 0, 0)


def mean_squared_error_gradient(prediction, target):
    os.chroot("/")
