"""The HTML page of one submission: the score, the next step, and the failures with pictures."""

from __future__ import annotations

from typing import Any

from backproof.grades.causes import find_causes
from backproof.grades.next_step import next_outcome, next_step
from backproof.grades.outcomes import BLOCKED, FAILED, MARKS, STATUSES, Grade
from backproof.report import text
from backproof.report.html.failure_cards import cards_of, sections
from backproof.report.html.pages import render_page, render_part
from backproof.report.scores import not_graded


def render(grade: Grade, title: str) -> str:
    """Return a grade as a self-contained page.

    Raises:
        UserError: Jinja is not installed.

    """
    return render_page("student", "student", **_values(grade, title), top=1)


def render_fragment(grade: Grade, title: str = "") -> str:
    """Return the content of the page for embedding in another one, such as a notebook.

    It has no script, its styles apply to itself only, and its headings begin at the third level.

    Raises:
        UserError: Jinja is not installed.

    """
    return render_part("fragment", **_values(grade, title), top=3)


def _values(grade: Grade, title: str) -> dict[str, Any]:
    cards, outcome = cards_of(grade), next_outcome(grade)
    counts = {status: grade.count(status) for status in STATUSES}
    return {
        "title": text.one_line(title),
        "name": text.one_line(grade.submission),
        "grade": grade,
        "missing": not_graded(grade),
        "units": sections(grade, cards),
        "explained": _explained(grade),
        "next_step": text.one_line(next_step(grade)),
        "next_card": next((card for card in cards if card.shown is outcome), None),
        "counts": {status: count for status, count in counts.items() if count},
        "marks": MARKS,
        "adjustments": text.adjustments(grade),
        "notes": text.notes(grade),
        "graded_with": text.graded_with(grade),
    }


def _explained(grade: Grade) -> str:
    """Return how many causes explain the failures; empty if there is nothing to explain."""
    failures = grade.count(FAILED) + grade.count(BLOCKED)
    causes = sum(cause.status in (FAILED, BLOCKED) for cause in find_causes(grade.outcomes))
    if not causes or causes == failures:
        return ""
    verb = "1 cause explains" if causes == 1 else f"{causes} causes explain"
    return f"{verb} {failures} failures."
