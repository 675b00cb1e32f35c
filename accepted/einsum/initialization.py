"""Weights as broadcast scales of standard draws.

Allowed: The weights may be drawn in any order, and in any number of calls of rng.
"""

import numpy as np


def zeros(n_in, n_out):
    return constant(n_in, n_out, 0.0)


def constant(n_in, n_out, value):
    return np.einsum("o,i->oi", np.full(n_out, value, dtype=float), np.ones(n_in))


def normal(n_in, n_out, std, rng):
    return np.einsum(",oi->oi", std, rng.standard_normal((n_out, n_in)))


def uniform(n_in, n_out, limit, rng):
    return np.einsum(",oi->oi", limit, rng.uniform(-1.0, 1.0, (n_out, n_in)))


def xavier(n_in, n_out, rng, mode="fan_in"):
    fans = {"fan_in": n_in, "fan_out": n_out, "fan_avg": (n_in + n_out) / 2}
    return normal(n_in, n_out, fans[mode] ** -0.5, rng)


def he(n_in, n_out, rng):
    return normal(n_in, n_out, (n_in / 2) ** -0.5, rng)
