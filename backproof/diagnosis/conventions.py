"""Find out which of the conventions that an assignment leaves open a submission follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from backproof.assignment.misconceptions import REFERENCE
from backproof.diagnosis.call_trace import TracedCase
from backproof.diagnosis.reference_variant import ReferenceVariant, Verdict

# The number of traces on which conventions are compared; the fastest ones are taken.
_MAX_TRACES = 3


Option = tuple[str, Callable[..., Any] | None]


def followed_conventions(
    reference: ReferenceVariant,
    traces: Sequence[TracedCase],
    target: str,
    variants: Sequence[tuple[str, Callable[..., Any]]],
) -> list[Option]:
    """Return the conventions under which most calls of a submission are correct.

    There are several if the wrong results do not tell them apart.

    Args:
        reference: It runs correct code.
        traces: Cases of the submission.
        target: The function that the convention is about, as ``"unit.name"``.
        variants: Correct functions, with the names of their conventions.

    Returns:
        The names of the conventions, and the functions that follow them; ``None`` in the place of
        the reference's.

    """
    options: list[Option] = [(REFERENCE, None), *variants]
    fastest = sorted(traces, key=lambda trace: trace.seconds_in(target))[:_MAX_TRACES]

    def count_correct(option: Option) -> int:
        replaced = {} if option[1] is None else {target: option[1]}
        verdicts = [reference.verdicts(t, replaced, target) for t in fastest]
        return sum(verdict is Verdict.SAME for each in verdicts for verdict in each.values())

    counts = [count_correct(option) for option in options]
    return [each for each, count in zip(options, counts, strict=True) if count == max(counts)]
