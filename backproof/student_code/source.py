"""Source text of a file of a submission."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A line that git leaves where two versions of a file could not be merged.
CONFLICT_MARKER = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?:\s|$)")

# Cell magics that run their cell as Python in the notebook. Under any other magic, such as %%bash,
# the cell is not Python of the notebook.
PYTHON_CELL_MAGICS = frozenset(
    ("capture", "debug", "lprun", "memit", "mprun", "prun", "time", "timeit")
)


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
