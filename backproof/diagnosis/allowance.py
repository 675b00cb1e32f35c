"""How often the diagnosis of a submission may call the submission's functions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from backproof.assignment.config import Assignment
from backproof.submission.time_limit import time_limit

_MAX_CALLS = 30_000
# A diagnosis ends at a number of calls, which is the same on every machine. The time only bounds
# slow calls, so it is long enough for a machine that has much else to do.
_PROPERTIES = 5
_MIN_SECONDS = 0.1


class Allowance:
    """The calls, and the time for them, that are left.

    Args:
        assignment: All calls together may take as long as a few of its properties.

    """

    def __init__(self, assignment: Assignment) -> None:
        self._calls = _MAX_CALLS
        self._seconds = _PROPERTIES * assignment.seconds_per_property

    @property
    def is_left(self) -> bool:
        """Whether more calls can be made."""
        return self._calls > 0 and self._seconds > 0

    @contextmanager
    def limited(self) -> Iterator[None]:
        """Limit the time of the calls in the block to what is left.

        Raises:
            SubmissionTimeout: No time is left.

        """
        begin = time.monotonic()
        try:
            with time_limit(max(self._seconds, _MIN_SECONDS)):
                yield
        finally:
            self._seconds -= time.monotonic() - begin

    def take(self, calls: int) -> None:
        """Note that calls were made."""
        self._calls -= calls
