"""Tables that instructors export or write: CSV files of any usual delimiter and encoding."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from pathlib import Path

from backproof.errors import UserError
from backproof.printable import megabytes, printable

_MAX_BYTES = 16 * 2**20
_MAX_ROWS = 100_000
_DELIMITERS = ",;\t"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(file: Path) -> str:
    """Return the text of a table: UTF-8, UTF-16 with its mark, or else Windows-1252.

    Raises:
        UserError: The file cannot be read, is too large, or is no text.
    """
    name = printable(file)
    try:
        with file.open("rb") as opened:
            data = opened.read(_MAX_BYTES + 1)
    except OSError as error:
        raise UserError(f"{name} cannot be read: {error.strerror}") from None
    if len(data) > _MAX_BYTES:
        raise UserError(f"{name} is larger than {megabytes(_MAX_BYTES)}, so it is no such table")
    marked = next((codec for mark, codec in _MARKS if data.startswith(mark)), "")
    for codec in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UserError(f"{name} is no CSV file: export it as CSV, in UTF-8")


def read_rows(text: str, name: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Return the heads of a table, and the number of the line and the cells of each row.

    Raises:
        UserError: The text is not CSV, has no rows, or two columns have one name.
    """
    first = text.lstrip("\ufeff\r\n ").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, [" ".join(cell.split()) for cell in row]))
            if len(rows) > _MAX_ROWS:
                raise UserError(f"{name} has more than {_MAX_ROWS} rows")
    except csv.Error as error:
        raise UserError(f"{name} is not valid CSV, at line {reader.line_num}: {error}") from None
    if not rows:
        raise UserError(f"{name} is empty: expected a line with the names of the columns")
    heads = [head.casefold() for head in rows[0][1]]
    return rows[0][1], [(number, _cells(heads, row)) for number, row in rows[1:]]


def _cells(heads: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """Return the cells by the names of their columns; of columns of one name, the first counts."""
    cells: dict[str, str] = {}
    for head, cell in zip(heads, row, strict=False):
        cells.setdefault(head, cell)
    return cells
