"""The points of functions, earned by the properties that exercise them.

A property counts for each function of its own unit that it exercises. What it says of one function
is one of four things:

- *earned*: it passed; or it failed, and not because of this function;
- *lost*: it failed, and this function is not known to be innocent;
- *open*: it failed, and something else that failed may explain it;
- *skipped*: it ended in another function before it could say anything.

The core of a function is earned if nothing in it is lost, except for the shares that are open. Of
its edges those that are open are left out. A function of which nothing is earned has no points.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from backproof.assignment.config import Assignment
from backproof.assignment.credit import ALL_POLICY, CORE_POLICY, Credit
from backproof.grades.outcomes import FAILED, NOT_GRADED, PASSED, FunctionCredit
from backproof.grades.property_record import CORE, EDGE, PropertyRecord

_EARNED, _LOST, _OPEN, _SKIPPED = "earned", "lost", "open", "skipped"


@dataclass(frozen=True)
class _Entry:
    """The result of one record for one function.

    Attributes:
        record: The record.
        state: One of the four states.
        weight: The weight of the property, divided by the number of its records of the function.
    """

    record: PropertyRecord
    state: str
    weight: float


@dataclass(frozen=True)
class Part:
    """Points of a function that stand at a property: those earned, and those that can be."""

    property: str
    points: float
    max_points: float


def judged_functions(record: PropertyRecord, assignment: Assignment) -> frozenset[str]:
    """Return the functions that a record counts for; none if it is not known what it called."""
    credit = assignment.credit
    own = (name for name in record.functions if name.partition(".")[0] == record.unit)
    return frozenset(credit.whole(name) for name in own)


def credit_unit(
    unit: str,
    records: Sequence[PropertyRecord],
    blocked: Mapping[str, str],
    assignment: Assignment,
    share: float = 1.0,
) -> tuple[list[FunctionCredit], list[Part]]:
    """Return the credit of the functions of a unit, and the points that stand at its properties.

    Args:
        unit: The unit.
        records: The records of its properties.
        blocked: For each blocked property the function that is excused in it, or an empty text if
            no function is.
        assignment: The assignment.
        share: The share of the points of the unit that these properties can earn. If it is below
            1, functions that no record is about are left out.
    """
    judged = [judged_functions(record, assignment) for record in records]
    points = assignment.credit_points(unit, sorted(frozenset().union(*judged)) or [unit])
    entries = _entries(records, judged, blocked, assignment, points)
    credits: list[FunctionCredit] = []
    parts: list[Part] = []
    for function, most in points.items():
        own = entries[function]
        if own or share >= 1:
            standing = _standing(own, most * share, assignment)
            parts += standing or _unearned(records, most * share)
            credits.append(_credit(function, most * share, standing, own, assignment))
    return credits, parts


def _entries(
    records: Sequence[PropertyRecord],
    judged: Sequence[frozenset[str]],
    blocked: Mapping[str, str],
    assignment: Assignment,
    points: Collection[str],
) -> dict[str, list[_Entry]]:
    """Return for each function what the records say of it."""
    # A record counts for all functions if it is not known what it called, as after a crash.
    pairs = [
        (record, names & set(points) or {*points})
        for record, names in zip(records, judged, strict=True)
    ]
    numbers = Counter((record.property, name) for record, names in pairs for name in names)
    # The functions that failed alone, and that nothing else explains.
    alone = {
        name
        for record, names in pairs
        if record.status == FAILED and record.property not in blocked and len(names) == 1
        for name in names
    }
    entries: dict[str, list[_Entry]] = {function: [] for function in points}
    for record, names in pairs:
        for name in names:
            # A failure of several functions is explained by one that also fails alone.
            may_follow = bool(names & alone) or record.property in blocked
            is_open = name not in alone and may_follow
            excused = blocked.get(record.property, "")
            state = _state(record, name, excused, is_open, assignment.credit)
            weight = assignment.weights.get(record.property, 1) / numbers[record.property, name]
            if weight:
                entries[name].append(_Entry(record, state, weight))
    return entries


def _state(
    record: PropertyRecord, function: str, excused: str, is_open: bool, credit: Credit
) -> str:
    """Return what a record says of a function; ``excused`` is the function that is excused."""
    if record.status == PASSED or function in map(credit.whole, record.cleared):
        return _EARNED
    ended_elsewhere = record.ended_in and credit.whole(record.ended_in) != function
    if record.status == NOT_GRADED or ended_elsewhere:
        return _SKIPPED
    if record.status != FAILED:
        return _LOST
    if excused:
        return _EARNED if credit.whole(excused) == function else _OPEN
    return _OPEN if is_open else _LOST


def _standing(entries: Sequence[_Entry], most: float, assignment: Assignment) -> list[Part]:
    """Return the points of a function at each property; none without properties."""
    credit = assignment.credit
    if not any(entry.state == _EARNED for entry in entries):
        entries = [replace(entry, state=_LOST) for entry in entries]
    core = [entry for entry in entries if entry.record.role == CORE]
    edges = [entry for entry in entries if entry.record.role == EDGE]
    if credit.policy == ALL_POLICY:
        return _together([_without_doubt(entry) for entry in entries], most)
    if credit.policy != CORE_POLICY or not core:
        return _one_by_one(entries, most)
    of_edges = most * credit.edges if edges else 0.0
    known = [entry for entry in edges if entry.state != _OPEN] or edges
    return _together(core, most - of_edges) + _one_by_one(known, of_edges)


def _without_doubt(entry: _Entry) -> _Entry:
    return replace(entry, state=_LOST) if entry.state == _OPEN else entry


def _together(entries: Sequence[_Entry], most: float) -> list[Part]:
    """Return the points of properties that earn them together.

    Points that are lost stand at the properties that lost them, and at no other.
    """
    lost = [entry for entry in entries if entry.state == _LOST]
    if not lost and not any(entry.state == _EARNED for entry in entries):
        lost = [*entries]
    return _shared(lost, most) if lost else _one_by_one(entries, most)


def _one_by_one(entries: Sequence[_Entry], most: float) -> list[Part]:
    """Return the points of properties of which each earns its own."""
    return _shared([entry for entry in entries if entry.state != _SKIPPED] or entries, most)


def _shared(entries: Sequence[_Entry], most: float) -> list[Part]:
    """Share points by weight."""
    total = math.fsum(entry.weight for entry in entries)
    parts = []
    for entry in entries:
        points = most * entry.weight / total
        parts.append(Part(entry.record.property, points if entry.state == _EARNED else 0.0, points))
    return parts


def _unearned(records: Iterable[PropertyRecord], most: float) -> list[Part]:
    """Share the points of a function that nothing was said of among all properties of its unit."""
    names = {record.property for record in records}
    return [Part(name, 0.0, most / len(names)) for name in sorted(names)]


def _credit(
    function: str,
    most: float,
    standing: Sequence[Part],
    entries: Sequence[_Entry],
    assignment: Assignment,
) -> FunctionCredit:
    counts = {role: _counts(e for e in entries if e.record.role == role) for role in (CORE, EDGE)}
    return FunctionCredit(
        function=function,
        unit=function.partition(".")[0],
        parts=tuple(part for part, whole in assignment.credit.parts.items() if whole == function),
        points=math.fsum(part.points for part in standing),
        max_points=most,
        core_passed=counts[CORE][0],
        core_total=counts[CORE][1],
        edges_passed=counts[EDGE][0],
        edges_total=counts[EDGE][1],
        complete=all(entry.record.status != NOT_GRADED for entry in entries),
    )


def _counts(entries: Iterable[_Entry]) -> tuple[int, int]:
    """Return how many properties of a function passed, and how many there are."""
    passed: dict[str, bool] = {}
    for entry in entries:
        name = entry.record.property
        passed[name] = passed.get(name, True) and entry.state == _EARNED
    return sum(passed.values()), len(passed)
