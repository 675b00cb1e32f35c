"""One submission as a page: the score, what to do next, and each failure with its picture."""

from __future__ import annotations

from typing import Any

from backproof.grades.next_step import next_outcome, next_step
from backproof.grades.outcomes import MARKS, STATUSES, Grade
from backproof.report import text
from backproof.report.html.failure_cards import card_of, sections
from backproof.report.html.pages import render_page, render_part
from backproof.report.scores import not_graded


def render(grade: Grade, title: str) -> str:
    """Give the grade as a page that needs no other file.

    Args:
        grade: The grade, as ``outcomes.for_student`` gives it where a student reads the page.
        title: The assignment's title.

    Raises:
        UserError: Jinja is not installed.

    """
    return render_page("student", "student", **_shown(grade, title), top=1)


def render_fragment(grade: Grade, title: str = "") -> str:
    """Give what is on the page for a place in another one, such as below a notebook's cell.

    It has no script, its styles end where it ends, and its headings begin with the third level.

    Args:
        grade: The grade, as ``outcomes.for_student`` gives it where a student reads it.
        title: The assignment's title.

    Raises:
        UserError: Jinja is not installed.

    """
    return render_part("fragment", **_shown(grade, title), top=3)


def _shown(grade: Grade, title: str) -> dict[str, Any]:
    units, outcome = sections(grade), next_outcome(grade)
    counts = {status: grade.count(status) for status in STATUSES}
    return {
        "title": text.one_line(title),
        "name": text.one_line(grade.submission),
        "grade": grade,
        "missing": not_graded(grade),
        "units": units,
        "next_step": text.one_line(next_step(grade)),
        "next_card": card_of(outcome, units) if outcome else None,
        "counts": {status: count for status, count in counts.items() if count},
        "marks": MARKS,
        "notes": text.notes(grade),
        "graded_with": text.graded_with(grade),
    }
