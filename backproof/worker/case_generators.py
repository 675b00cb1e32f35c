"""Random generators of the grader that a student's code draws from in one case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backproof.wire import generators

# The number of a generator, its state, and what it was made from: the latter only the first time.
Description = tuple[int, str, str | None]


class CaseGenerators:
    """Copies of the grader's generators, by number."""

    def __init__(self) -> None:
        self._generators: dict[int, np.random.Generator] = {}
        self._states: dict[int, str] = {}
        self._raw_states: dict[int, Any] = {}

    def __bool__(self) -> bool:
        return bool(self._generators)

    def __getitem__(self, number: int) -> np.random.Generator:
        return self._generators[number]

    def update(self, descriptions: Sequence[Description]) -> None:
        """Create generators, or put those that exist into the state that the grader's have."""
        for number, state, seed in descriptions:
            if number in self._generators:
                generators.move(self._generators[number], state)
            else:
                self._generators[number] = generators.make(state, seed)
            self._states[number] = state
            self._raw_states.pop(number, None)

    def changed_states(self) -> list[tuple[int, str]]:
        """Return the states of the generators drawn from since they were last reported."""
        changed = []
        for number, rng in self._generators.items():
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
