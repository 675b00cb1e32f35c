"""The deadline of an assignment: the table ``[tool.backproof.deadline]``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

_Minutes = Annotated[float, Meta(ge=0)]
_Percent = Annotated[float, Meta(ge=0, le=100)]


class Deadline(Struct, frozen=True, forbid_unknown_fields=True):
    """When the work is due, and what being late costs.

    Attributes:
        due: The deadline, with its offset from UTC: ``2026-11-30T23:59:00+01:00``.
        grace_minutes: Being late by no more than this costs nothing.
        per_day: The percentage of the maximal points that each day begun costs.
        cap: The percentage that is lost at most.
        function: A function of the assignment that computes the points to deduct instead, as
            ``"module.name"``, given the days late, the points and the maximal points.
    """

    due: Annotated[datetime, Meta(tz=True)]
    grace_minutes: _Minutes = 0.0
    per_day: _Percent = 0.0
    cap: _Percent = 100.0
    function: str = ""
