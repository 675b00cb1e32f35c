"""The documented JSON form of a grade."""

from __future__ import annotations

import json

from backproof.grades.outcomes import Grade


def render(grade: Grade, title: str = "") -> str:
    """Return a grade as one indented JSON object; characters outside ASCII are not escaped.

    Args:
        grade: The grade.
        title: Unused: the documented form has no title. Every format has this parameter.

    """
    return json.dumps(grade.to_json(), indent=2, ensure_ascii=False, allow_nan=False)
