"""JSON Lines: one result per line, with the grade in its documented form."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import TextIO

from backproof.grades.results import Result


def write(results: Iterable[Result], out: TextIO, title: str) -> None:
    """Write one JSON object per line, each with the title, so that lines can be used alone.

    All characters are ASCII, because some readers also split lines at separators outside ASCII.
    """
    for result in results:
        document = {
            "title": title,
            "name": result.name,
            "students": [dataclasses.asdict(student) for student in result.students],
            "number": result.number,
            "fingerprint": result.fingerprint,
            "grade": result.grade.to_json() if result.grade else None,
            "problem": result.problem,
            "seconds": result.seconds,
            "cpu_seconds": result.cpu_seconds,
        }
        out.write(json.dumps(document, allow_nan=False) + "\n")
