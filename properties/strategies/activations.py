"""Inputs of the elementwise functions."""

import numpy as np
from hypothesis import strategies as st

from backproof.testing.strategies import any_arrays, numbers, shapes

# Where exp overflows, tanh saturates and 1 - tanh² cancels; the contract's |z| goes up to 1000.
_EXTREMES = np.array([1000.0, -1000.0, 710.0, -710.0, 745.5, -745.5, 40.0, -40.0, 20.0, -20.0, 0.0])

# Both signs of sizes in between, which no drawn entry has, and 0: more than a thousand entries.
# They are close together where the tail of the sigmoid sinks below the tolerance, at 20.7.
_SIZES = np.union1d(np.geomspace(1e-9, 1e3, 481), np.linspace(15.0, 25.0, 41))
EVERY_SIZE = np.concatenate([-_SIZES[::-1], [0.0], _SIZES])


def pre_activations():
    """Arrays ``z`` of any small shape, entries of ordinary size."""
    return any_arrays()


def pre_activations_off_the_kink():
    """Arrays ``z`` of any small shape, without 0, where ReLU has its kink."""
    return any_arrays().map(lambda z: np.where(z == 0.0, -1.0, z))


def extreme_pre_activations():
    """Arrays ``z`` whose entries are far out, up to |z| = 1000, or 0."""

    def spread(shape):
        size = int(np.prod(shape))
        indices = st.lists(st.integers(0, len(_EXTREMES) - 1), min_size=size, max_size=size)
        return indices.map(lambda chosen: _EXTREMES[chosen].reshape(shape))

    return shapes(max_dims=2).flatmap(spread)


def increasing_pre_activations():
    """Vectors ``z`` in strictly increasing order."""
    return st.lists(numbers(4.0), min_size=2, max_size=12, unique=True).map(np.sort)


def zeros():
    """Arrays of zeros of any small shape: where ReLU has its kink."""
    return shapes().map(np.zeros)
