"""Moodle's offline grading worksheet: the exported rows, with grades and feedback filled in."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TextIO

from backproof.errors import UserError
from backproof.grades.results import Result
from backproof.report.scores import final, number
from backproof.report.spreadsheets import csv_cells
from backproof.report.spreadsheets.moodle import feedback_of
from backproof.report.text import one_line
from backproof.report.worksheet import Worksheet, required

_GRADE, _MAXIMUM, _FEEDBACK = "grade", "maximum grade", "feedback comments"


def write(
    results: Iterable[Result],
    out: TextIO,
    title: str,
    *,
    worksheet: Worksheet | None = None,
) -> list[str]:
    """Write the rows of the worksheet, in their order, with the grades and the feedback.

    Moodle finds the participants by ``Identifier``. A row without a final score keeps its grade and
    its feedback, as Moodle deletes a grade whose cell is empty.

    Args:
        results: The results. Students read the feedback, so the grades must not contain hidden
            details.
        out: The stream to write to.
        title: Unused, but a parameter of every format.
        worksheet: The exported worksheet.

    Returns:
        A sentence for each student without a row.

    Raises:
        UserError: There is no worksheet, it has no column for grades, or its maximal grade differs.
    """
    sheet = required(worksheet, "moodle-worksheet")
    lower = [head.casefold() for head in sheet.heads]
    if _GRADE not in lower:
        raise UserError("the worksheet has no column Grade: export it with grades")
    filled: dict[str, tuple[float, str, str] | None] = {}
    for result in results:
        filled |= dict.fromkeys((one.id for one in result.students), _filled(result))
    write_row = csv_cells.row_writer(out)
    write_row([*sheet.heads])
    for row in sheet.rows:
        cells = {head: csv_cells.text(cell) for head, cell in row.cells.items()}
        if found := filled.pop(row.student, None):
            _require_maximum(row.cells.get(_MAXIMUM, ""), found[0])
            _, cells[_GRADE], cells[_FEEDBACK] = found
        write_row([cells.get(head, "") for head in lower])
    return [f"{one_line(student)} has no row in the worksheet" for student in filled]


def _filled(result: Result) -> tuple[float, str, str] | None:
    """Return the maximal points, and the cells of the grade and the feedback, of a final score."""
    grade = final(result)
    if grade is None:
        return None
    feedback = csv_cells.text(html.escape(feedback_of(result, grade), quote=False))
    return grade.max_score, csv_cells.number(grade.score), feedback


def _require_maximum(cell: str, max_score: float) -> None:
    try:
        maximum = float(cell.replace(",", "."))
    except ValueError:
        return
    if abs(maximum - max_score) >= 0.01:
        raise UserError(
            f"the assignment has {number(maximum)} points in Moodle, and these grades have "
            f"{number(max_score)}: set its maximum grade to {number(max_score)} in Moodle, and "
            "download the worksheet again"
        )
