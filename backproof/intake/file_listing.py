"""What is in a submission's folder, before any of it is read.

Nothing here trusts what it finds: links, pipes and names may be made up.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from backproof.errors import UserError
from backproof.printable import printable

# Folders that come along and are nobody's work; hidden files and folders are left out, too, and
# virtual environments, which have this file.
_BY_PRODUCTS = {"__MACOSX", "__pycache__", "node_modules"}
ENVIRONMENT = "pyvenv.cfg"
_MOST_NOTES = 20


@dataclass(frozen=True)
class IntakeLimits:
    """What a submission may consist of.

    Attributes:
        archive_bytes: Size of a zip file.
        entries: Files and folders.
        python_files: Files with Python in them.
        source_bytes: Size of one of these.
        notebook_bytes: Size of a notebook, its pictures included.
        total_bytes: Size of all Python together.
        depth: Folders in one another.

    """

    archive_bytes: int = 64 * 2**20
    entries: int = 20_000
    python_files: int = 1_000
    source_bytes: int = 2**20
    notebook_bytes: int = 10 * 2**20
    total_bytes: int = 8 * 2**20
    depth: int = 20


@dataclass(frozen=True)
class Entry:
    """A file that can be read: ``read(n)`` gives its first ``n`` bytes."""

    filename: str
    read: Callable[[int], bytes]


@dataclass
class Listing:
    """The Python files and notebooks of a submission, by relative POSIX path."""

    name: str
    limits: IntakeLimits
    entries: dict[str, Entry] = field(default_factory=dict)
    archives: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_empty: bool = True
    _counted: int = 0

    def count(self, path: str) -> None:
        """Count an entry of any kind, before anything is done with it.

        Raises:
            UserError: There are too many, or too many folders in one another.
        """
        self._counted += 1
        if self._counted > self.limits.entries:
            raise UserError(f"{self.name} has more than {self.limits.entries} files and folders")
        if path.count("/") > self.limits.depth:
            raise UserError(
                f"{self.name} has more than {self.limits.depth} folders in one another, as in"
                f" {printable(path)}"
            )

    def add(self, path: str, entry: Entry) -> None:
        """Take a file, if it is of a kind that matters.

        Raises:
            UserError: There are too many.
        """
        suffix = PurePosixPath(path).suffix
        self.is_empty = False
        if suffix == ".zip":
            self.archives.append(printable(path))
        if suffix not in (".py", ".ipynb"):
            return
        # Names of one look may be spelled in two ways; Python and most editors use this one.
        path = unicodedata.normalize("NFC", path)
        if not path.isprintable():
            self.note(f"{printable(path)} is skipped for the characters in its name")
            return
        if path in self.entries:
            self.note(f"{path} is in there twice: the last one counts")
        self.entries[path] = entry
        if len(self.entries) > self.limits.python_files:
            raise UserError(f"{self.name} has more than {self.limits.python_files} Python files")

    def note(self, line: str) -> None:
        """Keep a line for the student, if there are not too many yet."""
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(printable(line))
        elif len(self.notes) == _MOST_NOTES:
            self.notes.append("and more of the kind")


def is_by_product(name: str) -> bool:
    """Tell whether a file or folder of this name is nobody's work."""
    return name in _BY_PRODUCTS or (name.startswith(".") and name not in (".", ".."))
