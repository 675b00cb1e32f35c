"""PrairieLearn's ``results.json``: a score between 0 and 1, and at most 1 MB."""

from __future__ import annotations

from typing import Any

from backproof.errors import UserError
from backproof.grades.outcomes import NOT_GRADED, Grade, Outcome
from backproof.report.scores import not_graded, number
from backproof.report.text import case, dump, fitting, message, one_line, sentence, shorten, summary

# PrairieLearn fails a job whose file is longer than 1 MB, including fields that it adds.
_MAX_BYTES = 950_000
_MAX_SUMMARY_CHARACTERS = 50_000


def render(grade: Grade, title: str) -> str:
    """Return a grade in the form that an external grader of PrairieLearn returns.

    A grade with an outcome *not graded* is marked as not gradable: PrairieLearn then changes no
    points, and the attempt does not count. Long texts are shortened, with a remark, until the
    whole report is short enough.

    Raises:
        UserError: The maximal points of the grade are 0, so there is no share of them.

    """
    if not grade.max_score:
        raise UserError(
            "the maximal points of this grade are 0, and PrairieLearn needs the share of them that "
            "was earned: set the points of a unit under [tool.backproof.points]"
        )
    fit = fitting(lambda limit: dump(_document(grade, title, limit)), _MAX_BYTES)
    return fit or dump(_document(grade, title, 0, with_tests=False))


def _document(grade: Grade, title: str, limit: int, with_tests: bool = True) -> dict[str, Any]:
    missing = not_graded(grade)
    heading = one_line(title)
    if missing:
        document: dict[str, Any] = {"gradable": False, "format_errors": [f"{missing}."]}
        lines = [f"{heading}: not graded. Your attempt does not count."]
    else:
        score = min(1.0, max(0.0, grade.score / grade.max_score))
        document = {"gradable": True, "score": score}
        lines = [f"{heading}: {number(grade.score)} of {number(grade.max_score)} points"]
    if with_tests:
        document["tests"] = [_test(outcome, limit) for outcome in grade.outcomes]
    else:
        lines.append(f"The list of the {len(grade.outcomes)} tests is left out: it is too long.")
    output = shorten(summary(grade, limit), _MAX_SUMMARY_CHARACTERS)
    return {**document, "message": "\n".join(lines), "output": output}


def _test(outcome: Outcome, limit: int) -> dict[str, Any]:
    counts = outcome.status != NOT_GRADED  # 0 of 0 points is shown as neither right nor wrong
    functions = ", ".join(outcome.functions)
    return {
        "name": sentence(outcome),
        "description": one_line(f"{outcome.unit}{f', with {functions}' if functions else ''}"),
        "points": round(outcome.points, 6) if counts else 0,
        "max_points": round(outcome.max_points, 6) if counts else 0,
        "message": message(outcome, limit),
        "output": case(outcome, limit),
    }
