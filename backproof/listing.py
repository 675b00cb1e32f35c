"""What is in a submission's folder, before any of it is read.

Nothing here trusts what it finds: links, pipes and names may be made up.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from backproof.errors import UserError

# Folders that come along and are nobody's work; hidden files and folders are left out, too, and
# virtual environments, which have this file.
_ALONG = {"__MACOSX", "__pycache__", "node_modules"}
ENVIRONMENT = "pyvenv.cfg"
_MOST_NOTES = 20
_MOST_LETTERS = 200


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
                f" {shown(path)}"
            )

    def add(self, path: str, entry: Entry) -> None:
        """Take a file, if it is of a kind that matters.

        Raises:
            UserError: There are too many.
        """
        suffix = PurePosixPath(path).suffix
        self.is_empty = False
        if suffix == ".zip":
            self.archives.append(shown(path))
        if suffix not in (".py", ".ipynb"):
            return
        # Names of one look may be spelled in two ways; Python and most editors use this one.
        path = unicodedata.normalize("NFC", path)
        if not path.isprintable():
            self.note(f"{shown(path)} is skipped for the characters in its name")
            return
        if path in self.entries:
            self.note(f"{path} is in there twice: the last one counts")
        self.entries[path] = entry
        if len(self.entries) > self.limits.python_files:
            raise UserError(f"{self.name} has more than {self.limits.python_files} Python files")

    def note(self, line: str) -> None:
        """Keep a line for the student, if there are not too many yet."""
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(shown(line))
        elif len(self.notes) == _MOST_NOTES:
            self.notes.append("and more of the kind")


def list_folder(folder: Path, name: str, limits: IntakeLimits) -> Listing:
    """List a folder; links that stay inside are followed, once round.

    Raises:
        UserError: A link leads out of it, something may not be read, or there is too much.
    """
    listing = Listing(name, limits)
    root = folder.resolve()
    # The folders still to list, each with the real ones that lead to it.
    waiting: list[tuple[Path, str, tuple[Path, ...]]] = [(root, "", (root,))]
    while waiting:
        inside, prefix, trail = waiting.pop()
        for file in _inside(inside, prefix, listing):
            path = prefix + file.name
            listing.count(path)
            if comes_along(file.name):
                continue
            real = Path(os.path.realpath(file))
            if not real.is_relative_to(root):
                raise UserError(
                    f"{name} has a link that leads out of it, {shown(path)}: hand in what it"
                    " leads to"
                )
            try:
                mode = os.stat(real).st_mode
            except PermissionError:
                raise _refused(path, name) from None
            except OSError:
                listing.note(f"{shown(path)} is a link to nothing: skipped")
                continue
            if stat.S_ISREG(mode):
                listing.add(path, Entry(str(root / path), _reader(real, path, name)))
            elif not stat.S_ISDIR(mode):
                listing.note(f"{shown(path)} is no ordinary file: skipped")
            elif real not in trail and not os.path.lexists(real / ENVIRONMENT):
                waiting.append((real, f"{path}/", (*trail, real)))
    listing.entries = dict(sorted(listing.entries.items()))
    return listing


def read_file(file: Path, most: int) -> bytes:
    """Read the first bytes of an ordinary file; it is never waited for.

    Raises:
        OSError: It cannot be read, or has become something else since it was looked at.
    """
    flags = os.O_RDONLY
    for flag in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"):  # where there is one
        flags |= getattr(os, flag, 0)
    with open(os.open(file, flags), "rb") as opened:
        state = os.fstat(opened.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise OSError("it is no ordinary file")
        return opened.read(min(most, state.st_size + 1))


def shown(name: str | os.PathLike[str]) -> str:
    """Write a name so that it cannot do anything to a terminal, or fill it."""
    text = os.fspath(name)
    safe = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:_MOST_LETTERS])
    return safe + ("…" if len(text) > _MOST_LETTERS else "")


def megabytes(size: int) -> str:
    """Write a size down."""
    return f"{size / 2**20:g} MB"


def comes_along(name: str) -> bool:
    """Tell whether a file or folder of this name is nobody's work."""
    return name in _ALONG or (name.startswith(".") and name not in (".", ".."))


def _inside(folder: Path, prefix: str, listing: Listing) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except PermissionError:
        raise _refused(prefix.rstrip("/"), listing.name) from None


def _refused(path: str, name: str) -> UserError:
    what = f"{shown(path)} in {name}" if path else name
    return UserError(f"{what} may not be read: check its permissions")


def _reader(file: Path, path: str, name: str) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        try:
            return read_file(file, most)
        except OSError:
            raise _refused(path, name) from None

    return read
