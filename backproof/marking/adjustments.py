"""What staff decide about single students: points for a function or in total, and requests."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from backproof.errors import UserError
from backproof.marking.tables import read_rows, read_text
from backproof.printable import printable

_POINTS = ("points", "score")
_COMMENTS = ("comment", "reason", "outcome")
_MAX_COMMENT = 1000


@dataclass(frozen=True)
class Decision:
    """What a member of staff decided about a student.

    Attributes:
        student: The student's id, as in the gradebook.
        function: The function, as ``"unit.name"``; empty for the total.
        points: The new points; ``None`` if they stay, as after a request that was declined.
        comment: The reason, which the student reads.
        who: Who decided.
        when: When, in ISO 8601.
    """

    student: str
    function: str = ""
    points: float | None = None
    comment: str = ""
    who: str = ""
    when: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the decision as plain data to keep."""
        return asdict(self)


def read_decisions(file: Path, who: str, when: str) -> list[Decision]:
    """Read decisions from a CSV file with the columns student, function, points and comment.

    Raises:
        UserError: The file cannot be read, or a row cannot be used; the text names its line.
    """
    name = printable(file)
    heads, rows = read_rows(read_text(file), name)
    lower = {head.casefold() for head in heads}
    if not lower & {"student", "id"} or not lower & {*_POINTS, *_COMMENTS}:
        raise UserError(
            f"{name} has the columns {', '.join(map(printable, heads[:8]))}: expected student, "
            "function, points, comment"
        )
    return [_decision(cells, f"{name}, line {line}", who, when) for line, cells in rows]


def _decision(cells: Mapping[str, str], where: str, who: str, when: str) -> Decision:
    points = next((cells[head] for head in _POINTS if cells.get(head)), "")
    comment = next((cells[head] for head in _COMMENTS if cells.get(head)), "")
    student = cells.get("student") or cells.get("id") or ""
    return checked(
        Decision(student, cells.get("function", ""), number_of(points, where), comment, who, when),
        where,
    )


def number_of(text: str, where: str) -> float | None:
    """Return points that somebody wrote; ``None`` if there are none."""
    if not text or text == "-":
        return None
    try:
        points = float(text.replace(",", "."))
    except ValueError:
        points = math.nan
    if not math.isfinite(points) or points < 0:
        raise UserError(f"{where}: {printable(text)!r} are no points: expected a number from 0")
    return points


def checked(decision: Decision, where: str) -> Decision:
    """Return a decision that names a student and a reason.

    Raises:
        UserError: It does not.
    """
    if not decision.student:
        raise UserError(f"{where}: there is no student")
    if not decision.comment:
        raise UserError(f"{where}: there is no comment, which the student reads as the reason")
    if len(decision.comment) > _MAX_COMMENT:
        raise UserError(f"{where}: the comment has more than {_MAX_COMMENT} characters")
    return decision


def require_known(
    decisions: Sequence[Decision], students: Collection[str], functions: Collection[str]
) -> None:
    """Refuse decisions about students or functions that there are not.

    Raises:
        UserError: There is one; nothing is kept then.
    """
    known = {one.casefold() for one in students}
    for decision in decisions:
        if decision.student.casefold() not in known:
            raise UserError(
                f"there is no student {printable(decision.student)}: the gradebook's column "
                "student_id has the ids"
            )
        if decision.function and decision.function not in functions:
            raise UserError(
                f"{printable(decision.function)} is no function with points; there are "
                f"{', '.join(sorted(functions))}"
            )


def by_student(kept: Iterable[Mapping[str, Any]]) -> dict[str, list[Decision]]:
    """Return the decisions that count, by student: the last one about each function."""
    decisions: dict[str, dict[str, Decision]] = {}
    for value in kept:
        decision = Decision(**value)
        of_student = decisions.setdefault(decision.student.casefold(), {})
        of_student.pop(decision.function, None)
        of_student[decision.function] = decision
    return {student: [*each.values()] for student, each in decisions.items()}
