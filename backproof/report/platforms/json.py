"""The documented JSON form of a grade."""

from __future__ import annotations

from backproof.grades.outcomes import Grade
from backproof.report.text import dump


def render(grade: Grade, title: str = "") -> str:
    """Return a grade as one indented JSON object; characters outside ASCII are not escaped.

    Args:
        grade: The grade.
        title: Unused: the documented form has no title. Every format has this parameter.

    """
    return dump(grade.to_json())
