"""Calls with one random generator that return the same numbers, though they should draw anew."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from backproof.facts.rerun import Rerun

# Fewer numbers may be the same by chance, and so may numbers of which most are equal. Two orders
# of this many distinct numbers agree with a probability below 10⁻¹².
_MIN_NUMBERS, _MIN_DISTINCT = 32, 16


def find_repeats(reruns: Sequence[Rerun]) -> list[str]:
    """Return a sentence for each function of which all calls with one generator are alike."""
    alike: dict[str, list[bool]] = {}
    for rerun in reruns:
        for one, other in itertools.combinations(rerun.draws, 2):
            is_pair = one.generator is other.generator and one.function == other.function
            is_large = min(one.numbers.size, other.numbers.size) >= _MIN_NUMBERS
            if is_pair and is_large and len(np.unique(one.numbers)) >= _MIN_DISTINCT:
                same = np.array_equal(one.numbers, other.numbers)
                alike.setdefault(one.function, []).append(same)
    return [
        f"Two calls of {function.partition('.')[2]} with one generator gave the same numbers."
        for function, pairs in alike.items()
        if all(pairs)
    ]
