"""Read a grade from a file that a person may have edited."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from backproof.errors import UserError
from backproof.grades.evidence import ENTRIES, MEASURED, PATH
from backproof.grades.outcomes import Finite, Grade
from backproof.printable import printable

# Far more than the evidence that Backproof writes: a report draws at most this much.
_MAX_EVIDENCE_CHARACTERS = 2**18

_Number = Finite | Literal["NaN", "inf", "-inf"]
_Rows = Annotated[list[Annotated[list[_Number], Meta(min_length=1)]], Meta(min_length=1)]


class _Path(Struct):
    """The shape of evidence of the kind ``PATH``."""

    what: str
    returned: _Rows
    required: _Rows

    def __post_init__(self) -> None:
        _require_one_shape(self.returned, self.required)


class _Entries(Struct):
    """The shape of evidence of the kind ``ENTRIES``."""

    what: str
    returned: _Rows
    required: _Rows
    wrong: list[list[bool]]

    def __post_init__(self) -> None:
        _require_one_shape(self.returned, self.required, self.wrong)


class _Statistic(Struct):
    label: str
    measured: _Number
    low: _Number
    high: _Number
    passed: bool


class _Measured(Struct):
    """The shape of evidence of the kind ``MEASURED``."""

    what: str
    rows: Annotated[list[_Statistic], Meta(min_length=1)]


class _GradedWith(Struct):
    """The entries of ``graded_with`` that reports look into."""

    notes: list[str] = []
    confinement: dict[str, Any] = {}


_SHAPES: dict[str, type[Struct]] = {ENTRIES: _Entries, MEASURED: _Measured, PATH: _Path}


def read_grade(path: Path) -> Grade:
    """Read a grade in its documented form.

    Args:
        path: A file that ``backproof check --json`` wrote.

    Raises:
        UserError: The file cannot be read, or does not contain a grade.
    """
    try:
        grade = Grade.from_json(json.loads(path.read_text(encoding="utf-8")))
        msgspec.convert(grade.graded_with, _GradedWith)
        for outcome in grade.outcomes:
            if outcome.evidence is not None:
                _require_drawable(outcome.evidence)
    except OSError as error:
        raise UserError(f"{printable(path)} cannot be read: {error.strerror}") from None
    # JSON that is nested too deeply raises a RecursionError; an invalid text, a ValueError.
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise UserError(
            f"{printable(path)} is no grade: expected a file that `backproof check PATH --json` "
            f"wrote ({printable(str(error))})"
        ) from None
    return grade


def _require_drawable(evidence: Mapping[str, Any]) -> None:
    """Raise if a report could not draw this evidence; reports ignore unknown kinds."""
    if len(json.dumps(evidence)) > _MAX_EVIDENCE_CHARACTERS:
        raise ValueError(f"its evidence is longer than {_MAX_EVIDENCE_CHARACTERS} characters")
    shape = _SHAPES.get(msgspec.convert(evidence.get("kind"), str))
    if shape is not None:
        msgspec.convert(evidence, shape)


def _require_one_shape(*arrays: Sequence[Sequence[object]]) -> None:
    lengths = {tuple(map(len, rows)) for rows in arrays}
    if len(lengths) > 1 or len(set(*lengths)) > 1:
        raise ValueError("its rows differ in length")
