"""Bound Hypothesis' search for the smallest failing case, without its internals."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis.errors import HypothesisException

from backproof.submission.base import Call, Submission
from backproof.submission.messages import Mismatch
from backproof.suite.cases import frozen_case

# Failing cases that are stored. The first ones differ most from one another.
_MAX_CASES = 12


class SearchEnded(BaseException):
    """The search has used up its budget; the last failure is the smallest so far.

    It is not an ``Exception``, because Hypothesis would catch that and continue the search.
    """

    def __init__(self, failure: Exception, journal: list[Call]) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.journal = journal


class BoundedShrinking:
    """The body of a property, with a budget for its runs after the first failure.

    Args:
        body: The property's inner function.
        submission: Returns the submission under test; ``begin_case`` of it is called.
        max_runs: The number of runs after the first failure, the same on every machine; with 0
            the first failure is shown.
        max_seconds: A second bound, for slow submissions.

    Attributes:
        evidence: The evidence of the first failure that has any.
        cases: The first case that failed and some that failed after it, to be run again.

    """

    def __init__(
        self,
        body: Callable[..., Any],
        submission: Callable[[], Submission],
        max_runs: int,
        max_seconds: float,
    ) -> None:
        self._body = body
        self._submission = submission
        self._max_runs = max_runs
        self._max_seconds = max_seconds
        self._runs = 0
        self._since = 0.0
        self._last: SearchEnded | None = None
        self.evidence: Mapping[str, Any] | None = None
        self.cases: list[dict[str, Any]] = []

    @property
    def seconds_searched(self) -> float:
        """The duration of the search since the first failure."""
        return time.monotonic() - self._since if self._since else 0.0

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        """Run one case, or end the search if the budget is used up."""
        if self._last is not None:
            self._end_if_used_up(self._last)
            self._runs += 1
        submission = self._submission()
        submission.begin_case()
        try:
            self._body(*args, **kwargs)
        except HypothesisException:
            raise
        except Exception as failure:
            if len(self.cases) < _MAX_CASES:
                with contextlib.suppress(Exception):  # a drawn object may refuse to be copied
                    self.cases.append(frozen_case(kwargs))
            self._since = self._since or time.monotonic()
            # The evidence of the first failure is drawn: it shows more than the smallest case.
            wrong = failure.wrong_value if isinstance(failure, Mismatch) else None
            self.evidence = self.evidence or (wrong.evidence if wrong else None)
            self._last = SearchEnded(failure, submission.journal)
            self._end_if_used_up(self._last)
            raise

    def _end_if_used_up(self, last: SearchEnded) -> None:
        late = time.monotonic() - self._since > self._max_seconds
        if late or self._runs >= self._max_runs:
            raise last from last.failure
