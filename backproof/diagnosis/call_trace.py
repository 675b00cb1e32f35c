"""Trace the calls of a property.

A traced result is stored twice: as the call returned it, and as it is at the end of the case. The
two differ if student code writes into an array that it has returned before.
"""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis.errors import HypothesisException

from backproof.assignment.config import Assignment
from backproof.diagnosis.recorded_arguments import Origin, has_advanced, is_generator, recorded
from backproof.diagnosis.snapshots import Placeholder, snapshot
from backproof.grades import evidence
from backproof.submission.base import Call, Submission
from backproof.submission.iterables import on_drained, on_unfinished
from backproof.submission.messages import Mismatch
from backproof.suite.cases import own_copy


@dataclass
class TracedCall:
    """One call of a function; values are snapshots.

    Attributes:
        function: The function, as ``"unit.name"``.
        arguments: Positional arguments, as ``recorded_arguments`` records them.
        keywords: Keyword arguments, recorded alike.
        origins: Indices of the earlier calls that returned an object among the arguments.
        observed: Whether the property reads ``changed`` and ``warnings``.
        global_state: State of numpy's global generator, if the function was passed a generator.
        advanced: Whether the call, or an iteration over its result, drew from that one.
        result: The result when the call returned.
        seconds: How long the call took.
        exception: Type of the exception that the call, or an iteration over its result, raised;
            empty if none did.
        changed: Names of the arguments that were changed in place; empty unless ``observed``.
        warnings: Numerical warnings; empty unless ``observed``.
        final_result: The result at the end of the case.
        overwritten: The values that its arrays were filled with when it had returned.
        items: The items that the result yielded; ``None`` if the property did not iterate over it.
        may_yield_more: Whether the property stopped before the iteration ended.
        final_items: These items at the end of the case.

    """

    function: str
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    origins: frozenset[int]
    observed: bool = False
    global_state: Any = None
    advanced: bool = False
    seconds: float = 0.0
    result: Any = None
    exception: str = ""
    changed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    final_result: Any = None
    overwritten: tuple[float, ...] = ()
    items: tuple[Any, ...] | None = None
    may_yield_more: bool = False
    final_items: tuple[Any, ...] | None = None

    @property
    def is_random(self) -> bool:
        """Whether the function was passed a random generator."""
        return any(map(is_generator, (*self.arguments, *self.keywords.values())))

    def note_draws(self) -> None:
        """Set ``advanced``, before anything else may draw from the generator."""
        self.advanced = any(map(has_advanced, (*self.arguments, *self.keywords.values())))


@dataclass
class TracedCase:
    """A case of a property with the calls that the property made and the statistics it took.

    ``failed`` is whether the property failed on it.
    """

    case: Mapping[str, Any]
    calls: list[TracedCall]
    statistics: list[evidence.Measured] = field(default_factory=list)
    failed: bool = False

    @functools.cached_property
    def functions_behind(self) -> Sequence[frozenset[str]]:
        """By call its function, and the functions that returned an object it was passed."""
        known: list[frozenset[str]] = []
        for call in self.calls:
            known.append(
                frozenset([call.function]).union(*(known[origin] for origin in call.origins))
            )
        return known

    def seconds_in(self, function: str) -> float:
        """Return how long the calls of a function took, to begin with what is fast."""
        return sum(call.seconds for call in self.calls if call.function == function)

    def needed_for(self, indices: Iterable[int]) -> set[int]:
        """Return some calls, and all that returned an object they were passed, by their indices."""
        needed = set(indices)
        for index in range(len(self.calls) - 1, -1, -1):
            if index in needed:
                needed |= self.calls[index].origins
        return needed


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
        self._on_call = on_call
        self._inner = inner
        self._opaque = assignment.opaque
        self._iterables = assignment.iterables
        self.calls: list[TracedCall] = []
        self._returned: list[Call | None] = []  # None for a call that raised an exception
        # By the id of an opaque object: the call that returned it, and the object itself, because
        # its id could be used again if it were deleted.
        self._origins: dict[int, tuple[Origin, Any]] = {}
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
        traced = TracedCall(
            f"{unit}.{name}",
            recorded(arguments, self._origins),
            {key: recorded(value, self._origins) for key, value in keywords.items()},
            self._origins_of(values),
            observed,
        )
        if traced.is_random:
            traced.global_state = np.random.get_state()  # noqa: NPY002  # a student may use it
        self.calls.append(traced)
        self._returned.append(None)
        begin = time.perf_counter()
        try:
            call = self._inner.call(unit, name, arguments, keywords, observed)
        except Exception as exception:
            traced.exception = _type_of(exception)
            self._on_call(len(self.calls) - 1, traced)
            raise
        self._returned[-1] = call
        traced.seconds = time.perf_counter() - begin
        traced.note_draws()
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
            traced.overwritten = tuple(call.overwritten)
            if not isinstance(traced.result, Placeholder):
                call.result_now()  # updates the arrays of the result
            traced.final_result = self._snapshot_of_result(call)
            if traced.observed:
                traced.changed = tuple(call.changed)
        for index, items in self._drained.items():
            self.calls[index].final_items = tuple(self._snapshot(item) for item in items)

    def trace_items(self, iterable: Any, items: Sequence[Any]) -> None:
        """Trace the items that the result of a call has yielded."""
        for index in self._indices_of(iterable):
            self.calls[index].note_draws()
            self.calls[index].items = tuple(self._snapshot(item) for item in items)
            self._drained[index] = items

    def trace_unfinished(self, iterable: Any, exception: Exception | None) -> None:
        """Trace that the result of a call raised an exception, or may yield more items."""
        for index in self._indices_of(iterable):
            self.calls[index].note_draws()
            self.calls[index].may_yield_more = exception is None
            if exception is not None:
                self.calls[index].exception = _type_of(exception)

    def _indices_of(self, iterable: Any) -> list[int]:
        """Return the indices of the calls that returned an iterable."""
        return [i for i, call in enumerate(self._returned) if call and call.result is iterable]

    def _origins_of(self, values: Sequence[Any]) -> frozenset[int]:
        """Return the indices of the calls that returned one of the values or of their parts."""
        parts = [*values, *(part for v in values if isinstance(v, list | tuple) for part in v)]
        return frozenset(self._origins[id(v)][0].call for v in parts if id(v) in self._origins)

    def _store_origins(self, call: Call) -> None:
        """Remember the last call as the origin of the opaque objects in its result."""
        result, snapshot = call.result, self._snapshot_of_result(call)
        pairs: list[tuple[int | None, Any, Any]] = [(None, result, snapshot)]
        if isinstance(result, list | tuple) and isinstance(snapshot, tuple):
            pairs += zip(range(len(result)), result, snapshot, strict=True)
        for position, part, copy in pairs:
            if copy is Placeholder.OPAQUE and part is not None:
                self._origins[id(part)] = Origin(len(self.calls) - 1, position), part

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

    def _snapshot(self, value: Any) -> Any:
        return snapshot(value, lambda part: id(part) in self._origins)


def _type_of(exception: BaseException) -> str:
    """Return the type of a student's exception, or what else went wrong."""
    if not isinstance(exception, Mismatch):
        return type(exception).__name__
    raised = re.match(r".*? raised (\w+)", exception.returned)
    return raised[1] if raised else exception.returned


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
    on_unfinished.append(traced.trace_unfinished)
    evidence.on_measured.append(trace.statistics.append)
    try:
        body(**{**own_copy(case), "submission": traced})
    except HypothesisException:  # ``assume`` rejects the case
        return None
    except StopTrace:
        pass
    except (Exception, pytest.skip.Exception):
        trace.failed = True
    finally:
        on_drained.remove(traced.trace_items)
        on_unfinished.remove(traced.trace_unfinished)
        evidence.on_measured.remove(trace.statistics.append)
    traced.finish()
    return trace
