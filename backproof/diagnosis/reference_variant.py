"""Run the reference with some functions replaced on the cases that a submission was traced on."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping

from backproof.assignment.config import Assignment
from backproof.diagnosis.call_trace import (
    StopTrace,
    TracedCall,
    TracedCase,
    TracedSubmission,
    equal_up_to_rounding,
    trace_case,
)
from backproof.submission.local import LocalSubmission

Replacements = Mapping[str, Callable[..., object]]


class Verdict(enum.Enum):
    """The comparison of one call of the submission with the same call of the reference."""

    SAME = "equal arguments, equal results"
    DIFFERENT = "equal arguments, different results"
    INCOMPARABLE = "different arguments, or only one of the two made the call"


class ReferenceVariant:
    """The reference of an assignment; each run replaces some of its functions."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._code = LocalSubmission(assignment.reference, assignment.units)

    def close(self) -> None:
        """Unload the reference."""
        self._code.close()

    def verdicts(
        self,
        body: Callable[..., None],
        trace: TracedCase,
        replacements: Replacements,
        until: str = "",
    ) -> list[Verdict]:
        """Run a property on a traced case and compare each call with the trace.

        Args:
            body: The property's own function.
            trace: The trace of the submission.
            replacements: Functions that replace those of the reference, by ``"unit.name"``.
            until: The run ends at the first different result of this function, or of a call that
                was passed an object that it returned.

        Returns:
            One verdict for each call of the trace.

        """
        verdicts: list[Verdict] = []
        # After the last call a run can be stopped, unless the property then iterates over a result
        # or overwrites the arguments of an observed call.
        can_stop = not any(call.observed or call.items is not None for call in trace.calls)

        def compare(index: int, call: TracedCall) -> None:
            if index >= len(trace.calls):
                raise StopTrace
            verdicts.append(_compare(call, trace.calls[index], verdicts))
            if verdicts[-1] is Verdict.DIFFERENT and until in trace.functions_behind(index):
                raise StopTrace
            if can_stop and index == len(trace.calls) - 1:
                raise StopTrace

        own = self.trace(body, trace, replacements, compare)
        for index, verdict in enumerate(verdicts):
            if verdict is Verdict.SAME and not _same_at_the_end(
                own.calls[index], trace.calls[index]
            ):
                verdicts[index] = Verdict.DIFFERENT
        return verdicts + [Verdict.INCOMPARABLE] * (len(trace.calls) - len(verdicts))

    def trace(
        self,
        body: Callable[..., None],
        trace: TracedCase,
        replacements: Replacements,
        on_call: Callable[[int, TracedCall], None] = lambda _index, _call: None,
    ) -> TracedCase:
        """Run a property on the case of a trace and return the trace of the reference.

        ``on_call`` is called after each call with its index and its trace.
        """
        self._code.replace(replacements)
        self._code.begin_case()
        traced = TracedSubmission(self._code, self._assignment, on_call)
        return trace_case(traced, body, trace.case) or TracedCase(trace.case, traced.calls)


def _compare(call: TracedCall, expected: TracedCall, earlier: list[Verdict]) -> Verdict:
    """Compare two calls when they have returned; ``earlier`` are the verdicts of earlier calls."""
    same_arguments = (
        call.function == expected.function
        and call.origins == expected.origins
        # Opaque objects cannot be compared, so the calls that returned them are.
        and all(earlier[origin] is Verdict.SAME for origin in call.origins)
        and equal_up_to_rounding(call.arguments, expected.arguments)
    )
    if not same_arguments:
        return Verdict.INCOMPARABLE
    same_result = call.exception == expected.exception and equal_up_to_rounding(
        call.result, expected.result
    )
    return Verdict.SAME if same_result else Verdict.DIFFERENT


def _same_at_the_end(call: TracedCall, expected: TracedCall) -> bool:
    """Return whether everything about two calls that is known only later is the same."""
    values = [(each.final_result, each.items, each.final_items) for each in (call, expected)]
    return (
        equal_up_to_rounding(*values)
        and call.changed == expected.changed
        and set(call.warnings) == set(expected.warnings)
    )
