"""Gradescope's ``results.json``: a test for each property, with all text as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backproof.grades.causes import Cause, find_causes
from backproof.grades.next_step import next_step
from backproof.grades.outcomes import MARKS, PASSED, Grade, Outcome
from backproof.report.scores import by_unit, number, require_final
from backproof.report.text import (
    also_breaks,
    cause_heading,
    dump,
    explain,
    one_line,
    sentence,
    summary,
)

# Causes that the summary lists.
_MAX_CAUSES = 20


def render(grade: Grade, title: str, *, published_later: Sequence[Outcome] = ()) -> str:
    """Return a grade in the form that Gradescope reads.

    Every text has the format ``text``, which Gradescope shows unchanged in a monospaced font.

    Args:
        grade: The grade, without hidden details.
        title: The assignment's title.
        published_later: Hidden outcomes in full. They are added as tests without points, which
            students see after the grades are published. Until then Gradescope hides the student's
            total as well, as it does for any hidden test.

    Raises:
        NotGradable: Something was not graded, and ``results.json`` requires a score. Without the
            file Gradescope shows an error of the autograder, and an instructor can run it again.

    """
    require_final(grade, "Gradescope")
    causes = find_causes(grade.outcomes)
    same_cause = {
        outcome.property: f"The same cause as: {cause_heading(cause)}\n"
        for cause in causes
        for outcome in cause.explained[1:]
    }
    tests = [
        _test(outcome, f"{unit_position}.{position}", same_cause.get(outcome.property, ""))
        for unit_position, unit in enumerate(by_unit(grade), 1)
        for position, outcome in enumerate(unit.outcomes, 1)
    ]
    tests += [
        _published_later(outcome, number) for number, outcome in enumerate(published_later, 1)
    ]
    head = f"{one_line(title)}: {number(grade.score)} of {number(grade.max_score)} points"
    document = {
        "score": grade.score,
        "execution_time": round(sum(outcome.seconds for outcome in grade.outcomes), 3),
        "output": "\n\n".join([head, _what_to_do(grade, causes), summary(grade)]),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }
    return dump(document)


def _what_to_do(grade: Grade, causes: Sequence[Cause]) -> str:
    """Return the next step, and a line for each cause."""
    lines = [
        f"{MARKS[cause.status]} {cause_heading(cause)} {also_breaks(cause)}".rstrip()
        for cause in causes[:_MAX_CAUSES]
    ]
    return "\n".join([one_line(next_step(grade, with_rule=False)), *lines])


def _published_later(outcome: Outcome, number: int) -> dict[str, Any]:
    """Return a test that shows a hidden rule; its points are in the test that students see."""
    test = _test(outcome, f"hidden {number}", "")
    del test["score"], test["max_score"]
    return {**test, "tags": [*test["tags"], "hidden"], "visibility": "after_published"}


def _test(outcome: Outcome, position: str, remark: str) -> dict[str, Any]:
    return {
        "score": round(outcome.points, 6),
        "max_score": round(outcome.max_points, 6),
        "status": "passed" if outcome.status == PASSED else "failed",
        "name": sentence(outcome),
        "name_format": "text",
        "number": position,
        "output": f"{remark}{explain(outcome)}",
        "output_format": "text",
        "tags": [one_line(outcome.unit)],
        "visibility": "visible",
    }
