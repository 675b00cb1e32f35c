"""Compute the outcomes of a submission from the records of its properties."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence

from backproof.assignment.config import Assignment, Derived
from backproof.failure_kinds import WRONG
from backproof.grades import evidence
from backproof.grades.outcomes import BLOCKED, FAILED, NOT_GRADED, NOT_STARTED, PASSED, Outcome
from backproof.grades.property_record import PropertyRecord

# A property with several sets of parameters has the status and the message of its worst one.
_WORST_FIRST = (NOT_GRADED, FAILED, NOT_STARTED, PASSED)

# A card with more facts is not read.
_MAX_FACTS = 4


def judge(records: Iterable[PropertyRecord], assignment: Assignment) -> tuple[Outcome, ...]:
    """Return an outcome for each property, in lecture order.

    The records of a property, one for each set of its parameters, become one outcome. The points
    of a unit are shared among those of its properties that ran, by weight, and the points of a
    property equally among its sets of parameters: one missing activation does not cost the points
    that the others earned. In the end, failures that another failure explains become ``BLOCKED``.
    """
    by_property: dict[str, list[PropertyRecord]] = defaultdict(list)
    for record in records:
        by_property[record.property].append(record)
    groups = sorted(by_property.values(), key=lambda group: assignment.units.index(group[0].unit))
    weights = {name: assignment.weights.get(name, 1) for name in by_property}
    unit_weights = dict.fromkeys(assignment.units, 0.0)
    for group in groups:
        unit_weights[group[0].unit] += weights[group[0].property]
    outcomes = []
    for group in groups:
        unit, weight = group[0].unit, weights[group[0].property]
        share = weight / unit_weights[unit] if unit_weights[unit] else 0.0
        outcomes.append(_merged(group, assignment.points[unit] * share))
    return tuple(_block(outcome, outcomes, assignment) for outcome in outcomes)


def _merged(group: Sequence[PropertyRecord], max_points: float) -> Outcome:
    """Return the outcome of a property from the records of all sets of its parameters."""
    worst = min(group, key=lambda record: _WORST_FIRST.index(record.status))
    passed = sum(record.status == PASSED for record in group)
    mistakes = {name: text for record in group for name, text in record.mistakes.items()}
    return Outcome(
        property=worst.property,
        unit=worst.unit,
        functions=tuple(sorted({name for record in group for name in record.functions})),
        status=worst.status,
        kind=worst.kind,
        points=max_points * passed / len(group),
        max_points=max_points,
        sentence=worst.sentence,
        message=worst.message,
        case=worst.case,
        diagnosis="\n".join(mistakes.values()) or None,
        seconds=sum(record.seconds for record in group),
        mistakes=tuple(mistakes),
        evidence=evidence.joined(
            evidence.labelled(record.evidence, record.parameters)
            for record in group
            if record.evidence
        ),
        facts=_facts(group),
    )


def _facts(group: Sequence[PropertyRecord]) -> tuple[str, ...]:
    """Return the facts about all sets of parameters; those that differ say which set they mean."""
    stated = {record.parameters: record.facts for record in group if record.facts}
    if len(set(stated.values())) <= 1:
        return next(iter(stated.values()), ())
    shared = set.intersection(*map(set, stated.values()))
    labelled = [
        f"{parameters}: {fact}" if parameters and fact not in shared else fact
        for parameters, facts in stated.items()
        for fact in facts
    ]
    return tuple(dict.fromkeys(labelled))[:_MAX_FACTS]


def _block(outcome: Outcome, outcomes: Sequence[Outcome], assignment: Assignment) -> Outcome:
    """Return the outcome as ``BLOCKED`` if another failure of the submission explains it."""
    if outcome.status != FAILED:
        return outcome
    for function, derived in assignment.derived.items():
        if outcome.property in derived.explains and _follows_from(derived, outcome, outcomes):
            note = (
                f"blocked by {derived.of}: {function} is the derivative of what that computes "
                "now, so it will be right once that is. This costs no points."
            )
            return dataclasses.replace(
                _with_note(outcome, note), points=outcome.max_points, diagnosis=None, mistakes=()
            )
    failed_units = {other.unit for other in outcomes if other.status == FAILED}
    required = assignment.prerequisites.get(outcome.unit, ())
    blockers = [unit for unit in required if unit in failed_units]
    # A known mistake in the unit itself is a cause of its own.
    is_own = any(name.partition(".")[0] == outcome.unit for name in outcome.mistakes)
    if blockers and not is_own:
        note = f"blocked by {', '.join(blockers)}: fix that first, it may explain this"
        return _with_note(outcome, note)
    return outcome


def _follows_from(derived: Derived, outcome: Outcome, outcomes: Sequence[Outcome]) -> bool:
    """Return whether a derivative is wrong only because the function that it fits is wrong."""

    def is_wrong(other: Outcome) -> bool:
        return other.status == FAILED and other.kind == WRONG

    return (
        is_wrong(outcome)
        and any(other.property == derived.fits and other.status == PASSED for other in outcomes)
        and any(other.property in derived.wrong and is_wrong(other) for other in outcomes)
    )


def _with_note(outcome: Outcome, note: str) -> Outcome:
    message = f"{outcome.message}\n{note}" if outcome.message else note
    return dataclasses.replace(outcome, status=BLOCKED, message=message)
