"""Hide from students what the assignment declares hidden."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection

from backproof.failure_kinds import IN_SHORT
from backproof.grades.outcomes import BLOCKED, FAILED, Grade, Outcome


def _hidden_outcome(outcome: Outcome, number: int) -> Outcome:
    return dataclasses.replace(
        outcome,
        property=f"hidden_{outcome.unit}_{number}",
        functions=(),
        sentence=f"A rule of {outcome.unit} that is not shown.",
        message=IN_SHORT.get(outcome.kind, "") if outcome.status in (FAILED, BLOCKED) else "",
        case=None,
        diagnosis=None,
        mistakes=(),
        evidence=None,
    )


def hide_for_students(grade: Grade, hidden: Collection[str]) -> Grade:
    """Give the grade as a student may see it: of a hidden property, only the unit and the kind."""
    numbers: Counter[str] = Counter()
    outcomes = []
    for outcome in grade.outcomes:
        if outcome.property in hidden:
            numbers[outcome.unit] += 1
            outcome = _hidden_outcome(outcome, numbers[outcome.unit])
        outcomes.append(outcome)
    return dataclasses.replace(grade, outcomes=tuple(outcomes))
