"""The documented JSON form of a grade."""

from __future__ import annotations

import json

from backproof.outcomes import Grade


def render(grade: Grade) -> str:
    """Give the grade as one JSON object, indented, in UTF-8 characters as they are."""
    return json.dumps(grade.to_json(), indent=2, ensure_ascii=False, allow_nan=False)
