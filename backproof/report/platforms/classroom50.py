"""Classroom 50's ``result.json``, whose scores are integers: hundredths of a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backproof.errors import UserError
from backproof.grades.outcomes import PASSED, Grade
from backproof.report.scores import require_final
from backproof.report.text import case, dump, fitting, message, one_line, sentence

# The number of Classroom 50's integer points for one point; this keeps two decimals.
PER_POINT = 100

# The environment variable of the runner for each field that only the platform knows.
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

# The collector refuses longer files.
_MAX_BYTES = 9_000_000


def about_from(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that the platform's runner sets as environment variables."""
    values = ((field, environment.get(variable)) for field, variable in VARIABLES.items())
    return {field: value for field, value in values if value}


def render(grade: Grade, title: str, about: Mapping[str, str] | None = None) -> str:
    """Return a grade in the form that Classroom 50's runner reads.

    Scores are integers there, ``PER_POINT`` for each point. The points earned and the points lost
    are each rounded in total and then distributed to the tests by largest remainder. So the tests
    add up to the totals exactly, and a passed test has all of its points.

    Args:
        grade: The grade.
        title: The name of the assignment, if ``about`` is missing.
        about: The fields that only the platform knows. ``owner``, ``assignment_type`` and
            ``datetime`` may be missing, because the runner sets them. A result without ``about``
            lacks all of these fields: it can be displayed, and not collected.

    Raises:
        UserError: ``about`` lacks a field or has an unknown one.
        NotGradable: Something was not graded. The autograder then exits with an error, so the
            runner records an error instead of a score.

    """
    require_final(grade, "Classroom 50")
    fields = {"assignment": one_line(title)} if about is None else _checked(about)
    report = fitting(lambda limit: dump({**fields, **_scores(grade, limit)}), _MAX_BYTES)
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
    earned = _rounded([outcome.points for outcome in grade.outcomes])
    lost = _rounded([outcome.max_points - outcome.points for outcome in grade.outcomes])
    tests = [
        {
            "test-name": f"{one_line(outcome.unit)}: {sentence(outcome)}",
            "passed": outcome.status == PASSED,
            "score": won,
            "max-score": won + missed,
            "status": outcome.status,
            "message": message(outcome, limit),
            "output": case(outcome, limit),
        }
        for outcome, won, missed in zip(grade.outcomes, earned, lost, strict=True)
    ]
    return {
        "schema": "classroom50/result/v1",
        "score": sum(earned),
        "max-score": sum(earned) + sum(lost),
        "tests": tests,
    }


def _rounded(points: Sequence[float]) -> list[int]:
    """Round points to hundredths so that their sum is the rounded sum.

    All values are rounded down first. The remaining hundredths go to the values that lost most by
    it, first ones first. So a value that is a whole number, such as 0, never changes.
    """
    exact = [round(value * PER_POINT, 6) for value in points]
    parts = [int(value) for value in exact]
    remaining = int(sum(exact) + 0.5) - sum(parts)
    by_loss = sorted(range(len(exact)), key=lambda index: parts[index] - exact[index])
    for index in by_loss[:remaining]:
        parts[index] += 1
    return parts
