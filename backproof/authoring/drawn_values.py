"""How the values in drawn cases are distributed: sizes, ranges, and values at an edge."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from backproof.suite.cases import parts

# The bounds between which the absolute values of numbers are counted.
_BOUNDS = (1e-100, 1e-6, 1e-3, 1.0, 1e3, 1e6, 1e100)
_MAX_SIZES = 12


@dataclass
class DrawnValues:
    """The values in drawn cases.

    Attributes:
        cases: The number of cases.
        sizes: How many of the arrays, strings and containers have which shape or length.
        magnitudes: How many numbers there are in each range of absolute values.
        edges: How many cases contain which value at an edge, such as a zero or an empty list.
        lowest: The smallest number.
        highest: The largest one.

    """

    cases: int = 0
    sizes: Counter[str] = field(default_factory=Counter)
    magnitudes: Counter[str] = field(default_factory=Counter)
    edges: Counter[str] = field(default_factory=Counter)
    lowest: float = math.inf
    highest: float = -math.inf

    def add(self, case: Mapping[str, object]) -> None:
        """Count the values of one case."""
        self.cases += 1
        found: set[str] = set()
        for value in case.values():
            for part in parts(value):
                found |= set(self._count(part))
        self.edges.update(found)

    def lines(self) -> list[str]:
        """Return the distribution as text."""
        lines = []
        if self.sizes:
            lines.append(f"sizes: {_counted(self.sizes)}")
        if self.magnitudes:
            lines.append(f"numbers: from {self.lowest:g} to {self.highest:g}")
            lines.append(f"absolute values: {_shares(self.magnitudes)}")
        if self.edges:
            lines.append(f"cases with {_counted(self.edges)}")
        return lines

    def _count(self, part: object) -> Iterator[str]:
        """Count one value, and yield the edges that it is at."""
        match part:
            case np.ndarray():
                self.sizes[f"array {part.shape}"] += 1
                yield from self._count_array(part)
            case str() | bytes() | list() | set() | frozenset() | dict():
                kind = "string" if isinstance(part, str) else type(part).__name__
                self.sizes[f"{kind} of {len(part)}"] += 1
                if not part:
                    yield f"an empty {kind}"
            case bool():
                pass
            case int() | float() | np.number():
                yield from self._count_numbers(np.array([part], dtype=object).astype(float))

    def _count_array(self, array: np.ndarray) -> Iterator[str]:
        if not array.size:
            yield "an empty array"
        elif array.size == 1:
            yield "an array of one entry"
        elif (array == array.flat[0]).all():
            yield "an array of equal entries"
        if array.size and array.dtype.kind in "fiu":
            yield from self._count_numbers(array.astype(float).ravel())

    def _count_numbers(self, numbers: np.ndarray) -> Iterator[str]:
        finite = numbers[np.isfinite(numbers)]
        if len(finite) < len(numbers):
            yield "a number that is not finite"
        if not len(finite):
            return
        self.lowest = min(self.lowest, float(finite.min()))
        self.highest = max(self.highest, float(finite.max()))
        places = np.digitize(np.abs(finite[finite != 0]), _BOUNDS)
        for place, count in Counter(places.tolist()).items():
            self.magnitudes[_range(place)] += count
        if (finite == 0).any():
            self.magnitudes["0"] += int((finite == 0).sum())
            yield "a zero"
        if (finite < 0).any():
            yield "a negative number"


def _range(place: int) -> str:
    if place == 0:
        return f"below {_BOUNDS[0]:g}"
    if place == len(_BOUNDS):
        return f"from {_BOUNDS[-1]:g}"
    return f"{_BOUNDS[place - 1]:g} to {_BOUNDS[place]:g}"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{number} × {name}" for name, number in counts.most_common(_MAX_SIZES))


def _shares(counts: Counter[str]) -> str:
    ordered = ["0", *map(_range, range(len(_BOUNDS) + 1))]
    total = counts.total()
    return ", ".join(f"{name}: {counts[name] / total:.0%}" for name in ordered if counts[name])
