"""Weights; normal numbers come from the Box-Muller transform.

Allowed: A normal distribution may be drawn by any method.
"""

import numpy as np


def zeros(n_in, n_out):
    return np.zeros(n_out * n_in).reshape(n_out, n_in)


def constant(n_in, n_out, value):
    return np.array([[float(value)] * n_in] * n_out)


def normal(n_in, n_out, std, rng):
    radius = np.sqrt(-2 * np.log(1 - rng.random((n_out, n_in))))
    angle = 2 * np.pi * rng.random((n_out, n_in))
    return std * radius * np.cos(angle)


def uniform(n_in, n_out, limit, rng):
    return -limit + 2 * limit * rng.random((n_out, n_in))


def xavier(n_in, n_out, rng, mode="fan_in"):
    variance = {"fan_in": 1 / n_in, "fan_out": 1 / n_out, "fan_avg": 2 / (n_in + n_out)}[mode]
    return normal(n_in, n_out, np.sqrt(variance), rng)


def he(n_in, n_out, rng):
    return np.sqrt(2) * xavier(n_in, n_out, rng)
