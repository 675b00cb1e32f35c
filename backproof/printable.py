"""Names and sizes as text that is safe and short enough to print."""

from __future__ import annotations

import os
from collections.abc import Sequence

_MOST_NAMED = 3


def first_few(names: Sequence[str]) -> str:
    """Name the first of many things."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(map(printable, names[:_MOST_NAMED])) + more


_MOST_LETTERS = 200


def megabytes(size: int) -> str:
    """Write a size down."""
    return f"{size / 2**20:g} MB"


def printable(name: str | os.PathLike[str]) -> str:
    """Write a name so that it cannot do anything to a terminal, or fill it."""
    text = os.fspath(name)
    safe = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:_MOST_LETTERS])
    return safe + ("…" if len(text) > _MOST_LETTERS else "")
