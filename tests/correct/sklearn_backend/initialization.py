"""Weights; Xavier and He from a uniform family, as scikit-learn's perceptrons draw theirs."""

import numpy as np


def zeros(n_in, n_out):
    return np.zeros((n_out, n_in))


def constant(n_in, n_out, value):
    return np.full((n_out, n_in), float(value))


def normal(n_in, n_out, std, rng):
    return rng.normal(0.0, std, (n_out, n_in))


def uniform(n_in, n_out, limit, rng):
    return rng.uniform(-limit, limit, (n_out, n_in))


def xavier(n_in, n_out, rng, mode="fan_in"):
    fan = {"fan_in": n_in, "fan_out": n_out, "fan_avg": (n_in + n_out) / 2.0}[mode]
    return uniform(n_in, n_out, np.sqrt(3.0 / fan), rng)


def he(n_in, n_out, rng):
    return uniform(n_in, n_out, np.sqrt(6.0 / n_in), rng)
