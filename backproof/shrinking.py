"""A bound on the search for the smallest failing case, kept without Hypothesis' internals.

Once the budget is spent, cases that have not failed before are waved through unrun. Hypothesis
then finds nothing smaller, stops, and replays the smallest failing case so far.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis.errors import HypothesisException

from backproof.submission import LocalSubmission


class BoundedShrinking:
    """The body of a property, with a budget for its runs after the first failure.

    Args:
        body: The property's inner function.
        submission: Told at the start of each case.
        most_runs: Runs allowed after the first failure; the same on every machine.
        most_seconds: A second bound, for slow submissions.

    """

    def __init__(
        self,
        body: Callable[..., Any],
        submission: Callable[[], LocalSubmission],
        most_runs: int,
        most_seconds: float,
    ) -> None:
        self._body = body
        self._submission = submission
        self._most_runs = most_runs
        self._most_seconds = most_seconds
        self._runs = 0
        self._since: float | None = None
        self._failing: set[Any] = set()

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        """Run one case, unless the budget is spent and the case has not failed before."""
        if self._spent() and _fingerprint((args, kwargs)) not in self._failing:
            return
        self._submission().begin_case()
        if self._since is not None:
            self._runs += 1
        try:
            self._body(*args, **kwargs)
        except HypothesisException:
            raise
        except Exception:
            self._since = self._since or time.monotonic()
            self._failing.add(_fingerprint((args, kwargs)))
            raise

    def _spent(self) -> bool:
        if self._since is None:
            return False
        return self._runs >= self._most_runs or time.monotonic() - self._since > self._most_seconds


def _fingerprint(value: Any) -> Any:
    """Reduce a drawn case to something hashable that is equal for equal cases."""
    if isinstance(value, np.ndarray):
        return (value.shape, value.tobytes())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return tuple(_fingerprint(getattr(value, f.name)) for f in dataclasses.fields(value))
    if isinstance(value, tuple | list):
        return tuple(_fingerprint(entry) for entry in value)
    if isinstance(value, dict):
        return tuple((key, _fingerprint(entry)) for key, entry in value.items())
    return value if isinstance(value, int | float | str | bytes) else repr(value)
