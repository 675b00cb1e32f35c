"""Trace the calls of a property, and compare traced values up to rounding.

A traced result is stored twice: as the call returned it, and as it is at the end of the case. The
two differ if student code writes into an array that it has returned before.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Mapping, Sequence
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

# Two correct computations of one number differ by less than the sum of three bounds: relative to
# the number, relative to the largest number of its column, since it may be a difference of such
# numbers, and relative to 1.
_RELATIVE_TOLERANCE, _COLUMN_TOLERANCE, _ABSOLUTE_TOLERANCE = 1e-9, 1e-13, 1e-15

# Limits on snapshots. A list may contain itself, and no property needs larger results.
_MAX_DEPTH, _MAX_LENGTH = 8, 1000
# A larger array is stored as a digest, and an even larger one as OPAQUE.
_MAX_COPIED_BYTES, _MAX_DIGESTED_BYTES = 2**18, 2**26


class Placeholder(enum.Enum):
    """Replaces a value that cannot be compared in a snapshot."""

    OPAQUE = "an object of the student's code"
    ITERABLE = "an iterable"
    GENERATOR = "a random generator"


@dataclass
class TracedCall:
    """One call of a function; values are snapshots.

    Attributes:
        function: The function, as ``"unit.name"``.
        arguments: Positional arguments, then keyword arguments.
        origins: Indices of the earlier calls that returned an object among the arguments.
        observed: Whether the property reads ``changed`` and ``warnings``.
        result: The result when the call returned.
        exception: Text of the exception, without the line of code that raised it; empty if the
            call returned.
        changed: Names of the arguments that were changed in place; empty unless ``observed``.
        warnings: Numerical warnings; empty unless ``observed``.
        final_result: The result at the end of the case.
        items: The items that the result yielded; ``None`` if the property did not iterate over it.
        final_items: These items at the end of the case.

    """

    function: str
    arguments: tuple[Any, ...]
    origins: frozenset[int]
    observed: bool = False
    result: Any = None
    exception: str = ""
    changed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    final_result: Any = None
    items: tuple[Any, ...] | None = None
    final_items: tuple[Any, ...] | None = None


@dataclass
class TracedCase:
    """A case of a property with the calls that the property made and the statistics it took."""

    case: Mapping[str, Any]
    calls: list[TracedCall]
    statistics: list[evidence.Measured] = field(default_factory=list)

    def functions_behind(self, index: int) -> set[str]:
        """Return the function of a call, and those that returned an object it was passed."""
        # A run of an optimizer may be a chain of more calls than Python nests.
        pending, seen = [index], {index}
        while pending:
            origins = self.calls[pending.pop()].origins - seen
            seen |= origins
            pending += origins
        return {self.calls[each].function for each in seen}


class StopTrace(BaseException):
    """Ends a trace early. It is not an ``Exception``, so that no property catches it."""


class TracedSubmission(Submission):
    """A submission that traces its calls.

    Args:
        inner: The submission that runs the calls.
        assignment: It lists the functions that return opaque objects or iterables.
        on_call: Called after each call with the index of the call and its trace.

    Attributes:
        calls: The traced calls.

    """

    def __init__(
        self,
        inner: Submission,
        assignment: Assignment,
        on_call: Callable[[int, TracedCall], None] = lambda _index, _call: None,
    ) -> None:
        super().__init__(assignment.units)
        self._inner = inner
        self._opaque = assignment.opaque
        self._iterables = assignment.iterables
        self._on_call = on_call
        self.calls: list[TracedCall] = []
        self._returned: list[Call | None] = []  # None for a call that raised an exception
        # By the id of an opaque object: the index of the call that returned it, and the object
        # itself, because its id could be used again if it were deleted.
        self._origins: dict[int, tuple[int, Any]] = {}
        self._drained: dict[int, Sequence[Any]] = {}

    def call(
        self,
        unit: str,
        name: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        observed: bool,
    ) -> Call:
        """Call a function of the submission and trace the call."""
        values = (*arguments, *keywords.values())
        snapshots = tuple(self._snapshot(value) for value in values)
        traced = TracedCall(f"{unit}.{name}", snapshots, self._origins_of(values), observed)
        self.calls.append(traced)
        self._returned.append(None)
        try:
            call = self._inner.call(unit, name, arguments, keywords, observed)
        except Exception as exception:
            traced.exception = _text_of(exception)
            self._on_call(len(self.calls) - 1, traced)
            raise
        self._returned[-1] = call
        traced.result = self._snapshot_of_result(call)
        traced.warnings = call.warnings
        self._store_origins(call)
        self._on_call(len(self.calls) - 1, traced)
        return call

    def finish(self) -> None:
        """Trace the final state of all results, at the end of the case."""
        for traced, call in zip(self.calls, self._returned, strict=True):
            if call is None:
                continue
            if not isinstance(traced.result, Placeholder):
                call.result_now()  # updates the arrays of the result
            traced.final_result = self._snapshot_of_result(call)
            if traced.observed:
                traced.changed = call.changed
        for index, items in self._drained.items():
            self.calls[index].final_items = tuple(self._snapshot(item) for item in items)

    def trace_items(self, iterable: Any, items: Sequence[Any]) -> None:
        """Trace the items that the result of a call has yielded."""
        for index, call in enumerate(self._returned):
            if call is not None and call.result is iterable:
                self.calls[index].items = tuple(self._snapshot(item) for item in items)
                self._drained[index] = items

    def _origins_of(self, values: Sequence[Any]) -> frozenset[int]:
        """Return the indices of the calls that returned one of the values or of their parts."""
        parts = [*values, *(part for v in values if isinstance(v, list | tuple) for part in v)]
        return frozenset(self._origins[id(v)][0] for v in parts if id(v) in self._origins)

    def _store_origins(self, call: Call) -> None:
        """Remember the last call as the origin of the opaque objects in its result."""
        result, snapshot = call.result, self._snapshot_of_result(call)
        pairs = [(result, snapshot)]
        if isinstance(result, list | tuple) and isinstance(snapshot, tuple):
            pairs += zip(result, snapshot, strict=True)
        for part, copy in pairs:
            if copy is Placeholder.OPAQUE and part is not None:
                self._origins[id(part)] = len(self.calls) - 1, part

    def _snapshot_of_result(self, call: Call) -> Any:
        opaque = self._opaque.get(call.function, ())
        result = call.result
        if call.function in self._iterables and result is not None:
            return Placeholder.ITERABLE
        if -1 in opaque:
            return Placeholder.OPAQUE
        if opaque and isinstance(result, list | tuple):
            return tuple(
                Placeholder.OPAQUE if position in opaque else self._snapshot(part)
                for position, part in enumerate(result)
            )
        return self._snapshot(result)

    def _snapshot(self, value: Any, depth: int = 0) -> Any:
        """Copy a value; parts that cannot be compared become placeholders."""
        if id(value) in self._origins or depth > _MAX_DEPTH:
            return Placeholder.OPAQUE
        try:
            match value:
                case None | str() | bool() | int() | float():
                    return value
                case np.ndarray() | np.generic():
                    return _copy_or_digest(value)
                case np.random.Generator():
                    return Placeholder.GENERATOR
                case list() | tuple():
                    return tuple(self._snapshot(part, depth + 1) for part in value[:_MAX_LENGTH])
                case Remote():
                    return _copy_or_digest(np.array(value))
                case object(__array__=_) | object(__float__=_):
                    return _copy_or_digest(np.array(value, dtype=np.float64))
        except Exception:  # any operation on a student's object may raise
            pass
        return Placeholder.OPAQUE


def _text_of(exception: BaseException) -> str:
    text = exception.returned if isinstance(exception, Mismatch) else str(exception)
    # The place in the student's file follows after ", at ".
    return text.rpartition(", at ")[0] or text


def _copy_or_digest(array: Any) -> Any:
    if array.nbytes <= _MAX_COPIED_BYTES:
        return np.array(array)
    if array.nbytes > _MAX_DIGESTED_BYTES:
        return Placeholder.OPAQUE
    digest = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
    return f"{array.dtype}{array.shape} {digest}"


def trace_case(
    traced: TracedSubmission, body: Callable[..., None], case: Mapping[str, Any]
) -> TracedCase | None:
    """Run a property on one case and return the trace; ``None`` if the property rejects the case.

    Failures of the property and exceptions of the submission only end the trace.

    Args:
        traced: The submission; no case was run on it before.
        body: The property's own function.
        case: The arguments of ``body`` other than the submission.

    """
    trace = TracedCase(case, traced.calls)
    on_drained.append(traced.trace_items)
    evidence.on_measured.append(trace.statistics.append)
    try:
        body(**{**own_copy(case), "submission": traced})
    except HypothesisException:  # ``assume`` rejects the case
        return None
    except (Exception, StopTrace, pytest.skip.Exception):
        pass
    finally:
        on_drained.remove(traced.trace_items)
        evidence.on_measured.remove(trace.statistics.append)
    traced.finish()
    return trace


def equal_up_to_rounding(one: Any, other: Any) -> bool:
    """Return whether two snapshots are equal, where numbers may differ by rounding errors."""
    if one is other:
        return True
    if isinstance(one, tuple) and isinstance(other, tuple):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(equal_up_to_rounding(a, b) for a, b in pairs)
    if any(value is None or isinstance(value, str | Placeholder) for value in (one, other)):
        return isinstance(one, str) and isinstance(other, str) and one == other
    try:
        return _equal_numbers(np.asarray(one), np.asarray(other))
    except ValueError:  # nested lists with rows of different lengths
        return False


def _equal_numbers(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind not in "fc":
        return bool(np.array_equal(one, other))
    eps = 16 * float(np.finfo(one.dtype).eps)
    size = np.abs(np.where(np.isfinite(other), other, 0.0))
    bound = max(_RELATIVE_TOLERANCE, eps) * size + max(_ABSOLUTE_TOLERANCE, eps / 16)
    if size.ndim > 1:
        bound = bound + _COLUMN_TOLERANCE * size.max(axis=0, initial=0.0)
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.abs(one - other) <= bound
    return bool((close | (one == other) | (np.isnan(one) & np.isnan(other))).all())
