"""Source text of a file of a submission."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One file of a submission.

    Attributes:
        text: Its text, without carriage returns and without a byte order mark.
        filename: The name that tracebacks show.
        cells: For a notebook, the number and the text of each code cell; ``text`` is not used then.

    """

    text: str
    filename: str
    cells: tuple[tuple[int, str], ...] | None = None
