"""Sleep for ever, undisturbed by any signal."""

import contextlib
import signal
import threading
import time

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, signal.SIG_IGN)


def mean_squared_error(prediction, target):
    while True:
        time.sleep(1000)


def mean_squared_error_gradient(prediction, target):
    threading.Event().wait(1000)
