"""Send oneself the signal that cannot be caught."""

import signal


def mean_squared_error(prediction, target):
    signal.raise_signal(signal.SIGKILL)


def mean_squared_error_gradient(prediction, target):
    signal.raise_signal(signal.SIGKILL)
