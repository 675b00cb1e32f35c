"""A grade read back from a file that somebody may have edited."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

from backproof.errors import UserError
from backproof.grades.outcomes import STATUSES, Grade
from backproof.printable import printable
from backproof.report.html.evidence_pictures import draw

_TEXTS = ("property", "unit", "sentence", "message", "kind")
_NUMBERS = ("points", "max_points", "seconds")
_LISTS = ("functions", "mistakes")
# What reading or drawing something else than a grade raises: numbers of any size, any depth.
_UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
# Characters of what is drawn: what a grade has is far smaller.
_MOST_DRAWN = 2**18


def read_grade(path: Path) -> Grade:
    """Read a grade in its documented form.

    Args:
        path: A file that ``backproof check --json`` wrote.

    Raises:
        UserError: It cannot be read, or is something else.

    """
    expected = (
        f"{printable(path)} is no grade: expected a file that `backproof check PATH --json` wrote"
    )
    try:
        grade = Grade.from_json(json.loads(path.read_text(encoding="utf-8")))
        _require_types(grade)
    except OSError as error:
        raise UserError(f"{printable(path)} cannot be read: {error.strerror}") from None
    except _UNREADABLE as error:
        raise UserError(f"{expected} ({type(error).__name__}: {error})") from None
    return grade


def _require_types(grade: Grade) -> None:
    """Refuse fields of other types than a grade has: somebody may have edited the file.

    Raises:
        ValueError: A field is of another type.

    """

    def require(holds: bool, field: str) -> None:
        if not holds:
            raise ValueError(f"its {field} is of another type")

    require(isinstance(grade.submission, str), "submission")
    require(isinstance(grade.graded_with, Mapping), "graded_with")
    notes = grade.graded_with.get("notes", [])
    require(all(isinstance(note, str) for note in notes), "notes")
    require(isinstance(grade.graded_with.get("confinement", {}), Mapping), "confinement")
    for outcome in grade.outcomes:
        require(outcome.status in STATUSES, "status")
        for field in _TEXTS:
            require(isinstance(getattr(outcome, field), str), field)
        for field in _NUMBERS:
            value = getattr(outcome, field)
            require(type(value) in (int, float) and math.isfinite(value), field)
        for field in _LISTS:
            require(all(isinstance(each, str) for each in getattr(outcome, field)), field)
        for field in ("case", "diagnosis"):
            require(isinstance(getattr(outcome, field), str | None), field)
        if outcome.evidence is not None:
            require(len(json.dumps(outcome.evidence)) <= _MOST_DRAWN, "evidence")
            draw(outcome.evidence)
