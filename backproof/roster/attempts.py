"""Which of the attempts count, and which of them consist of the same files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, TypeVar

from backproof.grades.results import Attempt

_T = TypeVar("_T")


class Standing(NamedTuple):
    """What it takes to choose among graded attempts, so that no grade needs to be kept.

    ``students`` are ids; ``score`` is ``None`` for an attempt that could not be graded.
    """

    name: str
    students: tuple[str, ...]
    number: int
    score: float | None


def latest(attempts: Iterable[Attempt]) -> list[Attempt]:
    """Choose, before grading, what is the newest attempt of any of its students."""
    return _highest(
        attempts, lambda each: (each.number,), lambda each: [one.id for one in each.students]
    )


def best(standings: Iterable[Standing]) -> list[str]:
    """Choose, after grading, the names of what has the highest score of any of its students.

    Of equal scores, the newest counts; what could not be graded, only where nothing else is.
    """
    chosen = _highest(
        standings,
        lambda one: (float("-inf") if one.score is None else one.score, one.number),
        lambda one: one.students,
    )
    return [one.name for one in chosen]


def _highest(
    entries: Iterable[_T],
    rank: Callable[[_T], tuple[float, ...]],
    students: Callable[[_T], Iterable[str]],
) -> list[_T]:
    """Keep each student's highest entry, in the order that they have."""
    highest: dict[str, tuple[tuple[float, ...], int, _T]] = {}
    for place, entry in enumerate(entries):
        for one in students(entry):
            if one not in highest or highest[one][0] < rank(entry):
                highest[one] = rank(entry), place, entry
    kept = {place: entry for _, place, entry in highest.values()}
    return [kept[place] for place in sorted(kept)]


def duplicates(
    fingerprints: Mapping[str, str], students: Mapping[str, Collection[str]]
) -> list[tuple[str, ...]]:
    """Group the attempts that consist of the same files and have no student in common.

    That they are equal says nothing of why: they may be the hand-out as it was.

    Args:
        fingerprints: Of each attempt, by name; attempts without one are left out.
        students: The ids of each attempt's students, by name.
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, fingerprint in fingerprints.items():
        if fingerprint:
            groups[fingerprint].append(name)
    return sorted(
        tuple(sorted(names))
        for names in groups.values()
        if not frozenset.intersection(*(frozenset(students[name]) for name in names))
    )
