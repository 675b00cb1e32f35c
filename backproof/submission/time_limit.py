"""Limit on the time that a property may take."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from backproof.submission.messages import SubmissionTimeout

# A timer that is set to 0 is switched off.
_SHORTEST_SECONDS = 1e-3
# How often a call is looked at that has a limit of its own.
_SECONDS_BETWEEN_LOOKS = 0.1

# The limits around the present one: each sets the timer for its own next moment.
_enclosing: list[_Timer] = []


@contextmanager
def time_limit(
    seconds: float, overdue: Callable[[], SubmissionTimeout | None] | None = None
) -> Iterator[None]:
    """Raise ``SubmissionTimeout`` after some seconds, if the platform has timers.

    Args:
        seconds: The time for everything.
        overdue: Returns the exception for a single call that takes too long by now.

    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not (
        threading.main_thread()
    ):
        yield
        return
    timer = _Timer(seconds, overdue)
    before = signal.signal(signal.SIGALRM, lambda _signal, _frame: timer.expire())

    def end() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if timer in _enclosing:
            del _enclosing[_enclosing.index(timer) :]
        if _enclosing:
            _enclosing[-1].set()

    try:
        _enclosing.append(timer)
        timer.set()
        try:
            yield
        finally:
            end()
    finally:
        # The signal may come while the limit is ended, which its exception would then prevent. It
        # does not come twice within so short a time.
        end()


class _Timer:
    """A limit, and those around it."""

    def __init__(self, seconds: float, overdue: Callable[[], Any] | None) -> None:
        self._seconds = seconds
        self._overdue = overdue
        self._until = time.monotonic() + seconds
        if _enclosing:
            self._until = min(self._until, _enclosing[-1]._until)
        self._between = _SECONDS_BETWEEN_LOOKS if overdue else math.inf

    def set(self) -> None:
        """Let the timer expire at the next moment of this limit."""
        left = self._until - time.monotonic()
        if left <= 0:  # once more, much later than the limit takes to end
            left = _SECONDS_BETWEEN_LOOKS
        signal.setitimer(signal.ITIMER_REAL, max(min(left, self._between), _SHORTEST_SECONDS))

    def expire(self) -> None:
        """Raise the exception for what takes too long, or wait on."""
        late = self._overdue() if self._overdue else None
        if late is None and time.monotonic() >= self._until:
            late = SubmissionTimeout(f"no answer within {self._seconds:g} seconds")
        # Set again before raising, as a student's code may catch everything and go on.
        if late is None or self._overdue:
            self.set()
        if late is not None:
            raise late
