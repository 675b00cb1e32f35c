"""Hide the properties that the assignment declares hidden from students."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection

from backproof.failure_kinds import SHORT_DESCRIPTIONS
from backproof.grades.outcomes import BLOCKED, FAILED, FunctionCredit, Grade, Outcome
from backproof.grades.property_record import CORE


def hide_for_students(grade: Grade, hidden: Collection[str]) -> Grade:
    """Return the grade as a student may see it.

    Of a hidden property it shows only the unit, the points and the kind of failure. A function that
    only hidden properties exercise has no name; the points of the others show what they lost.
    """
    numbers: Counter[str] = Counter()
    outcomes = []
    for outcome in grade.outcomes:
        if outcome.property in hidden:
            numbers[outcome.unit] += 1
            outcome = _hidden_outcome(outcome, numbers[outcome.unit])
        outcomes.append(outcome)
    shown = {name for outcome in outcomes for name in outcome.functions}
    functions = [
        credit if shown & {credit.function, *credit.parts} or not hidden else _nameless(credit, n)
        for n, credit in enumerate(grade.functions, 1)
    ]
    return dataclasses.replace(grade, outcomes=tuple(outcomes), functions=tuple(functions))


def _nameless(credit: FunctionCredit, number: int) -> FunctionCredit:
    return dataclasses.replace(credit, function=f"{credit.unit}.hidden_{number}", parts=())


def _hidden_outcome(outcome: Outcome, number: int) -> Outcome:
    return dataclasses.replace(
        outcome,
        property=f"hidden_{outcome.unit}_{number}",
        functions=(),
        sentence=f"A rule of {outcome.unit} that is not shown.",
        message=SHORT_DESCRIPTIONS.get(outcome.kind, "")
        if outcome.status in (FAILED, BLOCKED)
        else "",
        case=None,
        diagnosis=None,
        mistakes=(),
        evidence=None,
        facts=(),
        blamed=(),
        role=CORE,
        blocked_by=(),
    )
