"""Weights: every scheme but the normal one is uniform with the right variance.

Allowed: Xavier and He may draw from a uniform family of the same variance.
"""

import numpy as np

from .helpers import from_unit_variance, sealed


def zeros(n_in, n_out):
    return sealed(np.zeros((n_out, n_in)))


def constant(n_in, n_out, value):
    return sealed(np.full((n_out, n_in), value, dtype=np.float64))


def normal(n_in, n_out, std, rng):
    return sealed(rng.normal(scale=std, size=(n_in, n_out)).T)


def uniform(n_in, n_out, limit, rng):
    return sealed(rng.uniform(-limit, limit, size=(n_in, n_out)).T)


def xavier(n_in, n_out, rng, mode="fan_in"):
    match mode:
        case "fan_in":
            variance = 1.0 / n_in
        case "fan_out":
            variance = 1.0 / n_out
        case "fan_avg":
            variance = 2.0 / (n_in + n_out)
    return sealed(from_unit_variance((n_in, n_out), variance, rng).T)


def he(n_in, n_out, rng):
    return sealed(from_unit_variance((n_in, n_out), 2.0 / n_in, rng).T)
