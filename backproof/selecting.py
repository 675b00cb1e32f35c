"""Choose single properties by their names, and grade a submission on these alone."""

from __future__ import annotations

import dataclasses
import difflib
import math
import os
from collections.abc import Callable, Collection, Sequence

from backproof.assignment import Assignment
from backproof.diagnosis import Diagnostician
from backproof.errors import UserError
from backproof.grading import Suite, open_submission, with_suite
from backproof.intake import take_in
from backproof.outcomes import Grade, Outcome, judge
from backproof.probing import NONE
from backproof.records import name_of

_PREFIX = "test_"
_MOST_CLOSE = 3


def select(names: Collection[str], known: Sequence[str]) -> tuple[str, ...]:
    """Find properties by name, with or without ``test_`` before it; all where none is named.

    Raises:
        UserError: There is none of that name; the text says which ones are close.

    """
    return tuple(dict.fromkeys(_found(name, known) for name in names)) or tuple(known)


def check_properties(
    path: str | os.PathLike[str],
    names: Collection[str],
    *,
    assignment: Assignment,
    profile: str,
    seed: int,
    units: Collection[str] = (),
    confinement: str = NONE,
    progress: Callable[[str, int], object] = lambda _name, _total: None,
) -> Grade:
    """Grade one submission on some properties only, each with the points that it has among all.

    Args:
        path: What was handed in.
        names: The properties, with or without ``test_`` before them.
        assignment: What to grade against.
        profile: How many cases.
        seed: The seed of the cases.
        units: The units to look for the properties in; all by default.
        confinement: As ``check_submission`` takes it.
        progress: Called with each property's name as it ends, and how many there are.

    Raises:
        UserError: As ``check_submission`` does, or there is no such property.

    """
    intake = take_in(path, assignment.units)

    def grade(suite: Suite) -> Grade:
        chosen = select(names, suite.properties)
        with open_submission(intake, assignment, confinement) as (submission, observed):
            diagnostician = Diagnostician(assignment)
            records = suite.run(
                submission,
                chosen,
                progress=lambda name: progress(name, len(chosen)),
                diagnostician=diagnostician,
            )
        notes = [*intake.notes, *diagnostician.problems]
        how = {"confinement": observed.to_json(), "notes": notes}
        outcomes = with_true_points(judge(records, assignment), suite, assignment)
        return Grade(str(path), outcomes, {**suite.graded_with, **how})

    return with_suite(assignment, grade, profile=profile, seed=seed, units=units)


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
