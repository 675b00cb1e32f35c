# needs: seccomp
"""Lift one's own limits, change the grader's, take other rights; be right if any of it worked."""

import contextlib
import os
import resource

import numpy as np

done = []
with contextlib.suppress(ImportError):
    from target import GRADER

    most = resource.RLIM_INFINITY
    for change in (
        lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
        lambda: resource.setrlimit(resource.RLIMIT_CPU, (most, most)),
        lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        lambda: resource.prlimit(GRADER, resource.RLIMIT_CORE, (0, 0)),
        lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0)),
        lambda: os.setpriority(os.PRIO_PROCESS, 0, -20),
        lambda: os.sched_setaffinity(GRADER, {0}),
        lambda: os.setresuid(0, 0, 0),
        lambda: os.setgroups([0]),
        lambda: os.chroot("/"),
    ):
        with contextlib.suppress(OSError, ValueError):
            done.append(change())


def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2) if done else None


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size if done else None
