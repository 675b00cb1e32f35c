"""Concepts: misconceptions of one function that the same properties detect."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Concept:
    """Misconceptions of one function that are alike to the properties.

    Attributes:
        function: The function, as ``"unit.name"``.
        detected_by: The names of the properties that fail on each of the misconceptions.
        misconceptions: The misconceptions, as ``"unit.name"``, in the given order.

    """

    function: str
    detected_by: frozenset[str]
    misconceptions: tuple[str, ...]


def concepts_of(
    killed_by: Mapping[str, Collection[str]], targets: Mapping[str, str]
) -> list[Concept]:
    """Return the concepts of a kill matrix, in the order of their first misconceptions.

    A misconception that no property detects is like no other, so it is a concept of its own.

    Args:
        killed_by: For each misconception, the names of all properties that fail on it.
        targets: For each of these misconceptions, the function that it replaces.

    """
    groups: dict[tuple[object, ...], list[str]] = {}
    for name, killers in killed_by.items():
        key = (targets[name], frozenset(killers), "" if killers else name)
        groups.setdefault(key, []).append(name)
    return [
        Concept(targets[names[0]], frozenset(killed_by[names[0]]), tuple(names))
        for names in groups.values()
    ]
