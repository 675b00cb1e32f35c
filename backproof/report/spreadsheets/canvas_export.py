"""A gradebook exported from Canvas: its students, and its column of the assignment."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backproof.errors import UserError
from backproof.grades.results import Student

POINTS_POSSIBLE = "Points Possible"

# Columns that identify a student; the ID used in a course may be in any of them.
_IDS = ("SIS Login ID", "ID", "SIS User ID")
_LAST = "Section"
_WITH_ID = re.compile(r"(.*)\s\(\d+\)", re.DOTALL)

_HOW_TO_EXPORT = "in Canvas, export it from Grades with Export, Export Entire Gradebook"


@dataclass(frozen=True)
class Row:
    """A student in the gradebook.

    Attributes:
        number: The row's number.
        who: The cells of the identifying columns, as exported.
        value: The assignment's cell.

    """

    number: int
    who: tuple[str, ...]
    value: str


class Export:
    """The students of an exported gradebook, and its column of one assignment.

    Attributes:
        columns: The names of the identifying columns, up to ``Section``.
        assignment: The name of the assignment's column, with its ID in Canvas if it exists.
        exists: Whether the column exists.
        assignments: The names of all columns of assignments, for messages.
        points: The cell with the maximal points; empty if there is none.

    """

    def __init__(self, text: str, title: str) -> None:
        header, *rows = _read(text)
        end = header.index(_LAST) + 1
        self.columns = tuple(header[:end])
        named = [header.index(name) for name in header[end:] if _is_column_of(name, title)]
        if len(named) > 1:
            both = " and ".join(repr(header[index]) for index in named)
            raise UserError(
                f"the gradebook has several columns for {title!r}: {both}; rename one in Canvas, "
                "or delete its column from the exported file"
            )
        self.exists = bool(named)
        self.assignments = ", ".join(name for name in header[end:] if _WITH_ID.fullmatch(name))
        self.assignment = header[named[0]] if named else title
        self.points = ""
        self._rows: list[Row] = []
        self._by_id: dict[str, set[int]] = {}
        self._by_name: dict[str, set[int]] = {}
        for row in rows:
            cells = row + [""] * (len(header) - len(row))
            value = cells[named[0]].strip() if named else ""
            if POINTS_POSSIBLE in cells[0]:
                self.points = value
            else:
                # Canvas also exports a row about manual posting, which fits no student.
                self._add(tuple(cells[:end]), value)

    def _add(self, who: tuple[str, ...], value: str) -> None:
        row = Row(len(self._rows), who, value)
        self._rows.append(row)
        cells = dict(zip(self.columns, who, strict=True))
        for column in _IDS:
            self._by_id.setdefault(_key(cells.get(column, "")), set()).add(row.number)
        for name in _names(cells):
            self._by_name.setdefault(_key(name), set()).add(row.number)

    def with_id(self, student: Student) -> list[Row]:
        """Return the rows with the student's ID, or with the address as an ID."""
        keys = {_key(student.id), _key(student.email)} - {""}
        return self._rows_of({number for key in keys for number in self._by_id.get(key, ())})

    def with_name(self, student: Student) -> list[Row]:
        """Return the rows with the student's name, in either order of its parts."""
        key = _key(student.name)
        return self._rows_of(self._by_name.get(key, set()) if key else set())

    def _rows_of(self, numbers: set[int]) -> list[Row]:
        return [self._rows[number] for number in sorted(numbers)]


def _read(text: str) -> list[list[str]]:
    for delimiter in ",;":  # Canvas chooses one by the language of its user
        lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter, strict=True) if any(row)]
        except csv.Error as error:
            raise UserError(f"the gradebook is not valid CSV: {error}; {_HOW_TO_EXPORT}") from None
        if rows and {"ID", _LAST} <= set(rows[0]):
            return rows
    first = text.splitlines()[0][:80] if text else ""
    raise UserError(
        f"this is not a gradebook of Canvas: its first line, {first!r}, has no columns 'ID' and "
        f"'{_LAST}'; {_HOW_TO_EXPORT}"
    )


def _is_column_of(name: str, title: str) -> bool:
    match = _WITH_ID.fullmatch(name)
    return title.strip() in (name.strip(), match[1].strip() if match else None)


def _names(cells: Mapping[str, str]) -> Iterator[str]:
    """Yield a student's name as in the gradebook, and with the first name first."""
    if "LastName" in cells:
        yield f"{cells.get('FirstName', '')} {cells['LastName']}"
    name = cells.get("Student", "")
    yield name
    last, comma, first = name.partition(",")
    if comma:
        yield f"{first} {last}"


def _key(value: str) -> str:
    return " ".join(value.split()).casefold()
