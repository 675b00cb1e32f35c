"""A plain gradebook: a CSV row for each student, with the scores of the units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TextIO

from backproof.grades.results import Result, Student
from backproof.report.scores import by_unit, why_not_graded
from backproof.report.spreadsheets import csv_cells

_BEFORE = ("student_id", "name", "email", "attempt", "submission", "score", "max_score", "percent")
_AFTER = ("status", "problem", "seconds")

# Decimals of a score: as many as a grade has, so that the units add up to it.
_DIGITS = 6


def write(results: Iterable[Result], out: TextIO, title: str, *, units: Sequence[str]) -> None:
    """Write a row for each member of each result, one after the other.

    A result that is not graded, or not in all parts, has no score: not 0, but an empty cell,
    ``not graded`` as its status and the reason beside it. Units that were graded have theirs.

    Args:
        results: The results, one for each student or group.
        out: Where to write.
        title: The assignment's title; a gradebook does not repeat it in each row.
        units: The units that get a column.

    """
    write_row = csv_cells.row_writer(out)
    write_row([*_BEFORE, *(csv_cells.line(unit) for unit in units), *_AFTER])
    for result in results:
        for student in result.students or (Student(id=""),):
            write_row(_row(result, student, units))


def _row(result: Result, student: Student, units: Sequence[str]) -> list[str]:
    grade, problem = result.grade, why_not_graded(result)
    most = grade.max_score if grade else None
    score = grade.score if grade and not problem else None
    percent = 100 * score / most if score is not None and most else None
    scores = {unit.name: unit.points for unit in by_unit(grade) if unit.complete} if grade else {}
    return [
        csv_cells.line(student.id),
        csv_cells.line(student.name),
        csv_cells.line(student.email),
        str(result.number),
        csv_cells.line(result.name),
        csv_cells.number(score, _DIGITS),
        csv_cells.number(most, _DIGITS),
        csv_cells.number(percent),
        *(csv_cells.number(scores.get(unit), _DIGITS) for unit in units),
        "not graded" if problem else "graded",
        csv_cells.line(problem),
        csv_cells.number(result.seconds, 3),
    ]
