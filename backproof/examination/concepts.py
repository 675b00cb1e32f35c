"""Concepts: the mistakes of a function that the same properties notice count as one.

Which properties notice a mistake is in ``misconceptions/kills.csv``, which ``backproof validate
--matrix`` writes; for a mistake that is not in it, what the mistake itself names.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import Misconception

_FILE = "misconceptions/kills.csv"


@dataclass(frozen=True)
class Concept:
    """Mistakes of one function that count as one.

    Attributes:
        function: The function, as ``"unit.name"``.
        title: What they are about, in a few words.
        mistakes: Their numbers among the mistakes of the examination.

    """

    function: str
    title: str
    mistakes: tuple[int, ...]


def concepts_of(assignment: Assignment, wrong: Sequence[Misconception]) -> list[Concept]:
    """Return the concepts, in the order of their first mistakes."""
    kills = _kills(assignment)
    noticed = [kills.get(each.full_name) or frozenset(each.caught_by) for each in wrong]
    often = Counter(name for names in noticed for name in names)
    alone = assignment.examine.weigh_by == "mistake"
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, (each, names) in enumerate(zip(wrong, noticed, strict=True)):
        key = (each.target, names, number if alone else -1)
        groups.setdefault(key, []).append(number)
    found = []
    for numbers in groups.values():
        first = wrong[numbers[0]]
        # The property that notices the fewest mistakes says the most about these.
        telling = min(noticed[numbers[0]], key=lambda name: (often[name], name))
        title = assignment.examine.concepts.get(telling) or _in_words(telling, first.unit)
        found.append(Concept(first.target, title, tuple(numbers)))
    return found


def _kills(assignment: Assignment) -> dict[str, frozenset[str]]:
    """Return the properties that fail on each mistake, as far as that was measured."""
    file = assignment.root / _FILE
    if not file.is_file():
        return {}
    killed: dict[str, set[str]] = {}
    with file.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            if row["fails"] == "1":
                killed.setdefault(row["misconception"], set()).add(row["property"])
    return {name: frozenset(names) for name, names in killed.items()}


def _in_words(name: str, unit: str) -> str:
    """Return the name of a property as words, without its unit."""
    return name.removeprefix("test_").removeprefix(f"{unit}_").replace("_", " ")
