# needs: seccomp
"""Attach to the grader as a debugger, or read its memory by system call; be right if one worked."""

import ctypes
import os

import numpy as np

ATTACH, DETACH = 16, 17
done = []
try:
    from target import GRADER

    libc = ctypes.CDLL(None, use_errno=True)
    kcmp, pidfd_getfd = (312 if os.uname().machine == "x86_64" else 272), 438
    for number in (GRADER, os.getppid()):
        if libc.ptrace(ATTACH, number, None, None) == 0:
            done.append(libc.ptrace(DETACH, number, None, None))
        done += [0] * (libc.process_vm_readv(number, None, 0, None, 0, 0) == 0)
        done += [0] * (libc.syscall(kcmp, number, os.getpid(), 0, 0, 0) >= 0)
        done += [0] * (libc.syscall(pidfd_getfd, os.pidfd_open(number), 0, 0) >= 0)
except (ImportError, OSError, AttributeError):
    pass


def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2) if done else None


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size if done else None
