"""A grading worksheet that was exported from Moodle, for the formats that fill it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backproof.errors import UserError


@dataclass(frozen=True)
class WorksheetRow:
    """A row of the exported worksheet.

    Attributes:
        student: The student's id, as in the results.
        participant: The number in ``Participant 123``.
        name: The student's full name.
        cells: The exported cells, by the names of their columns in lower case.
    """

    student: str
    participant: str
    name: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Worksheet:
    """An exported worksheet: the names of its columns, and its rows."""

    heads: Sequence[str]
    rows: Sequence[WorksheetRow]


def required(worksheet: Worksheet | None, format: str) -> Worksheet:
    """Return the worksheet that a format needs.

    Raises:
        UserError: There is none.
    """
    if worksheet is None:
        raise UserError(
            f"the format {format} fills in a grading worksheet: in Moodle, choose Download grading "
            "worksheet in the assignment, and name the file with --roster"
        )
    return worksheet
