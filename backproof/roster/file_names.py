"""Names of attempts: valid as file names, unique, and in the order that people expect."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

# Names that Windows reserves for devices.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)
# Most file systems allow 255 bytes, but a report adds a suffix, and a path may be long already.
_MAX_NAME_BYTES = 80
_DIGEST_LETTERS = 8


def natural(text: str) -> tuple[tuple[str, int], ...]:
    """Return a sort key that compares numbers by value: ``attempt-10`` after ``attempt-2``."""
    parts = re.split(r"(\d{1,18})", text.casefold())
    numbers = [*map(int, parts[1::2]), -1]
    return tuple(zip(parts[::2], numbers, strict=True))


def unique_names(labels: Sequence[str]) -> list[str]:
    """Return a valid file name for each label; no two are equal, even if letter case is ignored."""
    names = [safe_name(label) for label in labels]
    counts = Counter(map(_folded, names))
    taken: set[str] = set()
    unique = []
    for label, name in zip(labels, names, strict=True):
        # A digest of the label, unlike a number, does not change when another student is added.
        base = f"{name}-{_digest(label)}" if counts[_folded(name)] > 1 else name
        numbered = (f"{base}-{number}" for number in itertools.count(2))
        candidates = itertools.chain([base], numbered)
        name = next(one for one in candidates if _folded(one) not in taken)
        taken.add(_folded(name))
        unique.append(name)
    return unique


def safe_name(label: str) -> str:
    """Return a label as a file name that is valid on any operating system."""
    letters = unicodedata.normalize("NFKC", label)
    name = "".join(c if c.isalnum() or c in "_.+@" or _is_mark(c) else "-" for c in letters)
    name = re.sub("-+", "-", name).strip("-.+@")
    if len(name.encode()) > _MAX_NAME_BYTES:
        beginning = name.encode()[: _MAX_NAME_BYTES - _DIGEST_LETTERS - 2]
        name = f"{beginning.decode(errors='ignore')}-{_digest(label)}"
    if not name or _RESERVED.match(name):
        name = f"_{name}" if name else f"_{_digest(label)}"
    return name


def _is_mark(letter: str) -> bool:
    """Return whether a character is an accent or vowel sign of the letter before it."""
    return unicodedata.category(letter).startswith("M")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGEST_LETTERS]


def fresh_folder(scratch: Path, name: str) -> Path:
    """Create a new folder in ``scratch`` and return it: ``name-1``, or the next free number."""
    scratch.mkdir(parents=True, exist_ok=True)
    numbered = (scratch / f"{name}-{number}" for number in itertools.count(1))
    folder = next(folder for folder in numbered if not os.path.lexists(folder))
    folder.mkdir()
    return folder
