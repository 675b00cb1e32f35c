"""Canvas' gradebook import: a CSV row for each student, with a column for the assignment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TextIO

from backproof.errors import UserError
from backproof.grades.results import Result, Student
from backproof.report.scores import final, number
from backproof.report.spreadsheets import csv_cells
from backproof.report.spreadsheets.canvas_export import POINTS_POSSIBLE, Export, Row
from backproof.report.text import one_line

_HEADER = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def write(
    results: Iterable[Result],
    out: TextIO,
    title: str,
    *,
    gradebook: str | None = None,
    column: str = "",
) -> list[str]:
    """Write a row for each student of each result.

    With a gradebook that was exported from Canvas, the rows are those of the export that have a
    result, with all their IDs, and an existing column of the assignment is reused. Students are
    found by ``SIS Login ID``, ``ID`` or ``SIS User ID``; the others by name, after all IDs are
    assigned. Without a gradebook, a student's ID in the course becomes the ``SIS Login ID``, by
    which Canvas finds the student.

    A result without a final score keeps the exported cell, which is empty only if Canvas has no
    grade: a new empty cell would make Canvas delete an existing one.

    Args:
        results: The results.
        out: The stream to write to.
        title: The assignment's name in Canvas.
        gradebook: The text of an exported gradebook.
        column: The name of the column to fill, with or without its ID in Canvas; by default the
            title.

    Returns:
        A sentence for each student or result without a row, with the reason.

    Raises:
        UserError: The gradebook is not one of Canvas, or its points of the assignment differ.

    """
    max_points, results = _first_maximum(results)
    write_row = csv_cells.row_writer(out)
    if gradebook is None:
        write_row([*_HEADER, csv_cells.line(title)])
        write_row([f"    {POINTS_POSSIBLE}", *[""] * 4, csv_cells.number(max_points)])
        return _write_without_export(results, write_row, max_points)
    export = Export(gradebook, column or title)
    if column and not export.exists:
        raise UserError(f"the gradebook has no column {column!r}; there are {export.assignments}")
    points = _points_in_canvas(export, max_points)
    width = len(export.columns)
    write_row([*export.columns, csv_cells.line(export.assignment)])
    possible = export.points or csv_cells.number(max_points)
    write_row([f"    {POINTS_POSSIBLE}", *[""] * (width - 1), possible])
    return _write_export(results, export, write_row, max_points if points is None else points)


def _first_maximum(results: Iterable[Result]) -> tuple[float | None, Iterator[Result]]:
    """Return the maximal points of the first final grade, and an iterator over all results."""
    read: list[Result] = []
    rest = iter(results)
    for result in rest:
        read.append(result)
        grade = final(result)
        if grade:
            return grade.max_score, chain(read, rest)
    return None, iter(read)


def _points_in_canvas(export: Export, max_points: float | None) -> float | None:
    try:
        points = float(export.points.replace(",", "."))
    except ValueError:
        return None
    if max_points is not None and abs(points - max_points) >= 0.01:
        raise UserError(
            f"the assignment {export.assignment!r} has {number(points)} points in Canvas, and "
            f"these grades have {number(max_points)}: set it to {number(max_points)} points in "
            "Canvas and export the gradebook again"
        )
    return points


def _write_without_export(
    results: Iterable[Result], write_row: csv_cells.RowWriter, max_points: float | None
) -> list[str]:
    problems: list[str] = []
    for student, score in _scores(results, max_points, problems):
        # Canvas would read a row with such a name as the row of the maximal points.
        name = "" if POINTS_POSSIBLE in student.name else student.name
        who = [name, "", "", student.id, student.section]
        write_row([*map(csv_cells.line, who), score or ""])
    return problems


def _write_export(
    results: Iterable[Result],
    export: Export,
    write_row: csv_cells.RowWriter,
    max_points: float | None,
) -> list[str]:
    problems: list[str] = []
    if not export.exists:
        problems.append(f"the gradebook has no column for {export.assignment!r}: Canvas adds one")
    used: set[int] = set()
    without_id: list[tuple[Student, str | None]] = []

    def write_score(rows: list[Row], student: Student, score: str | None) -> None:
        if len(rows) != 1:
            reason = "several rows fit" if rows else "no row of the gradebook fits"
            problems.append(f"{reason} {_who(student)}, so there is no row with {_points(score)}")
        elif rows[0].number in used:
            problems.append(f"a second result for {_who(student)}, with {_points(score)}")
        else:
            row = rows[0]
            used.add(row.number)
            who = [csv_cells.line(cell) for cell in row.who]
            write_row([*who, row.value if score is None else score])

    for student, score in _scores(results, max_points, problems):
        rows = export.with_id(student)
        if rows:
            write_score(rows, student, score)
        else:
            without_id.append((student, score))
    for student, score in without_id:
        write_score(export.with_name(student), student, score)
    return problems


def _scores(
    results: Iterable[Result], max_points: float | None, problems: list[str]
) -> Iterator[tuple[Student, str | None]]:
    """Yield each student's score, or ``None``; add results without a row to ``problems``."""
    for result in results:
        grade = final(result)
        if not result.students:
            problems.append(f"{one_line(result.name)}: its students are unknown")
        elif grade and max_points is not None and abs(grade.max_score - max_points) >= 0.01:
            problems.append(
                f"{one_line(result.name)}: graded out of {number(grade.max_score)} points where "
                f"the assignment has {number(max_points)}, so there is no row for it"
            )
        else:
            for student in result.students:
                yield student, csv_cells.number(grade.score) if grade else None


def _who(student: Student) -> str:
    return one_line(" / ".join(filter(None, (student.id, student.name, student.email))))


def _points(score: str | None) -> str:
    return "no grade" if score is None else f"{score} points"
