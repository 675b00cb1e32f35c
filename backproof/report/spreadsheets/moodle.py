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
# Moodle's own mark for no grade. It stores an empty cell of a new grade item as 0.
_NO_GRADE = "-"
# Moodle gives a row without a key to the student of the row before. A key that nobody has makes
# it stop with an error instead; "0" counts as none.
_NO_KEY = "unknown"

_MOST_OF_A_MESSAGE = 300
_MOST_OF_THE_FEEDBACK = 4_000


def write(results: Iterable[Result], out: TextIO, title: str) -> list[str]:
    """Write a row for each member of each result, one after the other.

    In Moodle map ``ID number`` or ``Email address`` (upper and lower case count there) to the
    student, and both other columns to the grade item: a feedback that is mapped without its
    grade deletes the grade. A result that is not graded has Moodle's ``-`` as its grade.

    Args:
        results: The results, one for each student or group. Students read the feedback, so the
            grades have to be those that ``outcomes.for_student`` gives.
        out: Where to write.
        title: The assignment's title, which heads the column of the grade.

    Returns:
        Which results have no row, and why, a sentence each.

    """
    problems: list[str] = []
    write_row = csv_cells.row_writer(out)
    write_row([*_HEADER, csv_cells.line(title), csv_cells.line(f"{title} (feedback)")])
    for result in results:
        if not result.students:
            problems.append(f"{one_line(result.name)}: nobody is known who handed it in")
        grade = final(result)
        points = csv_cells.number(grade.score) if grade else _NO_GRADE
        # Moodle takes feedback for HTML.
        feedback = csv_cells.text(html.escape(_feedback(result, grade), quote=False))
        for student in result.students:
            keys = [_key(student.id), _key(student.email)]
            write_row([*keys, csv_cells.line(student.name), points, feedback])
    return problems


def _key(value: str) -> str:
    key = csv_cells.line(value)
    return _NO_KEY if key in ("", "0") else key


def _feedback(result: Result, grade: Grade | None) -> str:
    if grade is None:
        why = why_not_graded(result)
        return f"Not graded. This is no grade, and counts neither for nor against you.\n{why}"
    lines = [f"{number(grade.score)} of {number(grade.max_score)} points", summary(grade)]
    for outcome in grade.outcomes:
        if outcome.status in EXPLAINED:
            lines += ["", sentence(outcome), message(outcome, _MOST_OF_A_MESSAGE)]
    return shorten("\n".join(lines), _MOST_OF_THE_FEEDBACK)
