"""Students, their attempts, and the results of grading them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backproof.grades.outcomes import Grade

# The time of a submission of which only this is known.
LATE = "late"


@dataclass(frozen=True)
class Student:
    """A student of the course.

    Attributes:
        id: The student's identifier in the course: a login, a number, or a folder's name.
        name: The student's name; empty if an export does not contain it.
        email: The student's address; empty if an export does not contain it.
        section: The student's section of the course; empty if there are none.
    """

    id: str
    name: str = ""
    email: str = ""
    section: str = ""


@dataclass(frozen=True)
class Attempt:
    """A submission on disk, and the students who submitted it.

    Attributes:
        name: Its name, unique within the class, the same in every run, and without machine paths.
        path: Its path: a folder, a ``.zip``, a ``.py`` file or a notebook.
        students: The student who submitted it, or the members of a group.
        number: Its number among the student's attempts, counted from 1 in order of time.
        submitted: When it was submitted, as in ``Result``.
    """

    name: str
    path: Path
    students: tuple[Student, ...]
    number: int = 1
    submitted: str = ""


@dataclass(frozen=True)
class Result:
    """The result of grading one attempt.

    Attributes:
        name: The attempt's name.
        students: The students who submitted it.
        number: Its number among the student's attempts.
        fingerprint: A digest of the submitted files: equal files have equal fingerprints.
        grade: The grade; ``None`` if the attempt could not be graded.
        problem: The reason why it could not be graded, in one line; empty if it was graded.
        seconds: Elapsed time of grading.
        cpu_seconds: Computing time of the grader and the student's code together.
        records: The records of the properties as plain data, from which the grade is computed
            anew; empty in a result that was read from a store.
        submitted: When it was submitted, as text in ISO 8601; ``LATE`` if only that is known, and
            empty if nothing is.
    """

    name: str
    students: tuple[Student, ...]
    number: int
    fingerprint: str
    grade: Grade | None
    problem: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    records: tuple[Mapping[str, Any], ...] = ()
    submitted: str = ""
