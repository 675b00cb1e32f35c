"""Weights; Xavier and He draw from a truncated normal distribution.

Allowed: Xavier and He may draw from a truncated normal family that is rescaled to the variance.
"""

import numpy as np

from .numerics import truncated_normal


def zeros(n_in, n_out):
    return np.zeros((n_out, n_in))


def constant(n_in, n_out, value):
    return zeros(n_in, n_out) + value


def normal(n_in, n_out, std, rng):
    return rng.standard_normal((n_out, n_in)) * std


def uniform(n_in, n_out, limit, rng):
    return (rng.random((n_out, n_in)) - 0.5) * (2.0 * limit)


def xavier(n_in, n_out, rng, mode="fan_in"):
    if mode == "fan_in":
        variance = 1.0 / n_in
    elif mode == "fan_out":
        variance = 1.0 / n_out
    elif mode == "fan_avg":
        variance = 2.0 / (n_in + n_out)
    else:
        raise ValueError(f"unknown mode {mode!r}")
    return truncated_normal((n_out, n_in), np.sqrt(variance), rng)


def he(n_in, n_out, rng):
    return truncated_normal((n_out, n_in), np.sqrt(2.0 / n_in), rng)
