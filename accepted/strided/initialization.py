"""Weights; equal ones are a single number seen through strides of zero.

Allowed: A result may share memory between its entries, as a read-only view does.
"""

import numpy as np


def constant(n_in, n_out, value):
    return np.broadcast_to(np.float64(value), (n_out, n_in))


def zeros(n_in, n_out):
    return constant(n_in, n_out, 0.0)


def normal(n_in, n_out, std, rng):
    W = np.empty((n_out, n_in))
    rng.standard_normal(out=W)
    W *= std
    return W


def uniform(n_in, n_out, limit, rng):
    W = np.empty((n_out, n_in))
    rng.random(out=W)
    W -= 0.5
    W *= 2.0 * limit
    return W


def xavier(n_in, n_out, rng, mode="fan_in"):
    fan_sum = {"fan_in": n_in + n_in, "fan_out": n_out + n_out, "fan_avg": n_in + n_out}[mode]
    return normal(n_in, n_out, np.sqrt(2.0 / fan_sum), rng)


def he(n_in, n_out, rng):
    return normal(n_in, n_out, np.sqrt(2.0 / n_in), rng)
