"""Run a property on one of its cases again, and keep what it compared and called."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis.errors import HypothesisException
from numpy.typing import NDArray

from backproof.grades.comparisons import Comparison, on_compared
from backproof.submission.base import Call, Submission
from backproof.submission.iterables import on_drained
from backproof.suite.cases import own_copy
from backproof.suite.property import Case, PropertyRun

# The most items, parts of a result and numbers that are compared; the first ones are taken.
_MAX_DRAWS, _MAX_PARTS, _MAX_NUMBERS = 8, 100, 4096
# No power of a small number, and no ratio of sizes, so that no property is blind to it.
_SCALE = 1.3717


@dataclass
class Draw:
    """A call with a random generator.

    Attributes:
        function: The function, as ``"unit.name"``.
        generator: The generator.
        result: The result.
        numbers: The numbers in it when it was returned or drained, in a row.

    """

    function: str
    generator: np.random.Generator
    result: Any
    numbers: NDArray[np.float64]


@dataclass
class Rerun:
    """A case that was run again.

    Attributes:
        comparisons: What was compared, each with the calls that were made before.
        journal: The calls of the case.
        failure: The exception with which the property failed, if it did.
        drained: The iterables that were drained, with their items.
        draws: The calls with a random generator.

    """

    comparisons: list[tuple[Comparison, Sequence[Call]]] = field(default_factory=list)
    journal: Sequence[Call] = ()
    failure: Exception | None = None
    drained: list[tuple[Any, Sequence[Any]]] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)

    def is_repeated_by(self, other: Rerun) -> bool:
        """Return whether another run of the case had the same results."""
        pairs = list(zip(self.comparisons, other.comparisons, strict=False))
        return (
            len(self.comparisons) == len(other.comparisons)
            and (self.failure is None) == (other.failure is None)
            and all(
                np.array_equal(one.returned, two.returned, equal_nan=True)
                for (one, _), (two, _) in pairs
            )
        )


def rerun(
    run: PropertyRun, case: Case, submission: Submission, max_calls: int = 10**9
) -> Rerun | None:
    """Run a property on one case; ``None`` if the property rejects it.

    Args:
        run: A run of the property.
        case: The case.
        submission: The submission.
        max_calls: The run ends before it calls more functions.

    """
    result = Rerun()

    def keep(comparison: Comparison) -> None:
        # A wrong shape is reported again where values are required, too.
        last = result.comparisons[-1][0] if result.comparisons else None
        if last is None or last.source is not comparison.source:
            result.comparisons.append((comparison, tuple(submission.journal)))

    def keep_items(iterable: Any, items: Sequence[Any]) -> None:
        result.drained.append((iterable, items))
        for draw in result.draws:
            if draw.result is iterable:
                draw.numbers = numbers_in(items)

    def keep_draw(call: Call) -> None:
        if len(submission.journal) >= max_calls:
            raise EnoughCalls
        values = (*call.arguments, *call.keywords.values())
        generators = [value for value in values if isinstance(value, np.random.Generator)]
        if generators and len(result.draws) < _MAX_DRAWS:
            numbers = numbers_in(call.result)
            result.draws.append(Draw(call.function, generators[0], call.result, numbers))

    submission.begin_case()
    on_compared.append(keep)
    on_drained.append(keep_items)
    try:
        heard = HeardSubmission(submission, keep_draw)
        run.property.body(**{**own_copy(case), "submission": heard})
    except (HypothesisException, pytest.skip.Exception):
        return None
    except EnoughCalls:
        pass
    except Exception as failure:
        result.failure = failure
    finally:
        on_compared.remove(keep)
        on_drained.remove(keep_items)
    result.journal = submission.journal
    return result


def numbers_in(result: Any, depth: int = 0) -> NDArray[np.float64]:
    """Return a copy of all numbers in arrays of a result, in a row."""
    if type(result) in (list, tuple) and depth < 3:
        parts = [numbers_in(part, depth + 1) for part in result[:_MAX_PARTS]]
        return np.concatenate(parts) if parts else np.zeros(0)
    if type(result) is np.ndarray and result.dtype.kind == "f":
        return np.array(result.ravel()[:_MAX_NUMBERS], dtype=np.float64)
    return np.zeros(0)


class EnoughCalls(BaseException):
    """Ends a run. It is not an ``Exception``, so that no property catches it."""


class HeardSubmission(Submission):
    """A submission whose calls are reported when they have returned."""

    def __init__(self, inner: Submission, on_call: Callable[[Call], object]) -> None:
        super().__init__(inner._units)
        self._inner = inner
        self._on_call = on_call

    def call(
        self,
        unit: str,
        name: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        observed: bool,
    ) -> Call:
        """Call a function of the submission."""
        call = self._inner.call(unit, name, arguments, keywords, observed)
        self._on_call(call)
        return call


class ScaledSubmission(Submission):
    """A submission with results that are all multiplied by one number.

    What a property requires of it differs from what it requires of the submission itself only if
    it is computed from results.
    """

    def __init__(self, inner: Submission) -> None:
        super().__init__(inner._units)
        self._inner = inner

    def call(
        self,
        unit: str,
        name: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        observed: bool,
    ) -> Call:
        """Call a function of the submission, and multiply its result."""
        call = copy.copy(self._inner.call(unit, name, arguments, keywords, observed))
        call.result = _scaled(call.result)
        return call


def _scaled(result: Any, depth: int = 0) -> Any:
    if isinstance(result, float) or (isinstance(result, np.ndarray) and result.dtype.kind == "f"):
        return result * _SCALE
    if type(result) in (list, tuple) and depth < 3:
        return type(result)(_scaled(part, depth + 1) for part in result)
    return result


def results_required_of_themselves(
    run: PropertyRun, case: Case, submission: Submission, before: Rerun
) -> set[str]:
    """Return the names of the results that are compared with what other results give.

    Args:
        run: A run of the property.
        case: One of its cases.
        submission: The submission.
        before: The run of that case on the submission.

    """
    scaled = rerun(run, case, ScaledSubmission(submission))
    if scaled is None:
        return set()
    return {
        one.what
        for (one, _), (two, _) in zip(before.comparisons, scaled.comparisons, strict=False)
        if one.what == two.what and not np.array_equal(one.required, two.required, equal_nan=True)
    }
