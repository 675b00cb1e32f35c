"""Random generators of the grader that a student's code draws from in one case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backproof.wire import generators

# The number of a generator, its state, and what it was made from: the latter only the first time.
Description = tuple[int, str, str | None]


class CaseGenerators:
    """Copies of the grader's generators.

    Attributes:
        by_number: The copies, by the numbers that refer to them.

    """

    def __init__(self) -> None:
        self.by_number: dict[int, np.random.Generator] = {}
        self._states: dict[int, str] = {}
        self._raw_states: dict[int, Any] = {}

    def update(self, descriptions: Sequence[Description]) -> None:
        """Create generators, or put those that exist into the state that the grader's have."""
        for number, state, seed in descriptions:
            if number in self.by_number:
                generators.move(self.by_number[number], state)
            else:
                self.by_number[number] = generators.make(state, seed)
            self._states[number] = state
            self._raw_states.pop(number, None)

    def changed_states(self) -> list[tuple[int, str]]:
        """Return the states of the generators drawn from since they were last reported."""
        changed = []
        for number, rng in self.by_number.items():
            # Raw states are compared first because writing a state as text takes longer.
            raw = rng.bit_generator.state, generators.children_of(rng)
            if raw == self._raw_states.get(number):
                continue
            self._raw_states[number] = raw
            state = generators.state_of(rng)
            if state != self._states[number]:
                self._states[number] = state
                changed.append((number, state))
        return changed
