"""Who handed in what, and what came of it: the data that a class is graded with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backproof.grades.outcomes import Grade


@dataclass(frozen=True)
class Student:
    """Who handed something in.

    Attributes:
        id: What the course knows the student by: a login, a number, or a folder's name.
        name: The student's name, where an export tells it; may be empty.
        email: The student's address, where an export tells it; may be empty.

    """

    id: str
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Attempt:
    """One thing that was handed in, found on disk.

    Attributes:
        name: What it is called in a run: unique, stable from run to run, free of machine paths.
        path: Where it is: a folder, a ``.zip``, a ``.py`` file or a notebook.
        students: Who handed it in: one, or the members of a group.
        number: Which of a student's attempts it is, in order of time, from 1.

    """

    name: str
    path: Path
    students: tuple[Student, ...]
    number: int = 1


@dataclass(frozen=True)
class Result:
    """What came of one attempt: its grade, or why it has none.

    Attributes:
        name: The attempt's name.
        students: Who handed it in.
        number: Which of the student's attempts it is.
        fingerprint: A digest of what was handed in: equal content, equal fingerprint.
        grade: The grade; ``None`` where it could not be graded.
        problem: Why it could not be graded, in one line; empty where it was.
        seconds: Seconds of the clock that grading took.
        cpu_seconds: Seconds of computing, of the grader and the student's code together.

    """

    name: str
    students: tuple[Student, ...]
    number: int
    fingerprint: str
    grade: Grade | None
    problem: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
