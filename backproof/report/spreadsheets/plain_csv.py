"""A plain gradebook: a CSV row for each student, with the scores of units and functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from backproof.grades.outcomes import Grade
from backproof.grades.results import Result, Student
from backproof.report.scores import by_unit, why_not_graded
from backproof.report.spreadsheets import csv_cells

_FIRST_COLUMNS = (
    "student_id",
    "name",
    "email",
    "section",
    "attempt",
    "submission",
    "score",
    "max_score",
    "percent",
)
_LAST_COLUMNS = ("status", "problem", "seconds", "submitted", "earned", "adjustments")

# The decimals of scores in a grade; with fewer, the units would not add up to the total.
_DIGITS = 6


def write(
    results: Iterable[Result],
    out: TextIO,
    title: str,
    *,
    units: Sequence[str],
    functions: Sequence[str] = (),
) -> None:
    """Write a row for each student of each result.

    A result that was not graded completely has an empty cell as its score, and not 0, with the
    status ``not graded`` and the reason. Its completely graded units and functions have their
    scores.

    Args:
        results: The results.
        out: The stream to write to.
        title: Unused, but a parameter of every format.
        units: The units that have a column.
        functions: The functions that have a column, as ``"unit.name"``.

    """
    write_row = csv_cells.row_writer(out)
    scored = [*units, *functions]
    write_row([*_FIRST_COLUMNS, *map(csv_cells.line, scored), *_LAST_COLUMNS])
    for result in results:
        for student in result.students or (Student(id=""),):
            write_row(_row(result, student, scored))


def _row(result: Result, student: Student, scored: Sequence[str]) -> list[str]:
    grade, problem = result.grade, why_not_graded(result)
    max_score = grade.max_score if grade else None
    score = grade.score if grade and not problem else None
    percent = 100 * score / max_score if score is not None and max_score else None
    scores = _scores(grade) if grade else {}
    return [
        csv_cells.line(student.id),
        csv_cells.line(student.name),
        csv_cells.line(student.email),
        csv_cells.line(student.section),
        str(result.number),
        csv_cells.line(result.name),
        csv_cells.number(score, _DIGITS),
        csv_cells.number(max_score, _DIGITS),
        csv_cells.number(percent),
        *(csv_cells.number(scores.get(name), _DIGITS) for name in scored),
        _status(result, problem),
        csv_cells.line(problem),
        csv_cells.number(result.seconds, 3),
        csv_cells.line(result.submitted),
        csv_cells.number(grade.earned if grade and not problem else None, _DIGITS),
        csv_cells.line("; ".join(each.text for each in grade.adjustments) if grade else ""),
    ]


def _status(result: Result, problem: str) -> str:
    if result.number == 0 and result.grade is None:
        return "nothing handed in"
    return "not graded" if problem else "graded"


def _scores(grade: Grade) -> dict[str, float]:
    """Return the final points of units and functions, by their names."""
    units = {unit.name: unit.points for unit in by_unit(grade) if unit.complete}
    return units | {c.function: c.points for c in grade.functions if c.complete}
