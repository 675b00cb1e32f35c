"""The next thing to do, of everything that a grade has to say."""

from __future__ import annotations

from collections.abc import Iterable

from backproof.failure_kinds import IMPORT_FAILED, MISSING
from backproof.grades.outcomes import (
    BLOCKED,
    FAILED,
    NOT_GRADED,
    NOT_STARTED,
    PASSED,
    Grade,
    Outcome,
)

# What cannot be imported hides all else, and what is not there is not wrong yet.
_FIRST_OF_ALL = (IMPORT_FAILED, MISSING)
# A failure that is blocked comes last: it has another cause, which is listed before it.
_TURNS = (FAILED, NOT_STARTED, BLOCKED, NOT_GRADED)
_MOST_NAMED = 3


def next_outcome(grade: Grade) -> Outcome | None:
    """Choose the outcome to look at first; ``None`` if there is nothing left to do.

    It is one of the earliest unit, in the order of the lecture, that fails of itself. Of these, a
    file that cannot be imported comes first, then what is missing, then the rule that needs the
    fewest functions. Only when nothing fails is it the turn of what is not started.
    """
    for status in _TURNS:
        of_status = [outcome for outcome in grade.outcomes if outcome.status == status]
        in_unit = [outcome for outcome in of_status if outcome.unit == of_status[0].unit]
        if in_unit:
            return min(in_unit, key=_turn)
    return None


def next_step(grade: Grade) -> str:
    """Say in one sentence what to do next; the outcomes are in the order of the lecture."""
    outcome = next_outcome(grade)
    if outcome is None:
        rules = grade.count(PASSED)
        return f"Nothing is left to do: {_all_of(rules)}." if rules else "Nothing was checked."
    if outcome.status == NOT_GRADED:
        return (
            f"Tell your instructor that the checker broke at {outcome.property}: it is not your "
            "code's fault, and everything else holds."
        )
    if outcome.status == NOT_STARTED:
        return f"Next, write {_where(outcome)}: {_line(outcome.message)}."
    if outcome.kind == IMPORT_FAILED:
        return f"Next, mend a file of {outcome.unit}: {_line(outcome.message)}."
    if outcome.kind == MISSING:
        return f"Next, add what {outcome.unit} lacks: {_line(outcome.message)}."
    return f"Next, mend {_where(outcome)}: {outcome.sentence.rstrip('.')}."


def by_cause(outcomes: Iterable[Outcome]) -> list[list[Outcome]]:
    """Group what failed: properties with the same message and no case have one cause."""
    groups: dict[object, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.status in (FAILED, NOT_GRADED):
            alone = outcome.case is not None
            cause = outcome.property if alone else (outcome.unit, outcome.status, outcome.message)
            groups.setdefault(cause, []).append(outcome)
    return list(groups.values())


def _turn(outcome: Outcome) -> tuple[int, int]:
    kind = outcome.kind
    first = _FIRST_OF_ALL.index(kind) if kind in _FIRST_OF_ALL else len(_FIRST_OF_ALL)
    # A hidden rule names no function, so it says the least about where to look.
    return first, len(outcome.functions) or 1_000


def _where(outcome: Outcome) -> str:
    names = [name.partition(".")[2] for name in outcome.functions if _is_of(outcome, name)]
    if not 0 < len(names) <= _MOST_NAMED:
        return outcome.unit
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"{listed} in {outcome.unit}"


def _is_of(outcome: Outcome, function: str) -> bool:
    return function.partition(".")[0] == outcome.unit


def _all_of(rules: int) -> str:
    return "the one rule that was checked holds" if rules == 1 else f"all {rules} rules hold"


def _line(message: str) -> str:
    """Take the first line, to stand inside a sentence."""
    return message.partition("\n")[0].rstrip(".")
