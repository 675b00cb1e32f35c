"""Classroom 50's ``result.json``: whole numbers, so points are counted in hundredths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backproof.errors import UserError
from backproof.grades.outcomes import PASSED, Grade
from backproof.report.scores import require_final
from backproof.report.text import case, dump, fitting, message, one_line, sentence

# One point is so many of Classroom 50's whole points: two decimals are kept.
PER_POINT = 100

# Which variable of the runner's environment holds a field that only the platform knows.
VARIABLES = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
    "owner": "OWNER",
    "assignment_type": "ASSIGNMENT_TYPE",
}
_REQUIRED = ("classroom", "assignment", "submission", "commit", "release", "review")
_STAMPED = ("owner", "assignment_type", "datetime")

# The collector reads no longer file.
_MOST_BYTES = 9_000_000


def about_from(environment: Mapping[str, str]) -> dict[str, str]:
    """Take what the platform's runner tells an autograder from its environment variables."""
    found = ((field, environment.get(variable)) for field, variable in VARIABLES.items())
    return {field: value for field, value in found if value}


def render(grade: Grade, title: str, about: Mapping[str, str] | None = None) -> str:
    """Give the grade as Classroom 50's runner reads it.

    Scores are whole numbers there, so a point is ``PER_POINT`` of them. The score and what was
    lost are each rounded as a whole and then shared among the tests by largest remainder: the
    tests add up to the totals exactly, and a test that passed has all of its points.

    Args:
        grade: The grade.
        title: What the result is called, if ``about`` names no assignment.
        about: The fields that only the platform knows, of which ``owner``, ``assignment_type``
            and ``datetime`` may be missing: its runner sets them. Without ``about`` the result
            lacks all of them, which is for looking at it.

    Raises:
        UserError: ``about`` lacks a field or has one that does not exist.
        NotGradable: Something was not graded; an autograder that then exits with an error has
            the runner record an error instead of a score.

    """
    require_final(grade, "Classroom 50")
    fields = {"assignment": one_line(title)} if about is None else _checked(about)
    report = fitting(lambda limit: dump({**fields, **_scores(grade, limit)}), _MOST_BYTES)
    if report is None:
        raise UserError(f"this grade has {len(grade.outcomes)} tests, too many for Classroom 50")
    return report


def _checked(about: Mapping[str, str]) -> dict[str, str]:
    known = (*_REQUIRED, *_STAMPED)
    unknown = sorted(set(about) - set(known))
    if unknown:
        raise UserError(
            f"Classroom 50's result has no field {', '.join(unknown)}; there are {', '.join(known)}"
        )
    missing = [field for field in _REQUIRED if not about.get(field)]
    if missing:
        variables = ", ".join(VARIABLES[field] for field in missing)
        raise UserError(
            f"Classroom 50's result needs {', '.join(missing)}: its runner sets {variables} "
            "in the environment of an autograder"
        )
    return dict(about)


def _scores(grade: Grade, limit: int) -> dict[str, Any]:
    earned = _shared([outcome.points for outcome in grade.outcomes])
    lost = _shared([outcome.max_points - outcome.points for outcome in grade.outcomes])
    tests = [
        {
            "test-name": f"{one_line(outcome.unit)}: {sentence(outcome)}",
            "passed": outcome.status == PASSED,
            "score": got,
            "max-score": got + not_got,
            "status": outcome.status,
            "message": message(outcome, limit),
            "output": case(outcome, limit),
        }
        for outcome, got, not_got in zip(grade.outcomes, earned, lost, strict=True)
    ]
    return {
        "schema": "classroom50/result/v1",
        "score": sum(earned),
        "max-score": sum(earned) + sum(lost),
        "tests": tests,
    }


def _shared(points: Sequence[float]) -> list[int]:
    """Round points to hundredths so that their sum is the rounded sum.

    What rounding down leaves over goes to those that lost most by it, the first ones first; a
    part that is whole, so also one that is 0, stays as it is.
    """
    exact = [round(value * PER_POINT, 6) for value in points]
    parts = [int(value) for value in exact]
    left_over = int(sum(exact) + 0.5) - sum(parts)
    by_loss = sorted(range(len(exact)), key=lambda index: parts[index] - exact[index])
    for index in by_loss[:left_over]:
        parts[index] += 1
    return parts
