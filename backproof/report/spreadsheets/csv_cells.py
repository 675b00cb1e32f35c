"""Cells of CSV files: a spreadsheet must not take a student's text for a formula."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from backproof.report.scores import number as written
from backproof.report.text import MAX_CHARACTERS, shorten, visible

RowWriter = Callable[[Sequence[str]], Any]

_FORMULA = "=+-@"
# White space of every kind, and what takes no space at all.
_UNSEEN = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf"))


def row_writer(out: TextIO) -> RowWriter:
    """Return what writes one row to ``out``, with quotes where they are needed."""
    return csv.writer(out, lineterminator="\n").writerow


def text(value: str) -> str:
    """Give a text as a cell: spreadsheets show it, and compute nothing from it.

    A text that begins as a formula does, perhaps behind white space or in full-width
    characters, gets an apostrophe in front. Line breaks stay, inside quotes; other control
    characters are written out. Numbers of our own go through ``number`` instead.
    """
    cell = shorten(visible(value), MAX_CHARACTERS)
    return f"'{cell}" if _is_formula(value) else cell


def line(value: str) -> str:
    """Give a text as a cell of one line: a name, an address."""
    return text(" ".join(value.split()))


def number(value: float | None, digits: int = 2) -> str:
    """Give a number as a cell; empty for ``None``."""
    return "" if value is None else written(value, digits)


def _is_formula(value: str) -> bool:
    if value.startswith(("\t", "\r", "\n")):
        return True
    start = next((char for char in value if unicodedata.category(char) not in _UNSEEN), " ")
    return unicodedata.normalize("NFKC", start)[0] in _FORMULA
