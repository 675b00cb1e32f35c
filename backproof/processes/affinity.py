"""Keep a grader and its workers on one processor: one of them always waits for the other.

To wake a process on another processor takes longer than most calls of a student's function.
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
    """List the processors that this process may use; none where that cannot be asked for."""
    return sorted(os.sched_getaffinity(0)) if _AVAILABLE else []


def assign(pid: int, number: int) -> None:
    """Keep a process, and all that it starts, on one of our processors, if that can be done."""
    choice = allowed()
    if len(choice) > 1:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(pid, {choice[number % len(choice)]})


@contextlib.contextmanager
def pinned_to_one_cpu() -> Iterator[None]:
    """Keep this process on one processor meanwhile: the present one, or its own in a test run.

    The workers of a parallel test run are numbered, so that each has another processor.
    """
    before = allowed()
    if len(before) > 1:
        worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
        place = before.index(_present(before)) if worker is None else int(worker[1])
        assign(0, place)
    try:
        yield
    finally:
        if len(before) > 1:
            with contextlib.suppress(OSError):
                os.sched_setaffinity(0, before)


def _present(choice: list[int]) -> int:
    number = int(ctypes.CDLL(None).sched_getcpu())
    return number if number in choice else choice[0]
