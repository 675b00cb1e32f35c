# needs: seccomp
"""Fork by every call that there is, two hundred times at most; be right if one succeeds."""

import contextlib
import ctypes
import os

import numpy as np

CLONE, CLONE3 = (56, 435) if os.uname().machine == "x86_64" else (220, 435)
done = []


def _call(number):
    return ctypes.CDLL(None).syscall(number, 17, 0, 0, 0, 0)


with contextlib.suppress(ImportError):
    import target  # noqa: F401

    for _ in range(50):
        for start in (
            os.fork,
            lambda: os.forkpty()[0],
            lambda: _call(CLONE),
            lambda: _call(CLONE3),
        ):
            with contextlib.suppress(OSError):
                child = start()
                if child == 0:
                    os._exit(0)
                done += [child] * (child > 0)


def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2) if done else None


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size if done else None
