"""The next thing that a student should do, chosen from all outcomes of a grade."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from backproof.failure_kinds import IMPORT_FAILED, MISSING, WRONG
from backproof.grades.outcomes import (
    BLOCKED,
    FAILED,
    NOT_GRADED,
    NOT_STARTED,
    PASSED,
    Grade,
    Outcome,
)

# Blocked failures come late: their cause is another failure, which comes first.
_STATUS_ORDER = (FAILED, NOT_STARTED, BLOCKED, NOT_GRADED)
# A file that cannot be imported hides all other failures of its unit, and a missing function has
# to exist before anything can be wrong with it.
_FIRST_KINDS = (IMPORT_FAILED, MISSING)
_MAX_NAMED_FUNCTIONS = 3


def next_outcome(grade: Grade) -> Outcome | None:
    """Return the outcome to look at first; ``None`` if there is nothing left to do.

    It belongs to the first unit, in lecture order, with a failure that is not blocked. Within the
    unit, a file that cannot be imported comes first, then a missing function, then the rule that
    involves the fewest functions. If nothing failed, the first rule that is not started follows.
    """
    for status in _STATUS_ORDER:
        outcomes = [outcome for outcome in grade.outcomes if outcome.status == status]
        if outcomes:
            first_unit = outcomes[0].unit
            return min((o for o in outcomes if o.unit == first_unit), key=_priority)
    return None


def _priority(outcome: Outcome) -> tuple[int, int]:
    kind = outcome.kind
    first = _FIRST_KINDS.index(kind) if kind in _FIRST_KINDS else len(_FIRST_KINDS)
    # A hidden rule names no function. It comes last, as it says least about where to look.
    return first, len(outcome.functions) or 1_000


def next_step(grade: Grade) -> str:
    """Return one sentence that says what to do next."""
    outcome = next_outcome(grade)
    if outcome is None:
        rules = grade.count(PASSED)
        if not rules:
            return "Nothing was checked."
        hold = "the one rule that was checked holds" if rules == 1 else f"all {rules} rules hold"
        return f"Nothing is left to do: {hold}."
    first_line = outcome.message.partition("\n")[0].rstrip(".")
    if outcome.status == NOT_GRADED:
        return (
            f"Tell your instructor that the checker broke at {outcome.property}: it is not your "
            "code's fault, and everything else holds."
        )
    if outcome.status == NOT_STARTED:
        return f"Next, write {_place(outcome)}: {first_line}."
    if outcome.kind == IMPORT_FAILED:
        return f"Next, fix a file of {outcome.unit}: {first_line}."
    if outcome.kind == MISSING:
        return f"Next, add what {outcome.unit} lacks: {first_line}."
    return f"Next, fix {_place(outcome)}: {outcome.sentence.rstrip('.')}."


def _place(outcome: Outcome) -> str:
    """Return where to look: ``"f and g in layers"``, or the unit if there are too many names."""
    named = [name.split(".", 1) for name in outcome.functions]
    functions = [function for unit, function in named if unit == outcome.unit]
    if not 0 < len(functions) <= _MAX_NAMED_FUNCTIONS:
        return outcome.unit
    *others, last = functions
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"{listed} in {outcome.unit}"


def by_cause(
    outcomes: Iterable[Outcome], statuses: Collection[str] = (FAILED, NOT_GRADED)
) -> list[list[Outcome]]:
    """Group the outcomes of some statuses, so that those with one cause are reported together.

    Outcomes of a unit with the same message and no failing case have one cause, such as a missing
    function. A wrong result is always reported alone: all wrong results of hidden rules have the
    same message, though their causes may differ.
    """
    groups: dict[object, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.status in statuses:
            is_shared = outcome.case is None and outcome.kind != WRONG
            shared = (outcome.unit, outcome.status, outcome.message)
            groups.setdefault(shared if is_shared else outcome.property, []).append(outcome)
    return list(groups.values())
