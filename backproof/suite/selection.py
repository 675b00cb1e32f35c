"""Choose single properties by their names, and grade a submission on these alone."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Collection, Sequence

from backproof.assignment.config import Assignment
from backproof.errors import UserError
from backproof.grades.outcomes import Outcome
from backproof.suite.records import name_of
from backproof.suite.suite import Suite

_PREFIX = "test_"
_MOST_CLOSE = 3


def select(names: Collection[str], known: Sequence[str]) -> tuple[str, ...]:
    """Find properties by name, with or without ``test_`` before it; all where none is named.

    Raises:
        UserError: There is none of that name; the text says which ones are close.

    """
    return tuple(dict.fromkeys(_found(name, known) for name in names)) or tuple(known)


def with_true_points(
    outcomes: Sequence[Outcome], suite: Suite, assignment: Assignment
) -> tuple[Outcome, ...]:
    """Give outcomes of some properties the points that they have where all of the suite run."""
    units = {name_of(item): suite.unit_of(item) for item in suite.items}
    ran = {outcome.property for outcome in outcomes}

    def weight(unit: str, of: Collection[str]) -> float:
        return math.fsum(assignment.weights.get(name, 1) for name in of if units[name] == unit)

    shares = {
        unit: weight(unit, ran) / (weight(unit, units) or 1)
        for unit in {outcome.unit for outcome in outcomes}
    }
    return tuple(
        dataclasses.replace(
            outcome,
            points=outcome.points * shares[outcome.unit],
            max_points=outcome.max_points * shares[outcome.unit],
        )
        for outcome in outcomes
    )


def _found(name: str, known: Sequence[str]) -> str:
    for candidate in (name, f"{_PREFIX}{name}"):
        if candidate in known:
            return candidate
    short = [one.removeprefix(_PREFIX) for one in known]
    given = name.removeprefix(_PREFIX)
    holding = [one for one in short if given in one][:_MOST_CLOSE]
    close = holding or difflib.get_close_matches(given, short, n=_MOST_CLOSE)
    hint = f"did you mean {' or '.join(close)}?" if close else "a failure's last line names its own"
    raise UserError(f"there is no property {name!r} here: {hint}")
