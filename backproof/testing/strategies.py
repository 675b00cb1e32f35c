"""Arrays drawn in one piece: fast to draw, and each entry shrinks by itself.

An entry is two drawn bytes that index a table of decimal numbers, the simplest first: 0, 1, -1,
2, ..., then tenths, hundredths and so on. Drawing entry by entry would cost ten times as much.
"""

from functools import cache

import numpy as np
from hypothesis import strategies as st

# How many entries the two bytes can tell apart.
_TABLE_SIZE = 2**16


@cache
def _entries(limit, decimals):
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
def array_tuples(draw, *shapes, limit=3.0, decimals=4):
    """Tuples of float64 arrays of the given shapes, entries in [-limit, limit].

    Args:
        draw: Supplied by Hypothesis.
        *shapes: A shape, or an integer for a vector, for each array.
        limit: The largest magnitude.
        decimals: Decimal places of the entries.

    """
    shapes = [(shape,) if isinstance(shape, int) else tuple(shape) for shape in shapes]
    sizes = [int(np.prod(shape)) for shape in shapes]
    drawn = draw(st.binary(min_size=2 * sum(sizes), max_size=2 * sum(sizes)))
    values = _entries(limit, decimals)[np.frombuffer(drawn, dtype=">u2")]
    parts = np.split(values, np.cumsum(sizes)[:-1])
    return tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))


def arrays(shape, **keywords):
    """Single float64 arrays of the given shape; the keywords are ``array_tuples``' own."""
    return array_tuples(shape, **keywords).map(lambda drawn: drawn[0])


def shapes(*, max_dims=3, max_side=4):
    """Shapes of any rank from 0 to ``max_dims``, with no empty side."""
    sides = st.integers(1, max_side)
    return st.lists(sides, min_size=0, max_size=max_dims).map(tuple)


def any_arrays(**keywords):
    """Arrays of any small shape, 0-d included."""
    return shapes().flatmap(lambda shape: arrays(shape, **keywords))


def seeds():
    """Seeds of a ``numpy.random.Generator``, for what must hold whatever is drawn.

    Never for a statistical check: those have fixed lists of seeds.
    """
    return st.integers(0, 2**32 - 1)
