"""Limit on the time that a property may take."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from backproof.submission.messages import SubmissionTimeout

# A timer that is set to 0 is switched off.
_SHORTEST_SECONDS = 1e-3


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise ``SubmissionTimeout`` after some seconds, if the platform has timers."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not (
        threading.main_thread()
    ):
        yield
        return

    def expire(_signal: int, _frame: Any) -> None:
        raise SubmissionTimeout(f"no answer within {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, expire)
    # There may be a limit around this one, which continues afterwards.
    begin = time.monotonic()
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    if left and left < seconds:
        signal.setitimer(signal.ITIMER_REAL, left)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            rest = left - (time.monotonic() - begin)
            signal.setitimer(signal.ITIMER_REAL, max(rest, _SHORTEST_SECONDS))
