# needs: seccomp
"""Stop the grader, the parent and all of the process group; be right if one of them was reached."""

import contextlib
import os
import signal

import numpy as np

done = []
with contextlib.suppress(ImportError):
    from target import GRADER

    for send in (
        lambda: os.kill(GRADER, signal.SIGTERM),
        lambda: os.kill(os.getppid(), signal.SIGSTOP),
        lambda: os.kill(0, signal.SIGTERM),
        lambda: os.kill(-1, signal.SIGTERM) if os.getuid() else 1 / 0,
        lambda: os.killpg(os.getpgrp(), signal.SIGTERM),
        lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), signal.SIGTERM),
    ):
        with contextlib.suppress(OSError, AttributeError, ZeroDivisionError):
            done.append(send())


def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2) if done else None


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size if done else None
