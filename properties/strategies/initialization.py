"""Sizes of a layer, values for its weights, and the states of random generators."""

import numpy as np
from hypothesis import strategies as st

from backproof.testing.strategies import numbers

# What follows n_in and n_out in a call of each function.
ARGUMENTS = {
    "zeros": lambda rng: (),
    "constant": lambda rng: (0.5,),
    "normal": lambda rng: (0.5, rng),
    "uniform": lambda rng: (0.5, rng),
    "xavier": lambda rng: (rng,),
    "he": lambda rng: (rng,),
}
# The functions that draw, followed by a mode if it is not the default.
RANDOM = ["normal", "uniform", "xavier", "he", "xavier fan_out", "xavier fan_avg"]


def sizes():
    """(n_in, n_out), small: mostly unlike each other, so that a swap shows, or else equal."""
    pairs = st.tuples(st.integers(1, 6), st.integers(1, 6))
    return pairs.map(lambda drawn: (drawn[0], (drawn[0] - 1 + drawn[1]) % 6 + 1))


def values():
    """Values for constant weights, of either sign, large or not, and never whole numbers."""
    whole = st.sampled_from([0, 0, 0, 10**6, -(10**6)])
    fractions = numbers().filter(lambda value: value % 1 != 0)
    return st.tuples(whole, fractions).map(lambda drawn: drawn[0] + drawn[1])


def generator():
    """``rng`` in the one state from which all weights are drawn that a statistic judges."""
    return np.random.default_rng(2024)
