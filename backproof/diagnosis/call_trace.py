"""What a submission does in one case of a property, written down to be compared.

Each call is written down twice: as it came back, and as its result stands when the case is over,
since a result that shares memory with something else may have changed by then.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis.errors import HypothesisException

from backproof.assignment.config import Assignment
from backproof.grades import evidence
from backproof.submission.base import Call, Submission
from backproof.submission.iterables import Remote, on_drained
from backproof.submission.messages import Mismatch
from backproof.suite.cases import own_copy

# Two ways to compute one thing differ by less: relatively to each entry, or, where an entry is
# what is left of larger numbers, to the largest of its column, or to 1.
_ACCURACY, _OF_COLUMN, _OF_ONE = 1e-9, 1e-13, 1e-15


# Nobody needs deeper or longer results, and a list may hold itself.
_DEEPEST, _LONGEST = 8, 1000
# Larger arrays are compared by a digest, and still larger ones not at all.
_MOST_BYTES, _MOST_DIGESTED = 2**18, 2**26


class _Word:
    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


# What is written down of an object that is the submission's own affair, of what is iterated over,
# and of a generator.
OPAQUE = _Word("an object")
ITERABLE = _Word("something to iterate over")
GENERATOR = _Word("a generator")


@dataclass
class TracedCall:
    """One call.

    Attributes:
        function: What was called, as ``"unit.name"``.
        arguments: What it was handed, positional before keyword.
        makers: The numbers of the calls whose objects it was handed.
        observed: Whether the property looks at what else it did.
        result: What it returned, as it was then.
        raised: What exception it raised instead, and what that says, wherever it was raised.
        changed: The arguments that it changed in place, where the property looks.
        warnings: The numerical warnings that it gave, where the property looks.
        later: Its result when the case was over.
        items: What its result yielded, if it was iterated over.
        later_items: The same when the case was over.

    """

    function: str
    arguments: tuple[Any, ...]
    makers: frozenset[int]
    observed: bool = False
    result: Any = None
    raised: str = ""
    changed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    later: Any = None
    items: tuple[Any, ...] | None = None
    later_items: tuple[Any, ...] | None = None


@dataclass
class TracedCase:
    """A case, what was called in it, and the statistics that the property took."""

    case: Mapping[str, Any]
    calls: list[TracedCall]
    measured: list[evidence.Measured] = field(default_factory=list)


class Stop(BaseException):
    """What comes now is of no interest.

    No ``Exception``, so that no property takes it for one of the submission's.
    """


class TracedSubmission(Submission):
    """A submission whose calls are written down.

    Args:
        inner: The submission.
        assignment: Says which functions return an object of their own, or an iterable.
        on_call: Called with the number of each call and what has been seen of it.

    """

    def __init__(
        self,
        inner: Submission,
        assignment: Assignment,
        on_call: Callable[[int, TracedCall], None] = lambda _number, _seen: None,
    ) -> None:
        super().__init__(assignment.units)
        self._inner = inner
        self._opaque = assignment.opaque
        self._iterables = assignment.iterables
        self._on_call = on_call
        self._calls: list[tuple[Call | None, bool]] = []
        self._makers: dict[int, tuple[int, Any]] = {}
        self._drained: dict[int, Sequence[Any]] = {}
        self.seen: list[TracedCall] = []

    def call(
        self,
        unit: str,
        name: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        observed: bool,
    ) -> Call:
        """Call a function of the submission and write down what came of it."""
        function = f"{unit}.{name}"
        given = (*arguments, *keywords.values())
        handed = tuple(self._frozen(value) for value in given)
        seen = TracedCall(function, handed, self._made(given), observed)
        self.seen.append(seen)
        self._calls.append((None, observed))
        try:
            call = self._inner.call(unit, name, arguments, keywords, observed)
        except Exception as exception:
            seen.raised = _said(exception)
            self._on_call(len(self.seen) - 1, seen)
            raise
        self._calls[-1] = call, observed
        seen.result = self._frozen_result(call)
        seen.warnings = call.warnings
        self._remember(call)
        self._on_call(len(self.seen) - 1, seen)
        return call

    def finish(self) -> None:
        """Write down how all results stand now that the case is over."""
        for seen, (call, observed) in zip(self.seen, self._calls, strict=True):
            if call is None:
                continue
            seen.later = self._frozen_result(call)
            if observed:
                seen.changed = call.changed
        for number, items in self._drained.items():
            self.seen[number].later_items = tuple(self._frozen(item) for item in items)

    def drained(self, iterable: Any, items: Sequence[Any]) -> None:
        """Write down what a result yielded."""
        for number, (call, _) in enumerate(self._calls):
            if call is not None and call.result is iterable:
                self.seen[number].items = tuple(self._frozen(item) for item in items)
                self._drained[number] = items

    def _made(self, values: Sequence[Any]) -> frozenset[int]:
        inside = [*values, *(part for v in values if isinstance(v, list | tuple) for part in v)]
        return frozenset(self._makers[id(v)][0] for v in inside if id(v) in self._makers)

    def _remember(self, call: Call) -> None:
        """Note which call made the objects in its result, and keep them, so that ids stay."""
        result, frozen = call.result, self._frozen_result(call)
        parts = [(result, frozen)]
        if isinstance(result, list | tuple) and isinstance(frozen, tuple):
            parts += zip(result, frozen, strict=True)
        for part, kept in parts:
            if kept is OPAQUE and part is not None:
                self._makers[id(part)] = len(self.seen) - 1, part

    def _frozen_result(self, call: Call) -> Any:
        positions = self._opaque.get(call.function, ())
        result = call.result
        if call.function in self._iterables and result is not None:
            return ITERABLE
        if -1 in positions:
            return OPAQUE
        if positions and isinstance(result, list | tuple):
            return tuple(
                OPAQUE if at in positions else self._frozen(part) for at, part in enumerate(result)
            )
        return self._frozen(result)

    def _frozen(self, value: Any, depth: int = 0) -> Any:
        """Copy a value as far as it can be compared."""
        if id(value) in self._makers or depth > _DEEPEST:
            return OPAQUE
        try:
            return self._copied(value, depth)
        except Exception:  # a student's object may raise anything when it is looked at
            return OPAQUE

    def _copied(self, value: Any, depth: int) -> Any:
        match value:
            case None | str() | bool() | int() | float():
                return value
            case np.ndarray() | np.generic():
                return _array(value)
            case np.random.Generator():
                return GENERATOR
            case list() | tuple():
                return tuple(self._frozen(part, depth + 1) for part in value[:_LONGEST])
            case Remote():
                return _array(np.array(value))
            case object(__array__=_) | object(__float__=_):
                return _array(np.array(value, dtype=np.float64))
        return OPAQUE


def _said(exception: BaseException) -> str:
    returned = exception.returned if isinstance(exception, Mismatch) else str(exception)
    return returned.rpartition(", at ")[0] or returned


def _array(value: Any) -> Any:
    """Copy an array; of a large one only what tells it from others."""
    if value.nbytes <= _MOST_BYTES:
        return np.array(value)
    if value.nbytes > _MOST_DIGESTED:
        return OPAQUE
    digest = hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
    return f"{value.dtype}{value.shape} {digest}"


def observe(
    watched: TracedSubmission, body: Callable[..., None], case: Mapping[str, Any]
) -> TracedCase | None:
    """Run the body of a property on a case; give what was seen, if the case is one of its own.

    What the property finds wrong is not of interest here, nor is what the submission raises.
    """
    sample = TracedCase(case, watched.seen)
    with _listening(watched, sample):
        try:
            body(**{**own_copy(case), "submission": watched})
        except HypothesisException:  # it rejects the case
            return None
        except (Exception, Stop, pytest.skip.Exception):
            pass
        watched.finish()
    return sample


@contextlib.contextmanager
def _listening(watched: TracedSubmission, sample: TracedCase) -> Iterator[None]:
    on_drained.append(watched.drained)
    evidence.on_measured.append(sample.measured.append)
    try:
        yield
    finally:
        on_drained.remove(watched.drained)
        evidence.on_measured.remove(sample.measured.append)


def agree(one: Any, other: Any) -> bool:
    """Tell whether two frozen values are the same but for rounding."""
    if one is other:
        return True
    if isinstance(one, tuple) and isinstance(other, tuple):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(agree(a, b) for a, b in pairs)
    if any(value is None or isinstance(value, str | _Word) for value in (one, other)):
        return isinstance(one, str) and isinstance(other, str) and one == other
    try:
        return _equal_numbers(np.asarray(one), np.asarray(other))
    except ValueError:  # rows of different lengths
        return False


def _equal_numbers(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind not in "fc":
        return bool(np.array_equal(one, other))
    eps = 16 * float(np.finfo(one.dtype).eps)
    size = np.abs(np.where(np.isfinite(other), other, 0.0))
    bound = max(_ACCURACY, eps) * size + max(_OF_ONE, eps / 16)
    if size.ndim > 1:
        bound = bound + _OF_COLUMN * size.max(axis=0, initial=0.0)
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.abs(one - other) <= bound
    return bool((close | (one == other) | (np.isnan(one) & np.isnan(other))).all())
