"""Names for what was handed in: fit for files, told apart, and in the order that people expect."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)
_LONGEST_NAME = 80  # in bytes: a file named so has a suffix, too


def natural(text: str) -> tuple[tuple[str, int], ...]:
    """Give what sorts a text as people do: ``attempt-10`` after ``attempt-2``."""
    parts = re.split(r"(\d{1,18})", text.casefold())
    numbers = [*map(int, parts[1::2]), -1]
    return tuple(zip(parts[::2], numbers, strict=True))


def unique_names(labels: Sequence[str]) -> list[str]:
    """Make a name of each label: fit for a file, and like no other, whatever letters' case."""
    names = [safe_name(label) for label in labels]
    counts = Counter(map(_folded, names))
    taken: set[str] = set()
    unique = []
    for label, name in zip(labels, names, strict=True):
        base = f"{name}-{_digest(label)}" if counts[_folded(name)] > 1 else name
        again = (f"{base}-{number}" for number in itertools.count(2))
        name = next(one for one in itertools.chain([base], again) if _folded(one) not in taken)
        taken.add(_folded(name))
        unique.append(name)
    return unique


def safe_name(label: str) -> str:
    """Make a label fit for the name of a file on any system."""
    letters = unicodedata.normalize("NFKC", label)
    name = "".join(c if c.isalnum() or c in "_.+@" or _is_mark(c) else "-" for c in letters)
    name = re.sub("-+", "-", name).strip("-.+@")
    if len(name.encode()) > _LONGEST_NAME:
        name = f"{name.encode()[: _LONGEST_NAME - 10].decode(errors='ignore')}-{_digest(label)}"
    if not name or _RESERVED.match(name):
        name = f"_{name}" if name else f"_{_digest(label)}"
    return name


def _is_mark(letter: str) -> bool:
    """Tell whether a letter is an accent or a vowel sign on the one before it."""
    return unicodedata.category(letter).startswith("M")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]


def fresh_folder(scratch: Path, name: str) -> Path:
    """Make a folder that was not there; the first in an empty ``scratch`` has always one name."""
    scratch.mkdir(parents=True, exist_ok=True)
    numbers = (scratch / f"{name}-{number}" for number in itertools.count(1))
    folder = next(folder for folder in numbers if not os.path.lexists(folder))
    folder.mkdir()
    return folder
