"""The listing of a submission's files, made before any of them is read.

A listing trusts nothing that it finds: links, pipes and names may be forged.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from backproof.errors import UserError
from backproof.intake.names import foreign_archive, is_archive_name, source_path
from backproof.printable import printable

# The file that marks a folder as a virtual environment, which is skipped, too.
ENVIRONMENT = "pyvenv.cfg"
_MAX_NOTES = 20


@dataclass(frozen=True)
class IntakeLimits:
    """Limits on the size of one submission.

    Attributes:
        archive_bytes: Size of a zip file.
        entries: Number of files and folders.
        python_files: Number of Python files and notebooks.
        source_bytes: Size of one Python file.
        notebook_bytes: Size of one notebook, including its pictures.
        total_bytes: Size of all Python sources together.
        depth: Number of nested folders.
    """

    archive_bytes: int = 64 * 2**20
    entries: int = 20_000
    python_files: int = 1_000
    source_bytes: int = 2**20
    notebook_bytes: int = 10 * 2**20
    total_bytes: int = 8 * 2**20
    depth: int = 20


@dataclass(frozen=True)
class ListedFile:
    """A file that can be read: ``read(n)`` returns its first ``n`` bytes."""

    filename: str
    read: Callable[[int], bytes]


@dataclass
class Listing:
    """The Python files and notebooks of a submission, by relative POSIX path.

    Attributes:
        name: The submission, as messages name it.
        limits: Limits on the size of the submission.
        files: The files, by path.
        archives: The archives in the submission, as messages name them.
        notes: Lines for the student and the instructor.
        is_empty: Whether the submission has no file at all.
    """

    name: str
    limits: IntakeLimits
    files: dict[str, ListedFile] = field(default_factory=dict)
    archives: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_empty: bool = True
    _counted: int = 0
    _renamed: set[str] = field(default_factory=set)

    def count(self, path: str) -> None:
        """Count a file or folder of any kind, before it is examined.

        Raises:
            UserError: There are too many of them, or they are nested too deeply.
        """
        self._counted += 1
        if self._counted > self.limits.entries:
            raise UserError(f"{self.name} has more than {self.limits.entries} files and folders")
        if path.count("/") > self.limits.depth:
            raise UserError(
                f"{self.name} has more than {self.limits.depth} folders in one another, as in"
                f" {printable(path)}"
            )

    def add(self, path: str, file: ListedFile) -> None:
        """Add a file to the listing if it is a Python file or a notebook.

        Raises:
            UserError: There are too many of them.
        """
        self.is_empty = False
        if is_archive_name(path) or foreign_archive(path):
            self.archives.append(printable(path))
        target = source_path(path)
        if not target:
            return
        # Unicode can spell the same name in several ways; Python and most editors use NFC.
        target = unicodedata.normalize("NFC", target)
        if not target.isprintable():
            self.note(f"{printable(path)} is skipped for the characters in its name")
            return
        is_renamed = target != unicodedata.normalize("NFC", path)
        if target in self.files:
            if is_renamed:
                self.note(f"{path} is not looked at: there is {target}")
                return
            if target not in self._renamed:
                self.note(f"{target} is in there twice: the last one counts")
        (self._renamed.add if is_renamed else self._renamed.discard)(target)
        path = target
        self.files[path] = file
        if len(self.files) > self.limits.python_files:
            raise UserError(f"{self.name} has more than {self.limits.python_files} Python files")

    def note(self, line: str) -> None:
        """Add a note, unless there are many already."""
        if len(self.notes) < _MAX_NOTES:
            self.notes.append(printable(line))
        elif len(self.notes) == _MAX_NOTES:
            self.notes.append("and more of the kind")
