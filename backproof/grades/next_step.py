"""The next thing that a student should do, chosen from all outcomes of a grade."""

from __future__ import annotations

from backproof.failure_kinds import IMPORT_FAILED, MISSING
from backproof.grades.causes import find_causes, place_of
from backproof.grades.outcomes import FAILED, NOT_GRADED, NOT_STARTED, PASSED, Grade, Outcome


def next_outcome(grade: Grade) -> Outcome | None:
    """Return the outcome to look at first; ``None`` if there is nothing left to do.

    It is the one that shows the first cause of failures. If nothing failed by itself, the first
    rule that is not started comes before failures that are blocked and faults of the grader.
    """
    causes = find_causes(grade.outcomes)
    if not causes or causes[0].status != FAILED:
        for outcome in grade.outcomes:
            if outcome.status == NOT_STARTED:
                return outcome
    return causes[0].shown if causes else None


def next_step(grade: Grade, *, with_rule: bool = True) -> str:
    """Return one sentence that says what to do next.

    Args:
        grade: The grade.
        with_rule: Whether it states the rule that is broken.
    """
    outcome = next_outcome(grade)
    if outcome is None:
        rules = grade.count(PASSED)
        if not rules:
            return "Nothing was checked."
        hold = "the one rule that was checked holds" if rules == 1 else f"all {rules} rules hold"
        return f"Nothing is left to do: {hold}."
    first_line = outcome.message.partition("\n")[0].rstrip(".:")
    if outcome.status == NOT_GRADED:
        return (
            f"Tell your instructor that the checker broke at {outcome.property}: it is not your "
            "code's fault, and everything else holds."
        )
    if outcome.status == NOT_STARTED:
        return f"Next, write {place_of(outcome)}: {first_line}."
    if outcome.kind == IMPORT_FAILED:
        return f"Next, fix a file of {outcome.unit}: {first_line}."
    if outcome.kind == MISSING:
        return f"Next, add what {outcome.unit} lacks: {first_line}."
    rule = f": {outcome.sentence.rstrip('.')}" if with_rule else ""
    return f"Next, fix {place_of(outcome)}{rule}."
