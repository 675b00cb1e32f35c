"""Source text of one file of a submission."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One file of a submission.

    Attributes:
        text: What is in it, without carriage returns and without a byte order mark.
        filename: What a traceback shows.
        cells: Of a notebook, the number and the text of each code cell, in place of ``text``.

    """

    text: str
    filename: str
    cells: tuple[tuple[int, str], ...] | None = None
