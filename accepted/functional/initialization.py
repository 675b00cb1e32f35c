"""Initializers built from one another; a family is a function of a standard deviation.

Allowed: The weights may be drawn in any order, and in any number of calls of rng.
"""

from functools import partial

import numpy as np


def constant(n_in, n_out, value):
    return np.full((n_out, n_in), value, dtype=float)


zeros = partial(constant, value=0.0)


def normal(n_in, n_out, std, rng):
    return rng.normal(0.0, std, (n_out, n_in))


def uniform(n_in, n_out, limit, rng):
    return rng.uniform(-limit, limit, (n_out, n_in))


VARIANCE = {
    "fan_in": lambda n_in, n_out: 1.0 / n_in,
    "fan_out": lambda n_in, n_out: 1.0 / n_out,
    "fan_avg": lambda n_in, n_out: 2.0 / (n_in + n_out),
}


def _scaled(variance, n_in, n_out, rng):
    return normal(n_in, n_out, variance(n_in, n_out) ** 0.5, rng)


def xavier(n_in, n_out, rng, mode="fan_in"):
    return _scaled(VARIANCE[mode], n_in, n_out, rng)


he = partial(_scaled, lambda n_in, n_out: 2.0 / n_in)
