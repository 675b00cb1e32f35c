"""How late a submission is, and what that costs."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from backproof.assignment.config import Assignment
from backproof.assignment.deadline import Deadline
from backproof.assignment.imports import import_view
from backproof.errors import UserError
from backproof.grades.outcomes import Adjustment
from backproof.grades.results import LATE
from backproof.marking.class_list import Enrolled
from backproof.report.scores import number

_DAY = timedelta(days=1)


class Lateness:
    """Computes what being late costs, as an assignment's deadline says.

    Raises:
        UserError: The function that the deadline names does not exist.
    """

    def __init__(self, assignment: Assignment) -> None:
        self._deadline = assignment.deadline
        self._function: Callable[..., Any] | None = None
        if self._deadline and self._deadline.function:
            self._function = _function(assignment, self._deadline.function)

    def adjustment(
        self, submitted: str, enrolled: Enrolled | None, points: float, max_points: float
    ) -> Adjustment | None:
        """Return what is deducted for a submission, with the reason; ``None`` if it is in time.

        Args:
            submitted: When it was submitted: as in ``Result``.
            enrolled: The student, if there is a roster.
            points: The points that it earned.
            max_points: The points that can be earned.

        Raises:
            UserError: The function of the deadline raised an exception, or returned no number.
        """
        deadline = self._deadline
        when = (enrolled.submitted if enrolled else "") or submitted
        if deadline is None or not when:
            return None
        due = _due(deadline, enrolled)
        until = f"due {due:%Y-%m-%d %H:%M}" + (", extended" if due != deadline.due else "")
        if when == LATE:
            if due != deadline.due:
                text = f"marked as late, {until}: nothing is deducted, as the time is not known"
                return Adjustment(text, 0.0)
            return self._deducted(1.0, "marked as late", until, points, max_points)
        time = datetime.fromisoformat(when)
        time = time.replace(tzinfo=time.tzinfo or UTC).astimezone(due.tzinfo)
        if time <= due + timedelta(minutes=deadline.grace_minutes):
            return None
        days = (time - due) / _DAY
        return self._deducted(days, f"handed in {time:%Y-%m-%d %H:%M}", until, points, max_points)

    def _deducted(
        self, days: float, what: str, until: str, points: float, max_points: float
    ) -> Adjustment:
        deadline = self._deadline
        assert deadline is not None
        begun = math.ceil(days)
        if self._function is not None:
            lost = self._computed(days, points, max_points)
            share = f"by {deadline.function}"
        else:
            percent = min(begun * deadline.per_day, deadline.cap)
            lost = max_points * percent / 100
            share = f"{number(percent)} % of {number(max_points)} points"
        lost = round(min(max(lost, 0.0), points), 6)
        late = "1 day begun" if begun == 1 else f"{begun} days begun"
        return Adjustment(f"late: {what}, {until}; {late}: −{number(lost)} ({share})", -lost)

    def _computed(self, days: float, points: float, max_points: float) -> float:
        name = self._deadline.function if self._deadline else ""
        try:
            lost = float(self._function(days, points, max_points))  # type: ignore[misc]
        except Exception as error:
            raise UserError(
                f"tool.backproof.deadline.function: {name} raised {type(error).__name__}: {error}"
            ) from None
        if not math.isfinite(lost):
            raise UserError(f"tool.backproof.deadline.function: {name} returned {lost}")
        return lost


def _due(deadline: Deadline, enrolled: Enrolled | None) -> datetime:
    if enrolled is None:
        return deadline.due
    return (enrolled.due or deadline.due) + enrolled.extension


def _function(assignment: Assignment, name: str) -> Callable[..., Any]:
    module, _, attribute = name.rpartition(".")
    function = getattr(import_view(assignment, module), attribute, None) if module else None
    if callable(function):
        return function  # type: ignore[no-any-return]  # an instructor's module is untyped
    raise UserError(
        f"tool.backproof.deadline.function: {name} is no function; expected such as 'late.penalty'"
    )
