"""How to start."""

import math

import numpy as np


def zeros(n_in, n_out):
    """All 0."""
    return np.zeros((n_out, n_in))


def constant(n_in, n_out, value):
    """All equal."""
    return np.full((n_out, n_in), value, dtype=float)


def normal(n_in, n_out, std, rng):
    """Normal weights, std is not the variance."""
    return rng.normal(scale=std, size=(n_out, n_in))


def uniform(n_in, n_out, limit, rng):
    """Uniform weights between -limit and limit."""
    return rng.uniform(-limit, limit, (n_out, n_in))


def _uniform_with_variance(n_in, n_out, variance, rng):
    # the variance of U(-l, l) is l²/3, so l = √(3 variance)
    return uniform(n_in, n_out, math.sqrt(3 * variance), rng)


def xavier(n_in, n_out, rng, mode="fan_in"):
    """Xavier's weights, drawn from a uniform distribution."""
    match mode:
        case "fan_in":
            variance = 1 / n_in
        case "fan_out":
            variance = 1 / n_out
        case "fan_avg":
            variance = 2 / (n_in + n_out)
    return _uniform_with_variance(n_in, n_out, variance, rng)


def he(n_in, n_out, rng):
    """The same for ReLU, twice the variance."""
    return _uniform_with_variance(n_in, n_out, 2 / n_in, rng)
