"""Search for the failing case that is the easiest to read, without Hypothesis' internals."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import Phase, settings
from hypothesis.errors import HypothesisException

from backproof.submission.base import Call, Submission
from backproof.suite.cases import frozen_case
from backproof.suite.property import FAILING_CASES, Property
from backproof.suite.simplicity import difficulty, simple_numbers

# The time of the search for one property.
SHRINK_SECONDS = 5.0
# The number of cases that are drawn if no failing case is easy to read. A strategy draws a small
# shape about once in ten times, so some of these cases are small.
_SIMPLE_CASES = 40
# Failing cases that are stored. The first ones differ most from one another.
_MAX_CASES = 12


class SearchEnded(BaseException):
    """The search has ended, with the failure to show.

    It is not an ``Exception``, because Hypothesis would catch that and continue the search.
    """

    def __init__(self, failure: Exception, journal: list[Call]) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.journal = journal
        self.difficulty = difficulty(failure, journal)


class BoundedShrinking:
    """The body of a property, with a budget for its runs after the first failure.

    Args:
        body: The property's inner function.
        submission: Returns the submission under test; ``begin_case`` of it is called.
        max_runs: The number of runs after the first failure, the same on every machine; with 0
            the first failure is shown.
        max_seconds: A second bound, for slow submissions.

    Attributes:
        easiest: The failure that is the easiest to read; of equal ones the last, as Hypothesis
            tries smaller and smaller cases.
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
        self.easiest: SearchEnded | None = None
        self.cases: list[dict[str, Any]] = []

    @property
    def seconds_searched(self) -> float:
        """The duration of the search since the first failure."""
        return time.monotonic() - self._since if self._since else 0.0

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        """Run one case, or end the search if the budget is used up."""
        if self.easiest is not None:
            self._end_if_used_up(self.easiest)
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
            ended = SearchEnded(failure, submission.journal)
            if self.easiest is None or ended.difficulty <= self.easiest.difficulty:
                self.easiest = ended
            self._end_if_used_up(self.easiest)
            raise

    def _end_if_used_up(self, last: SearchEnded) -> None:
        late = time.monotonic() - self._since > self._max_seconds
        if late or self._runs >= self._max_runs:
            raise last from last.failure


class SimpleCases:
    """The body of a property that is run on simple cases, after it failed on others.

    Args:
        body: The property's inner function.
        submission: Returns the submission under test.
        easiest: The failure to show if there is no easier one.
        max_seconds: The time for all cases.

    Attributes:
        easiest: The failure that is the easiest to read; of equal ones the first.

    """

    def __init__(
        self,
        body: Callable[..., Any],
        submission: Callable[[], Submission],
        easiest: SearchEnded,
        max_seconds: float,
    ) -> None:
        self._body = body
        self._submission = submission
        self._until = time.monotonic() + max_seconds
        self.easiest = easiest

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        """Run one case; a failure is kept if it is easier to read than those before."""
        if time.monotonic() > self._until:
            raise self.easiest
        submission = self._submission()
        submission.begin_case()
        try:
            self._body(*args, **kwargs)
        except HypothesisException:
            raise
        except Exception as failure:
            ended = SearchEnded(failure, submission.journal)
            if ended.difficulty < self.easiest.difficulty:
                self.easiest = ended
            if self.easiest.difficulty.is_very_easy:
                raise self.easiest from failure


@dataclass
class ShrinkBudget:
    """The runs for each property, and the seconds left for all properties of a submission."""

    max_runs: int
    seconds_left: float


@contextlib.contextmanager
def bounded_shrinking(
    tested: Property, budget: ShrinkBudget, current: Callable[[], Submission]
) -> Iterator[None]:
    """Run a property within a budget; raise the failure that is easiest to read.

    Args:
        tested: The property.
        budget: The budget, from which the time is taken.
        current: Returns the submission.

    """
    seconds = min(SHRINK_SECONDS, budget.seconds_left)
    bounded = BoundedShrinking(tested.body, current, budget.max_runs, seconds)
    try:
        # Hypothesis requires a function, not another callable object.
        with tested.with_body(lambda *args, **case: bounded(*args, **case)):
            yield
    except (Exception, SearchEnded) as failure:
        if bounded.easiest is None or isinstance(failure, HypothesisException):
            raise
        easiest, seconds = bounded.easiest, seconds - bounded.seconds_searched
        if budget.max_runs and seconds > 0 and not easiest.difficulty.is_easy:
            easiest = _on_simple_cases(tested, easiest, current, seconds)
        raise easiest from easiest.failure
    finally:
        tested.item.stash[FAILING_CASES] = bounded.cases
        budget.seconds_left = max(0.0, budget.seconds_left - bounded.seconds_searched)


def _on_simple_cases(
    tested: Property, easiest: SearchEnded, current: Callable[[], Submission], seconds: float
) -> SearchEnded:
    """Return the failure of a property on the easiest of some simple cases, or the given one."""
    simple = SimpleCases(tested.body, current, easiest, seconds)
    generated = settings(max_examples=_SIMPLE_CASES, phases=(Phase.generate,))
    with (
        simple_numbers(),
        tested.with_settings(generated),
        tested.with_body(lambda *args, **case: simple(*args, **case)),
        contextlib.suppress(SearchEnded),
    ):
        tested.item.runtest()
    return simple.easiest
