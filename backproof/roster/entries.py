"""The contents of a class folder, as one of the layouts describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backproof.grades.results import Student
from backproof.printable import printable


@dataclass(frozen=True)
class ClassEntry:
    """Something that a student submitted; it may turn out not to be a submission.

    Attributes:
        students: The students who submitted it.
        label: Its name, before names are made unique.
        path: The folder or file; ``None`` if the submission consists of ``parts``.
        parts: The files of one submission, by their original names.
        time: The time of submission, as text that sorts; empty if it is unknown.
        order: A sort key for attempts of the same student and time.
        is_late: Whether the platform marks it as late, without saying when it was submitted.
    """

    students: tuple[Student, ...]
    label: str
    path: Path | None = None
    parts: Mapping[str, Path] = field(default_factory=dict)
    time: str = ""
    order: str = ""
    is_late: bool = False


@dataclass
class FolderReading:
    """The contents of one of the paths that the instructor named.

    Attributes:
        name: The folder that was read, as messages name it; may be empty.
        folder: The folder.
        layout: The layout that it was read with.
        is_doubtful: Whether another layout is plausible, too.
        entries: The submissions of students.
        problems: A line for each file or folder that is not a submission.
        notes: Lines on how the path was read.
    """

    name: str
    folder: Path
    layout: str
    is_doubtful: bool = False
    entries: list[ClassEntry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, name: str, reason: str) -> None:
        """Add a problem: a file or folder that is not a submission."""
        where = f"{self.name}/" if self.name else ""
        self.problems.append(f"{where}{printable(name)} {reason}")


def student(identity: str, name: str = "", email: str = "") -> Student:
    """Return a student with texts that are safe to print, though anyone may have written them.

    Each text becomes one line of printable characters, and different texts stay different.
    """
    return Student(_one_line(identity), _one_line(name), _one_line(email))


def _one_line(text: str) -> str:
    text = text.replace("\\", r"\\")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
