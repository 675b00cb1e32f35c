"""What the reader of a folder or an export gives: who handed in what, and what is amiss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backproof.grades.results import Student
from backproof.printable import printable


@dataclass(frozen=True)
class ClassEntry:
    """What a layout says of something handed in; whether it is a submission is seen later.

    Attributes:
        students: Who handed it in.
        label: What to call it.
        path: The folder or file; ``None`` if it is made of ``parts``.
        parts: Files of one submission, by the names that they had.
        time: When it was handed in, as text that sorts; empty where that is not told.
        order: What puts a student's attempts of one time in order.

    """

    students: tuple[Student, ...]
    label: str
    path: Path | None = None
    parts: Mapping[str, Path] = field(default_factory=dict)
    time: str = ""
    order: str = ""


@dataclass
class FolderReading:
    """What one of the things given holds.

    Attributes:
        name: Of the folder that was read, for people; may be empty.
        folder: The folder.
        layout: How it was read.
        is_doubtful: Whether it may have been meant in another way.
        handed: What was handed in.
        problems: A line for each thing that is no submission.
        notes: Lines on how it was read.

    """

    name: str
    folder: Path
    layout: str
    is_doubtful: bool = False
    handed: list[ClassEntry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, entry: str, why: str) -> None:
        """Keep a line on something that is no submission."""
        where = f"{self.name}/" if self.name else ""
        self.problems.append(f"{where}{printable(entry)} {why}")


def student(identity: str, name: str = "", email: str = "") -> Student:
    """Make a student of texts that anyone may have written: each in one line, none confused."""
    return Student(_one_line(identity), _one_line(name), _one_line(email))


def _one_line(text: str) -> str:
    text = text.replace("\\", r"\\")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
