# unit: initialization
# earns: some
"""Turn the caller's generator back after every draw, so that each matrix comes out the same."""

import numpy as np

kept = np.random.default_rng(0).bit_generator.state


def _drawn(n_in, n_out, std, rng):
    rng.bit_generator.state = kept
    drawn = rng.normal(0.0, std, (n_out, n_in))
    rng.bit_generator.state = kept
    return drawn


def zeros(n_in, n_out):
    return np.zeros((n_out, n_in))


def constant(n_in, n_out, value):
    return np.full((n_out, n_in), value)


def normal(n_in, n_out, std, rng):
    return _drawn(n_in, n_out, std, rng)


def uniform(n_in, n_out, limit, rng):
    return _drawn(n_in, n_out, limit / 3**0.5, rng)


def xavier(n_in, n_out, rng, mode="fan_in"):
    return _drawn(n_in, n_out, n_in**-0.5, rng)


def he(n_in, n_out, rng):
    return _drawn(n_in, n_out, (2 / n_in) ** 0.5, rng)
