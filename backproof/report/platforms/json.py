"""The documented JSON form of a grade."""

from __future__ import annotations

import json

from backproof.grades.outcomes import Grade


def render(grade: Grade, title: str = "") -> str:
    """Give the grade as one JSON object, indented, in UTF-8 characters as they are.

    Args:
        grade: The grade.
        title: Taken, as every format takes it; the documented form has none.

    """
    return json.dumps(grade.to_json(), indent=2, ensure_ascii=False, allow_nan=False)
