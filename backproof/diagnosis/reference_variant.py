"""Call the reference, with some functions replaced, as a submission was called in a traced case.

Each call gets the arguments that the student's function got, whatever the calls before it returned:
a function is compared with a known mistake of it, and a student's other functions do not matter.
"""

from __future__ import annotations

import contextlib
import enum
import functools
import itertools
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from backproof.assignment.config import Assignment
from backproof.diagnosis.call_trace import (
    TracedCall,
    TracedCase,
    TracedSubmission,
    trace_case,
)
from backproof.diagnosis.recorded_arguments import MissingObjectError, restored
from backproof.diagnosis.snapshots import Placeholder, equal_up_to_rounding, nearly_equal
from backproof.submission.base import Call
from backproof.submission.local import LocalSubmission

Replacements = Mapping[str, Callable[..., object]]

# Calls of the reference that a failure of the student's own is compared with yield no more items.
_MAX_ITEMS = 10_000


class Verdict(enum.Enum):
    """The comparison of one call of the submission with the same call of the reference."""

    SAME = "equal results"
    DIFFERENT = "different results"
    INCOMPARABLE = "an opaque argument does not exist in the reference"


class ReferenceVariant:
    """The reference of an assignment; each run replaces some of its functions."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._code, self._disturbed_code = (
            LocalSubmission(assignment.reference, assignment.units) for _ in range(2)
        )

    def close(self) -> None:
        """Unload the reference."""
        self._code.close()
        self._disturbed_code.close()

    def verdicts(
        self,
        trace: TracedCase,
        replacements: Replacements,
        target: str = "",
        required: Collection[int] = (),
        at_most: int | None = None,
    ) -> dict[int, Verdict]:
        """Make the calls of a traced case again and compare each with the trace.

        Args:
            trace: The trace of the submission.
            replacements: Functions that replace those of the reference, by ``"unit.name"``.
            target: Only calls of this function are compared, and calls that were passed an object
                that it returned; all calls by default.
            required: Indices of calls; at the first of them that is different, the run ends.
            at_most: The number of calls to compare, the first ones; all by default.

        Returns:
            The verdicts by the indices of the calls.

        """
        compared = [i for i in range(len(trace.calls)) if _concerns(trace, i, target)][:at_most]
        needed = sorted(trace.needed_for(compared))
        replay = _Replay(self._code, self._assignment, replacements)

        disturbed = _DisturbedReplay(
            lambda: _Replay(self._disturbed_code, self._assignment, replacements, disturbed=True),
            trace,
            needed,
        )
        verdicts: dict[int, Verdict] = {}
        for index in needed:
            own = replay.call(index, trace.calls[index])
            verdicts[index] = _compare(own, trace, index, target, disturbed)
            if verdicts[index] is Verdict.DIFFERENT and index in required:
                return verdicts
        replay.finish()
        for index, own in replay.calls.items():
            same = verdicts[index] is Verdict.SAME
            if same and not _same_at_the_end(own, trace, index, disturbed):
                verdicts[index] = Verdict.DIFFERENT
        return {index: verdicts[index] for index in compared}

    def trace(
        self,
        body: Callable[..., None],
        case: Mapping[str, Any],
        replacements: Replacements,
        on_call: Callable[[int, TracedCall], None] = lambda _index, _call: None,
    ) -> TracedCase:
        """Run a property on a case and return the trace of the reference.

        ``on_call`` is called after each call with its index and its trace.
        """
        self._code.replace(replacements)
        self._code.begin_case()
        traced = TracedSubmission(self._code, self._assignment, on_call)
        return trace_case(traced, body, case) or TracedCase(case, traced.calls)


class _Replay:
    """Calls of the reference, each with the arguments that a student's function was passed.

    Attributes:
        calls: The traces of the calls, by the indices of the student's.

    """

    def __init__(
        self,
        code: LocalSubmission,
        assignment: Assignment,
        replacements: Replacements,
        *,
        disturbed: bool = False,
    ) -> None:
        code.replace(replacements)
        code.begin_case()
        self._traced = TracedSubmission(code, assignment)
        self._results: dict[int, Any] = {}
        self._restored = functools.partial(restored, results=self._results, disturbed=disturbed)
        self.calls: dict[int, TracedCall] = {}

    def call(self, index: int, expected: TracedCall) -> TracedCall | None:
        """Make a call; return its trace, or ``None`` if an object that it needs does not exist."""
        try:
            arguments = self._restored(expected.arguments)
            keywords = {key: self._restored(value) for key, value in expected.keywords.items()}
        except MissingObjectError:
            return None
        unit, _, name = expected.function.partition(".")
        with _global_state(expected.global_state):
            try:
                call = self._traced.call(unit, name, arguments, keywords, expected.observed)
            except Exception:  # its type is in the trace
                call = None
            own = self.calls[index] = self._traced.calls[-1]
            if call is not None:
                self._results[index] = call.result
                self._use(call, expected)
        return own

    def _use(self, call: Call, expected: TracedCall) -> None:
        """Do with a result and with the arguments what the property did."""
        if expected.items is not None or expected.exception:
            most = _MAX_ITEMS
            if expected.items is not None:
                most = len(expected.items) + (not expected.may_yield_more)
            try:
                self._traced.trace_items(call.result, list(itertools.islice(call.result, most)))
            except Exception as exception:
                self._traced.trace_unfinished(call.result, exception)
        for value in expected.overwritten:
            call.overwrite_arguments(value)

    def finish(self) -> None:
        """Trace the final state of all results."""
        self._traced.finish()


class _DisturbedReplay:
    """The calls of a replay with disturbed arguments, each made when it is asked for.

    Most candidates differ in one of the first calls, and a run may have a thousand.

    Args:
        begin: Returns the replay.
        trace: The trace of the submission.
        needed: The indices of the calls to make, in order.

    """

    def __init__(
        self, begin: Callable[[], _Replay], trace: TracedCase, needed: Sequence[int]
    ) -> None:
        self._replay = functools.cache(begin)
        self._trace = trace
        self._left = deque(needed)
        self._finish = functools.cache(lambda: self._replay().finish())

    def returned(self, index: int) -> TracedCall | None:
        """Return a call as it is when it has returned."""
        while self._left and self._left[0] <= index:
            following = self._left.popleft()
            self._replay().call(following, self._trace.calls[following])
        return self._replay().calls.get(index)

    def finished(self, index: int) -> TracedCall | None:
        """Return a call as it is at the end of the case."""
        self.returned(len(self._trace.calls))
        self._finish()
        return self._replay().calls.get(index)


def _concerns(trace: TracedCase, index: int, target: str) -> bool:
    return not target or target in trace.functions_behind[index]


def _compare(
    own: TracedCall | None,
    trace: TracedCase,
    index: int,
    target: str,
    disturbed: _DisturbedReplay,
) -> Verdict:
    """Compare two calls when they have returned."""
    if own is None:
        return Verdict.INCOMPARABLE
    expected = trace.calls[index]
    if own.exception != expected.exception:
        # Another function that is given a wrong object of the target raises an exception that
        # depends on its own code, so any exception agrees with any other.
        both_raised = own.exception and expected.exception
        follows = both_raised and target and expected.function != target
        return Verdict.SAME if follows else Verdict.DIFFERENT
    again = functools.partial(disturbed.returned, index)
    same = _equal(own, expected, again, lambda call: call.result)
    return Verdict.SAME if same else Verdict.DIFFERENT


def _same_at_the_end(
    own: TracedCall, trace: TracedCase, index: int, disturbed: _DisturbedReplay
) -> bool:
    """Return whether everything about two calls that is known only later is the same."""
    expected = trace.calls[index]
    return _equal(
        own,
        expected,
        functools.partial(disturbed.finished, index),
        lambda call: (call.final_result, call.items, call.final_items),
    ) and same_effects(own, expected)


def same_effects(own: TracedCall, expected: TracedCall) -> bool:
    """Return whether two calls did the same beside returning a result."""
    return (
        own.changed == expected.changed
        and (_is_unread(expected) or own.advanced == expected.advanced)
        and _kinds(own.warnings) == _kinds(expected.warnings)
    )


def _equal(
    own: TracedCall,
    expected: TracedCall,
    disturbed: Callable[[], TracedCall | None],
    values: Callable[[TracedCall], Any],
) -> bool:
    """Return whether values of two calls are equal, up to rounding errors however they grow."""
    pair = values(own), values(expected)
    if equal_up_to_rounding(*pair):
        return True
    if not nearly_equal(*pair):
        return False
    again = disturbed()
    return again is not None and equal_up_to_rounding(*pair, values(again))


def _is_unread(call: TracedCall) -> bool:
    """Return whether the property did not read the items of an iterable, which may draw them."""
    return call.result is Placeholder.ITERABLE and call.items is None


@contextlib.contextmanager
def _global_state(state: Any) -> Iterator[None]:
    """Give numpy's global generator the state that it had for the student's function."""
    if state is None:
        yield
        return
    before = np.random.get_state()  # noqa: NPY002  # a student's code may draw from it
    np.random.set_state(state)  # noqa: NPY002  # as above
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002  # as above


def _kinds(warnings: Collection[str]) -> set[str]:
    """Return what happened, such as an overflow, without the operation in which it did."""
    return {text.partition(" encountered")[0] for text in warnings}
