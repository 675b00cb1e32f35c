"""The rows of a store: results as columns, and values as they are packed in them."""

from __future__ import annotations

import dataclasses
import json
import re
import zlib
from typing import Any, NamedTuple

from backproof.grades.outcomes import NOT_GRADED
from backproof.grades.results import Result, Student


class Summary(NamedTuple):
    """A result without its outcomes.

    ``graded`` is true if the result has a grade and none of its outcomes is *not graded*.
    """

    name: str
    students: tuple[Student, ...]
    number: int
    fingerprint: str
    graded: bool
    score: float | None
    max_score: float | None
    problem: str
    seconds: float
    cpu_seconds: float
    submitted: str = ""


def sort_key(name: str) -> bytes:
    """Return a unique key that sorts names without regard to case, and numbers by value."""
    # Numbers of up to 20 digits are sorted by value; longer ones count nothing.
    folded = re.sub("[0-9]+", lambda number: number[0].zfill(20), name.casefold())
    # The name itself makes the key unique. It follows a character that sorts first.
    return as_text(f"{folded}\0{name}")


def as_text(text: str) -> bytes:
    """Return a text as it is passed to SQLite."""
    return text.encode("utf-8", "surrogatepass")


def as_json(value: Any) -> bytes:
    """Return a JSON value as it is passed to SQLite."""
    return as_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def row_of(result: Result) -> tuple[Any, ...]:
    """Return the columns of a result."""
    grade = result.grade
    return (
        sort_key(result.name),
        as_text(result.name),
        as_json([dataclasses.astuple(student) for student in result.students]),
        as_text(result.fingerprint),
        as_text(result.problem),
        result.number,
        grade is not None and not result.problem and not grade.count(NOT_GRADED),
        grade and grade.score,
        grade and grade.max_score,
        result.seconds,
        result.cpu_seconds,
        grade and packed(grade.to_json()),
        as_text(result.submitted),
        packed(result.records) if result.records else None,
    )


def packed(value: Any) -> bytes:
    """Return a JSON value in a compressed form."""
    return zlib.compress(as_json(value))


def unpacked(data: bytes) -> Any:
    """Return the JSON value that ``packed`` compressed."""
    return json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))


def students_of(text: str) -> tuple[Student, ...]:
    """Return the students that a column names."""
    return tuple(Student(*fields) for fields in json.loads(text))
