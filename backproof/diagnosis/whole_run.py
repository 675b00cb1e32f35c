"""Run a whole property on the reference and compare its calls with those of a submission.

Unlike in ``reference_variant``, each call gets what the calls before it returned, so it can be
compared only as long as these are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from backproof.diagnosis.call_trace import StopTrace, TracedCall, TracedCase
from backproof.diagnosis.recorded_arguments import equal_arguments
from backproof.diagnosis.reference_variant import (
    ReferenceVariant,
    Replacements,
    Verdict,
    same_effects,
)
from backproof.diagnosis.snapshots import equal_up_to_rounding


def verdicts_of_run(
    reference: ReferenceVariant,
    body: Callable[..., None],
    trace: TracedCase,
    replacements: Replacements,
    deciding: Container[int] = (),
) -> list[Verdict]:
    """Run a property on a traced case and compare each call with the trace.

    Args:
        reference: It runs the property.
        body: The property's own function.
        trace: The trace of the submission.
        replacements: Functions that replace those of the reference, by ``"unit.name"``.
        deciding: Indices of calls; at the first of them that is not the same, the run ends.

    Returns:
        One verdict for each call of the trace; a call that was not made again is incomparable.

    """
    verdicts: list[Verdict] = []
    # After the last call a run can be stopped, unless the property then iterates over a result
    # or overwrites the arguments of an observed call.
    can_stop = not any(call.observed or call.items is not None for call in trace.calls)

    def compare(index: int, call: TracedCall) -> None:
        if index >= len(trace.calls):
            raise StopTrace
        verdicts.append(_compare(call, trace.calls[index], verdicts))
        if index in deciding and verdicts[index] is not Verdict.SAME:
            raise StopTrace
        if can_stop and index == len(trace.calls) - 1:
            raise StopTrace

    own = reference.trace(body, trace.case, replacements, compare)
    for index, verdict in enumerate(verdicts):
        pair = own.calls[index], trace.calls[index]
        if verdict is Verdict.SAME and not _same_at_the_end(*pair):
            verdicts[index] = Verdict.DIFFERENT
    return verdicts + [Verdict.INCOMPARABLE] * (len(trace.calls) - len(verdicts))


def all_same(verdicts: Iterable[Verdict]) -> bool:
    """Return whether all calls of a case returned the same."""
    return all(verdict is Verdict.SAME for verdict in verdicts)


def _compare(call: TracedCall, expected: TracedCall, earlier: list[Verdict]) -> Verdict:
    """Compare two calls when they have returned; ``earlier`` are the verdicts of earlier calls."""
    same_arguments = (
        call.function == expected.function
        and call.origins == expected.origins
        # Opaque objects cannot be compared, so the calls that returned them are.
        and all(earlier[origin] is Verdict.SAME for origin in call.origins)
        and equal_arguments(call.arguments, expected.arguments)
        and equal_arguments(tuple(call.keywords.items()), tuple(expected.keywords.items()))
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
    return equal_up_to_rounding(*values) and same_effects(call, expected)
