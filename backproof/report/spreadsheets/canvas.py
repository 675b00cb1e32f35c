"""Canvas' gradebook import: a CSV row for each student, with one column for the assignment."""

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
    results: Iterable[Result], out: TextIO, title: str, *, gradebook: str | None = None
) -> list[str]:
    """Write a row for each member of each result, one after the other.

    With a gradebook that was exported from Canvas, the rows are those of the export that have a
    result, with all their IDs, and an assignment that it has already is reused. Students are
    found by ``SIS Login ID``, ``ID`` or ``SIS User ID``; who is in none of them by name, once all
    others have their rows. Without one, what the course knows a student by is the
    ``SIS Login ID``, and Canvas looks for who that is.

    A result that is not graded leaves the cell as it was exported, mostly empty, and never 0: an
    empty cell would have Canvas delete a grade that it has.

    Args:
        results: The results, one for each student or group.
        out: Where to write.
        title: The assignment's name in Canvas.
        gradebook: The text of an exported gradebook.

    Returns:
        Who has no row, and why, a sentence each.

    Raises:
        UserError: The gradebook is none, or the assignment has other points in Canvas.

    """
    most, results = _first_maximum(results)
    write_row = csv_cells.row_writer(out)
    if gradebook is None:
        write_row([*_HEADER, csv_cells.line(title)])
        write_row([f"    {POINTS_POSSIBLE}", *[""] * 4, csv_cells.number(most)])
        return _write_without_export(results, write_row, most)
    export = Export(gradebook, title)
    points = _points_in_canvas(export, most)
    width = len(export.columns)
    write_row([*export.columns, csv_cells.line(export.assignment)])
    write_row(
        [f"    {POINTS_POSSIBLE}", *[""] * (width - 1), export.points or csv_cells.number(most)]
    )
    return _write_export(results, export, write_row, most if points is None else points)


def _first_maximum(results: Iterable[Result]) -> tuple[float | None, Iterator[Result]]:
    """Tell how many points there are from the first grade, and give all results again."""
    waiting: list[Result] = []
    rest = iter(results)
    for result in rest:
        waiting.append(result)
        grade = final(result)
        if grade:
            return grade.max_score, chain(waiting, rest)
    return None, iter(waiting)


def _points_in_canvas(export: Export, most: float | None) -> float | None:
    try:
        points = float(export.points.replace(",", "."))
    except ValueError:
        return None
    if most is not None and abs(points - most) >= 0.01:
        raise UserError(
            f"the assignment {export.assignment!r} has {number(points)} points in Canvas, and "
            f"these grades have {number(most)}: give it {number(most)} points in Canvas and "
            "export the gradebook again"
        )
    return points


def _write_without_export(
    results: Iterable[Result], write_row: csv_cells.RowWriter, most: float | None
) -> list[str]:
    problems: list[str] = []
    for student, score in _scores(results, most, problems):
        # Canvas would take such a row for the one with the assignment's points.
        name = "" if POINTS_POSSIBLE in student.name else student.name
        write_row([csv_cells.line(name), "", "", csv_cells.line(student.id), "", score or ""])
    return problems


def _write_export(
    results: Iterable[Result],
    export: Export,
    write_row: csv_cells.RowWriter,
    most: float | None,
) -> list[str]:
    problems: list[str] = []
    if not export.exists:
        problems.append(f"the gradebook has no column for {export.assignment!r}: Canvas adds one")
    taken: set[int] = set()
    without_id: list[tuple[Student, str | None]] = []

    def give(rows: list[Row], student: Student, score: str | None) -> None:
        if len(rows) != 1:
            found = "several rows fit" if rows else "nobody in the gradebook is"
            problems.append(f"{found} {_who(student)}, so there is no row with {_points(score)}")
        elif rows[0].number in taken:
            problems.append(f"a second result for {_who(student)}, with {_points(score)}")
        else:
            row = rows[0]
            taken.add(row.number)
            who = [csv_cells.line(cell) for cell in row.who]
            write_row([*who, row.value if score is None else score])

    for student, score in _scores(results, most, problems):
        rows = export.with_id(student)
        if rows:
            give(rows, student, score)
        else:
            without_id.append((student, score))
    for student, score in without_id:
        give(export.with_name(student), student, score)
    return problems


def _scores(
    results: Iterable[Result], most: float | None, problems: list[str]
) -> Iterator[tuple[Student, str | None]]:
    """Give each member's score, ``None`` if there is none; report what can have no row."""
    for result in results:
        grade = final(result)
        if not result.students:
            problems.append(f"{one_line(result.name)}: nobody is known who handed it in")
        elif grade and most is not None and abs(grade.max_score - most) >= 0.01:
            problems.append(
                f"{one_line(result.name)}: graded out of {number(grade.max_score)} points where "
                f"the assignment has {number(most)}, so there is no row for it"
            )
        else:
            for student in result.students:
                yield student, csv_cells.number(grade.score) if grade else None


def _who(student: Student) -> str:
    return one_line(" / ".join(filter(None, (student.id, student.name, student.email))))


def _points(score: str | None) -> str:
    return "no grade" if score is None else f"{score} points"
