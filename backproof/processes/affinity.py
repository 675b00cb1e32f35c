"""CPU affinity: keep a grader and its workers on one processor.

Of a grader and its worker one always waits for the other. To wake a process on another processor
takes longer than most calls of a student's function.
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
    """Return the processors that this process may use; none if the system cannot tell."""
    return sorted(os.sched_getaffinity(0)) if _AVAILABLE else []


def assign(pid: int, number: int) -> None:
    """Keep a process, and all that it starts, on one of our processors, if the system can."""
    choice = allowed()
    if len(choice) > 1:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(pid, {choice[number % len(choice)]})


@contextlib.contextmanager
def pinned_to(place: int | None) -> Iterator[None]:
    """Keep this thread, and what it starts meanwhile, on one of our processors.

    Args:
        place: Which one, counted round; ``None`` for any.

    """
    before = allowed()
    if place is not None:
        assign(0, place)
    try:
        yield
    finally:
        if place is not None and len(before) > 1:
            with contextlib.suppress(OSError):
                os.sched_setaffinity(0, before)


@contextlib.contextmanager
def pinned_to_one_cpu() -> Iterator[None]:
    """Keep this thread on the processor that it runs on, or on one of its own in a test run.

    The workers of a parallel test run are numbered, so that each gets another processor.
    """
    choice, place = allowed(), None
    if len(choice) > 1:
        worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
        place = choice.index(_present(choice)) if worker is None else int(worker[1])
    with pinned_to(place):
        yield


def _present(choice: list[int]) -> int:
    number = int(ctypes.CDLL(None).sched_getcpu())
    return number if number in choice else choice[0]
