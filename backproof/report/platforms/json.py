"""The documented JSON form of a grade."""

from __future__ import annotations

from backproof.grades.outcomes import Grade
from backproof.report.text import dump


def render(grade: Grade, title: str = "") -> str:
    """Return a grade as one indented JSON object, which has no title."""
    return dump(grade.to_json())
