"""The order in which properties are tried on a mutant: the cheapest likely killer first."""

from __future__ import annotations

from collections import Counter

from backproof.mutation.examined import Examination, ExaminedProperty
from backproof.mutation.mutants import Mutant

# A kill of another function of the unit says less than one of the same function.
_WEIGHT_OF_UNIT = 0.1
# The number of kills that a property starts with, so that an untried one is tried at all.
_PRIOR = 0.1
# The time of a property that takes no measurable time.
_LEAST_SECONDS = 1e-3


class Priority:
    """Remembers which properties killed mutants, and orders them for the next one.

    Properties that use the mutated function come first. Among them, the order is that of the
    number of mutants killed for each second of their run on the reference.

    Args:
        examination: The properties.

    """

    def __init__(self, examination: Examination) -> None:
        self._examination = examination
        self._of_function: Counter[tuple[str, str]] = Counter()
        self._of_unit: Counter[tuple[str, str]] = Counter()

    def learn(self, mutant: Mutant, killer: str) -> None:
        """Remember that a property killed a mutant."""
        self._of_function[mutant.function, killer] += 1
        self._of_unit[mutant.unit, killer] += 1

    def order(self, mutant: Mutant) -> list[ExaminedProperty]:
        """Return the properties for a mutant, the most promising one first."""
        users = self._examination.users(mutant)

        def rank(each: ExaminedProperty) -> tuple[bool, float]:
            kills = self._of_function[mutant.function, each.id]
            kills_in_unit = self._of_unit[mutant.unit, each.id]
            expected = kills + _WEIGHT_OF_UNIT * kills_in_unit + _PRIOR
            return not users & each.functions, -expected / max(each.seconds, _LEAST_SECONDS)

        return sorted(self._examination.of(mutant), key=rank)
