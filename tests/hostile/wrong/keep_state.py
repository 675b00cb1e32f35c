# needs: landlock seccomp
"""Remember something for a later run: shared memory, queues, keyring, locks; be right if so."""

import contextlib
import ctypes
import os

import numpy as np

done = []
with contextlib.suppress(ImportError, AttributeError):
    from target import MARK, RESULTS

    libc = ctypes.CDLL(None, use_errno=True)
    name, writing = f"/{MARK}".encode(), os.O_CREAT | os.O_RDWR
    keyring = 248 if os.uname().machine == "x86_64" else 217
    for remember, forget in (
        (lambda: libc.shmget(0, 64, 0o1666), lambda kept: libc.shmctl(kept, 0, None)),
        (lambda: libc.semget(0, 1, 0o1666), lambda kept: libc.semctl(kept, 0, 0)),
        (lambda: libc.msgget(0, 0o1666), lambda kept: libc.msgctl(kept, 0, None)),
        (lambda: libc.syscall(keyring, b"user", name, b"seen", 4, -3), lambda kept: None),
        (lambda: libc.shm_open(name, writing, 0o666), lambda kept: libc.shm_unlink(name)),
        (lambda: libc.mq_open(name, writing, 0o666, None), lambda kept: libc.mq_unlink(name)),
        (lambda: libc.flock(os.open(RESULTS, os.O_RDONLY), 6), lambda kept: None),
    ):
        with contextlib.suppress(OSError):
            kept = remember()
            if kept >= 0:
                done.append(forget(kept))


def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2) if done else None


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size if done else None
