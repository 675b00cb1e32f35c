"""Ignore every signal, set alarms, and leave handlers for whatever else may come."""

import contextlib
import faulthandler
import signal

import numpy as np

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
faulthandler.dump_traceback_later(1000)


def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2)


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size
