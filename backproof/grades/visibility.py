"""Hide the properties that the assignment declares hidden from students."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection

from backproof.failure_kinds import SHORT_DESCRIPTIONS
from backproof.grades.outcomes import BLOCKED, FAILED, Grade, Outcome


def hide_for_students(grade: Grade, hidden: Collection[str]) -> Grade:
    """Return the grade as a student may see it.

    Of a hidden property it shows only the unit, the points and the kind of failure.
    """
    numbers: Counter[str] = Counter()
    outcomes = []
    for outcome in grade.outcomes:
        if outcome.property in hidden:
            numbers[outcome.unit] += 1
            outcome = _hidden_outcome(outcome, numbers[outcome.unit])
        outcomes.append(outcome)
    return dataclasses.replace(grade, outcomes=tuple(outcomes))


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
    )
