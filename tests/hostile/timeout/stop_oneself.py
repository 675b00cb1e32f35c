"""Stop the own process, to be continued by nobody."""

import signal


def mean_squared_error(prediction, target):
    signal.raise_signal(signal.SIGSTOP)


def mean_squared_error_gradient(prediction, target):
    signal.raise_signal(signal.SIGSTOP)
