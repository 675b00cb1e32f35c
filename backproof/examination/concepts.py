"""Concepts: the mistakes of a function that the same properties notice count as one.

Which properties notice a mistake is in ``misconceptions/kills.csv``, which ``backproof validate
--matrix`` writes; for a mistake that is not in it, what the mistake itself names.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from backproof.assignment import concepts as assignment_concepts
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
    numbers = {each.full_name: number for number, each in enumerate(wrong)}
    groups = assignment_concepts.concepts_of(
        dict(zip(numbers, noticed, strict=True)), {each.full_name: each.target for each in wrong}
    )
    found = []
    for group in groups:
        # The property that notices the fewest mistakes says the most about these.
        telling = min(group.detected_by, key=lambda name: (often[name], name))
        unit = group.function.partition(".")[0]
        title = assignment.examine.concepts.get(telling) or _in_words(telling, unit)
        mistakes = [numbers[name] for name in group.misconceptions]
        parts = [[number] for number in mistakes] if alone else [mistakes]
        found += [Concept(group.function, title, tuple(part)) for part in parts]
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
