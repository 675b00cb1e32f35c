"""Hypothesis strategies for arrays and for seeds of random generators.

An array is drawn in one piece, which takes a tenth of the time of drawing it entry by entry, and
still each entry shrinks on its own. An entry consists of two drawn bytes, which index a table of
decimal numbers. The table is sorted from simple to complex, because Hypothesis shrinks bytes
towards 0: first 1, 2, -1, 0.5, 0 and so on, then the other integers, tenths and hundredths. The
first is not 0, because most mistakes show in a product, and at 0 no product does.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from backproof.suite import simplicity

Shape = int | tuple[int, ...]

# The number of entries that two bytes can index.
_TABLE_SIZE = 2**16
# The simplest numbers, unless a smaller limit leaves little but 0.
_SIMPLEST = (1.0, 2.0, -1.0, 0.5, 3.0, 0.0)
# In what regime entries are drawn: in most of twelve as they come.
_REGIMES = st.integers(0, 11)
_ONE_ZERO, _ALL_ZERO = 10, 11
# How many of the first numbers of a table are simple.
_SIMPLE = 5


@cache
def _entries(limit: float, decimals: int) -> NDArray[np.float64]:
    """Tabulate the decimals in [-limit, limit], simplest first, repeated to fill the table."""
    steps = round(limit * 10**decimals)
    if 2 * steps + 1 > _TABLE_SIZE:
        raise ValueError(f"limit {limit} with {decimals} decimals has too many entries")
    numbers = np.arange(-steps, steps + 1)
    powers = 10 ** np.arange(1, decimals + 1)
    needed = np.count_nonzero(numbers % powers[:, None], axis=0)
    order = np.lexsort((numbers < 0, np.abs(numbers), needed))
    sorted_numbers = numbers[order] / 10**decimals
    if limit >= 1:
        first = [number for number in _SIMPLEST if number in sorted_numbers]
        rest = sorted_numbers[~np.isin(sorted_numbers, first)]
        sorted_numbers = np.concatenate([first, rest])
    table = np.resize(sorted_numbers, _TABLE_SIZE)
    table.flags.writeable = False
    return table


@st.composite
def array_tuples(
    draw: st.DrawFn, *shapes: Shape, limit: float = 3.0, decimals: int = 4
) -> tuple[NDArray[np.float64], ...]:
    """Tuples of float64 arrays with entries in [-limit, limit].

    In one of 12 tuples an array consists of zeros, and in another one all arrays do. While
    ``simplicity.prefers_simple_numbers`` is set, the entries are small integers and halves.

    Args:
        draw: Supplied by Hypothesis.
        *shapes: The shape of each array; an integer is the length of a vector.
        limit: The largest magnitude of an entry.
        decimals: The number of decimal places of the entries.

    Raises:
        ValueError: There are more than 2¹⁶ such decimals.

    """
    shapes = tuple((shape,) if isinstance(shape, int) else tuple(shape) for shape in shapes)
    sizes = [int(np.prod(shape)) for shape in shapes]
    regime = draw(_REGIMES)
    drawn = draw(st.binary(min_size=2 * sum(sizes), max_size=2 * sum(sizes)))
    indices = np.frombuffer(drawn, dtype=">u2")
    if simplicity.prefers_simple_numbers():
        regime, indices = 0, indices % _SIMPLE
    parts = np.split(_entries(limit, decimals)[indices], np.cumsum(sizes)[:-1])
    for number, part in enumerate(parts):
        if regime == _ALL_ZERO or (regime == _ONE_ZERO and number == drawn[0] % len(parts)):
            part[...] = 0.0
    return tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))


def numbers(limit: float = 3.0, decimals: int = 3) -> st.SearchStrategy[float]:
    """Decimals in [-limit, limit], which shrink as the entries of arrays do."""
    count = 2 * round(limit * 10**decimals) + 1
    return st.integers(0, count - 1).map(lambda index: float(_entries(limit, decimals)[index]))


def arrays(shape: Shape, **keywords: Any) -> st.SearchStrategy[NDArray[np.float64]]:
    """Float64 arrays of one shape; ``limit`` and ``decimals`` are those of ``array_tuples``."""
    return array_tuples(shape, **keywords).map(lambda drawn: drawn[0])


def corner(block: NDArray[np.float64], *sides: int) -> NDArray[np.float64]:
    """Return a copy of the first ``sides[i]`` entries along each axis of an array.

    A strategy that draws arrays of the largest shape and cuts corners from them keeps the entries
    of a case while Hypothesis tries smaller shapes.
    """
    return block[tuple(slice(side) for side in sides)].copy()


def shapes(*, max_dims: int = 3, max_side: int = 4) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes of 0 to ``max_dims`` axes, each of length 1 to ``max_side``."""
    sides = st.integers(1, max_side)
    return st.lists(sides, min_size=0, max_size=max_dims).map(tuple)


def any_arrays(**keywords: Any) -> st.SearchStrategy[NDArray[np.float64]]:
    """Float64 arrays of any shape from ``shapes()``; the keywords are those of ``array_tuples``."""
    return shapes().flatmap(lambda shape: arrays(shape, **keywords))


def seeds() -> st.SearchStrategy[int]:
    """Seeds of a ``numpy.random.Generator``, for claims that hold whatever is drawn from it.

    A statistical check needs fixed seeds instead: each seed that Hypothesis tried would add its
    own chance of a false alarm.
    """
    return st.integers(0, 2**32 - 1)
