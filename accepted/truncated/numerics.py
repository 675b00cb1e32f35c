"""Hand-written numerics shared by the modules."""

import numpy as np

# Standard deviation of a standard normal number cut off at two standard deviations.
STD_WITHIN_TWO = 0.8796256610342398


def truncated_normal(shape, std, rng):
    """Normal numbers without tails, scaled so that their standard deviation is exactly std."""
    draws = rng.standard_normal(shape)
    outside = np.abs(draws) > 2.0
    while outside.any():
        draws[outside] = rng.standard_normal(np.count_nonzero(outside))
        outside = np.abs(draws) > 2.0
    return draws * (std / STD_WITHIN_TWO)


def with_ones(h):
    """The inputs with a column of ones, which the bias column of [W b] multiplies."""
    return np.concatenate([h, np.ones((len(h), 1))], axis=1)


def augmented(W, b):
    """[W b], one matrix of shape (n_out, n_in + 1)."""
    return np.concatenate([W, np.reshape(b, (-1, 1))], axis=1)
