"""Moodle's grade import: a CSV row for each student, with the grade and the feedback together."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TextIO

from backproof.grades.outcomes import Grade
from backproof.grades.results import Result
from backproof.report.scores import final, number, why_not_graded
from backproof.report.spreadsheets import csv_cells
from backproof.report.text import EXPLAINED, message, one_line, sentence, shorten, summary

_HEADER = ("ID number", "Email address", "Name")
# Moodle's mark for a missing grade. It would store an empty cell of a new grade item as 0.
_NO_GRADE = "-"
# Moodle assigns a row without a key, or with the key "0", to the student of the previous row. A key
# that does not exist makes it stop with an error instead.
_NO_KEY = "unknown"

_MAX_MESSAGE_CHARACTERS = 300
_MAX_FEEDBACK_CHARACTERS = 4_000


def write(results: Iterable[Result], out: TextIO, title: str) -> list[str]:
    """Write a row for each student of each result.

    In Moodle, map ``ID number`` or ``Email address`` (Moodle compares their case) to the student,
    and both other columns to the grade item: feedback that is mapped without its grade deletes the
    grade. The grade of a result without a final score is Moodle's ``-``.

    Args:
        results: The results, one for each student or group. Students read the feedback, so the
            grades must not contain hidden details.
        out: The stream to write to.
        title: The assignment's title, the heading of the grade's column.

    Returns:
        A sentence for each result without a row, with the reason.

    """
    problems: list[str] = []
    write_row = csv_cells.row_writer(out)
    write_row([*_HEADER, csv_cells.line(title), csv_cells.line(f"{title} (feedback)")])
    for result in results:
        if not result.students:
            problems.append(f"{one_line(result.name)}: its students are unknown")
        grade = final(result)
        points = csv_cells.number(grade.score) if grade else _NO_GRADE
        # Moodle interprets feedback as HTML.
        feedback = csv_cells.text(html.escape(feedback_of(result, grade), quote=False))
        for student in result.students:
            keys = [_key(student.id), _key(student.email)]
            write_row([*keys, csv_cells.line(student.name), points, feedback])
    return problems


def _key(value: str) -> str:
    key = csv_cells.line(value)
    return _NO_KEY if key in ("", "0") else key


def feedback_of(result: Result, grade: Grade | None) -> str:
    """Return what a student reads about a result."""
    if result.number == 0 and grade is None:
        return "Nothing was handed in."
    if grade is None:
        reason = why_not_graded(result)
        return f"Not graded. This is not a grade, and does not count for or against you.\n{reason}"
    lines = [f"{number(grade.score)} of {number(grade.max_score)} points", summary(grade)]
    for outcome in grade.outcomes:
        if outcome.status in EXPLAINED:
            lines += ["", sentence(outcome), message(outcome, _MAX_MESSAGE_CHARACTERS)]
    return shorten("\n".join(lines), _MAX_FEEDBACK_CHARACTERS)
