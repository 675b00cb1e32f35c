# needs: seccomp
"""Stop the process that waits for the answer."""

import os
import signal

from target import GRADER


def mean_squared_error(prediction, target):
    os.kill(GRADER, signal.SIGTERM)


def mean_squared_error_gradient(prediction, target):
    os.kill(0, signal.SIGTERM)
