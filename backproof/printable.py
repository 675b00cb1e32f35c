"""Names and sizes as text that is safe and short enough to print."""

from __future__ import annotations

import os
from collections.abc import Sequence

_MAX_NAMES = 3
_MAX_NAME_CHARACTERS = 200


def printable(name: str | os.PathLike[str]) -> str:
    """Return a name without control characters, which could do anything to a terminal; cut off."""
    text = os.fspath(name)
    beginning = text[:_MAX_NAME_CHARACTERS]
    safe = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in beginning)
    return safe + ("…" if len(text) > len(beginning) else "")


def first_few(names: Sequence[str]) -> str:
    """Return the first names of many, and the number of the others."""
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return ", ".join(map(printable, names[:_MAX_NAMES])) + more


def megabytes(size: int) -> str:
    """Return a size in bytes as text, such as ``"1.5 MB"``."""
    return f"{size / 2**20:g} MB"
