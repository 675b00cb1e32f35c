"""CPU affinity: run a grader and its workers on one CPU.

A grader and its worker never run at the same time: one waits for the other. Waking a process on
another CPU takes longer than most calls of a student's function.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import sys
from collections.abc import Iterator

_AVAILABLE = sys.platform == "linux"


def allowed() -> list[int]:
    """Return the CPUs that this process may use; an empty list if the system has no affinity."""
    return sorted(os.sched_getaffinity(0)) if _AVAILABLE else []


@contextlib.contextmanager
def pinned_to(index: int | None) -> Iterator[None]:
    """Pin this thread, and processes that it starts in the context, to one of the allowed CPUs.

    Args:
        index: Index of the CPU among the allowed ones, modulo their number; ``None`` to pin none.

    """
    before = allowed()
    if index is None or len(before) < 2:
        yield
        return
    # A container may forbid to change the affinity; that costs speed only.
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {before[index % len(before)]})
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, before)


@contextlib.contextmanager
def pinned_to_one_cpu() -> Iterator[None]:
    """Pin this thread to the CPU that it runs on.

    In a parallel test run, each pytest-xdist worker is pinned to the CPU of its own number instead.
    """
    cpus, index = allowed(), None
    if len(cpus) > 1:
        worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
        if worker is not None:
            index = int(worker[1])
        else:
            current = int(ctypes.CDLL(None).sched_getcpu())
            index = cpus.index(current) if current in cpus else 0
    with pinned_to(index):
        yield
