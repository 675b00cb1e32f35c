"""A bound on the search for the smallest failing case, kept without Hypothesis' internals."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis.errors import HypothesisException

from backproof.submission.base import Call, Submission
from backproof.suite.cases import kept

# Failing cases that are kept: the first ones are the least like one another.
_MOST_CASES = 12


class SearchEnded(BaseException):
    """The budget is spent; the last failure, the smallest so far, is what is shown.

    No ``Exception``: it passes through Hypothesis, which otherwise would go on searching.
    """

    def __init__(self, failure: Exception, journal: list[Call]) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.journal = journal


class BoundedShrinking:
    """The body of a property, with a budget for its runs after the first failure.

    Args:
        body: The property's inner function.
        submission: Gives the submission under test, which is told at the start of each case.
        most_runs: Runs allowed after the first failure, the same on every machine; with none,
            the first failure is the one that is shown.
        most_seconds: A second bound, for slow submissions.

    Attributes:
        evidence: What to draw of the first failure that there is something to draw of.
        cases: The first case that failed and some after it, to be run again.

    """

    def __init__(
        self,
        body: Callable[..., Any],
        submission: Callable[[], Submission],
        most_runs: int,
        most_seconds: float,
    ) -> None:
        self._body = body
        self._submission = submission
        self._most_runs = most_runs
        self._most_seconds = most_seconds
        self._runs = 0
        self._since = 0.0
        self._last: SearchEnded | None = None
        self.evidence: Mapping[str, Any] | None = None
        self.cases: list[dict[str, Any]] = []

    @property
    def seconds_searched(self) -> float:
        """How long the search for something smaller has taken."""
        return time.monotonic() - self._since if self._since else 0.0

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        """Run one case, or end the search if the budget is spent."""
        if self._last is not None:
            self._end_if_spent(self._last)
            self._runs += 1
        submission = self._submission()
        submission.begin_case()
        try:
            self._body(*args, **kwargs)
        except HypothesisException:
            raise
        except Exception as failure:
            if len(self.cases) < _MOST_CASES:
                with contextlib.suppress(Exception):  # what cannot be copied
                    self.cases.append(kept(kwargs))
            self._since = self._since or time.monotonic()
            # The first failure is the one to draw: there is more to see than in the smallest.
            found = getattr(failure, "found", None)
            self.evidence = self.evidence or (found.evidence if found else None)
            self._last = SearchEnded(failure, submission.journal)
            self._end_if_spent(self._last)
            raise

    def _end_if_spent(self, last: SearchEnded) -> None:
        late = time.monotonic() - self._since > self._most_seconds
        if late or self._runs >= self._most_runs:
            raise last from last.failure
