"""Choose the attempts that count, and find attempts that consist of the same files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, TypeVar

from backproof.grades.results import Attempt

_T = TypeVar("_T")


class Standing(NamedTuple):
    """The facts about a graded attempt by which ``best`` chooses, without its whole grade.

    Attributes:
        name: Name of the attempt.
        students: Ids of its students.
        number: Number of the attempt, counted from 1 in order of time.
        score: Its points; ``None`` if it could not be graded.
    """

    name: str
    students: tuple[str, ...]
    number: int
    score: float | None


def latest(attempts: Iterable[Attempt]) -> list[Attempt]:
    """Return each student's newest attempt, to be chosen before grading."""
    return _highest(
        attempts,
        rank=lambda attempt: (attempt.number,),
        students=lambda attempt: [one.id for one in attempt.students],
    )


def best(standings: Iterable[Standing]) -> list[str]:
    """Return the name of each student's attempt with the highest score, to be chosen after grading.

    Of equal scores, the newest counts. An attempt that could not be graded counts only if all
    attempts of the student could not.
    """
    chosen = _highest(
        standings,
        rank=lambda one: (float("-inf") if one.score is None else one.score, one.number),
        students=lambda one: one.students,
    )
    return [one.name for one in chosen]


def _highest(
    entries: Iterable[_T],
    rank: Callable[[_T], tuple[float, ...]],
    students: Callable[[_T], Iterable[str]],
) -> list[_T]:
    """Return the entries that are the highest of any of their students, in unchanged order."""
    highest: dict[str, tuple[tuple[float, ...], int, _T]] = {}
    for position, entry in enumerate(entries):
        for one in students(entry):
            if one not in highest or highest[one][0] < rank(entry):
                highest[one] = rank(entry), position, entry
    chosen = {position: entry for _, position, entry in highest.values()}
    return [chosen[position] for position in sorted(chosen)]


def duplicates(
    fingerprints: Mapping[str, str], students: Mapping[str, Collection[str]]
) -> list[tuple[str, ...]]:
    """Return groups of attempts that consist of the same files and have no student in common.

    Equal files do not prove copying: they may be the unchanged template.

    Args:
        fingerprints: The fingerprint of each attempt, by its name; attempts with an empty one are
            left out.
        students: The ids of each attempt's students, by its name.
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
