"""Hypothesis strategies for arrays and for seeds of random generators.

An array is drawn in one piece, which takes a tenth of the time of drawing it entry by entry, and
still each entry shrinks on its own. An entry consists of two drawn bytes, which index a table of
decimal numbers. The table is sorted from simple to complex, because Hypothesis shrinks bytes
towards 0: first 0, 1, -1, 2 and so on, then tenths, then hundredths.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Shape = int | tuple[int, ...]

# The number of entries that two bytes can index.
_TABLE_SIZE = 2**16


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
    table = np.resize(numbers[order] / 10**decimals, _TABLE_SIZE)
    table.flags.writeable = False
    return table


@st.composite
def array_tuples(
    draw: st.DrawFn, *shapes: Shape, limit: float = 3.0, decimals: int = 4
) -> tuple[NDArray[np.float64], ...]:
    """Tuples of float64 arrays with entries in [-limit, limit].

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
    drawn = draw(st.binary(min_size=2 * sum(sizes), max_size=2 * sum(sizes)))
    values = _entries(limit, decimals)[np.frombuffer(drawn, dtype=">u2")]
    parts = np.split(values, np.cumsum(sizes)[:-1])
    return tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))


def arrays(shape: Shape, **keywords: Any) -> st.SearchStrategy[NDArray[np.float64]]:
    """Float64 arrays of one shape; ``limit`` and ``decimals`` are those of ``array_tuples``."""
    return array_tuples(shape, **keywords).map(lambda drawn: drawn[0])


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
