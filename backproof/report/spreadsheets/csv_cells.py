"""Cells of CSV files that a spreadsheet cannot take for formulas."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from backproof.report.scores import number as number_text
from backproof.report.text import MAX_CHARACTERS, shorten, visible

RowWriter = Callable[[Sequence[str]], Any]

_FORMULA = "=+-@"
# Unicode categories of white space and of invisible characters.
_INVISIBLE = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf"))


def row_writer(out: TextIO) -> RowWriter:
    """Return a function that writes one row to ``out``, with quotes where needed."""
    return csv.writer(out, lineterminator="\n").writerow


def text(value: str) -> str:
    """Return a text as a cell that spreadsheets show and do not evaluate.

    An apostrophe is put before a text that begins like a formula, also after white space or with
    full-width characters. Line breaks stay, inside quotes; other control characters are escaped.
    Numbers that the grader computed use ``number`` instead.
    """
    cell = shorten(visible(value), MAX_CHARACTERS)
    return f"'{cell}" if _is_formula(value) else cell


def line(value: str) -> str:
    """Return a text, such as a name, as a cell of one line."""
    return text(" ".join(value.split()))


def number(value: float | None, digits: int = 2) -> str:
    """Return a number as a cell; empty for ``None``."""
    return "" if value is None else number_text(value, digits)


def _is_formula(value: str) -> bool:
    if value.startswith(("\t", "\r", "\n")):
        return True
    start = next((char for char in value if unicodedata.category(char) not in _INVISIBLE), " ")
    return unicodedata.normalize("NFKC", start)[0] in _FORMULA
