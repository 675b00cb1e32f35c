"""Weights drawn one after the other.

Allowed: Weights may be drawn one after the other, and returned as nested lists.
"""

import math


def _fill(n_in, n_out, draw):
    return [[draw() for _ in range(n_in)] for _ in range(n_out)]


def zeros(n_in, n_out):
    return _fill(n_in, n_out, lambda: 0.0)


def constant(n_in, n_out, value):
    return _fill(n_in, n_out, lambda: float(value))


def normal(n_in, n_out, std, rng):
    return _fill(n_in, n_out, lambda: std * rng.standard_normal())


def uniform(n_in, n_out, limit, rng):
    return _fill(n_in, n_out, lambda: limit * (2.0 * rng.random() - 1.0))


def xavier(n_in, n_out, rng, mode="fan_in"):
    if mode == "fan_in":
        fan = n_in
    elif mode == "fan_out":
        fan = n_out
    else:
        fan = (n_in + n_out) / 2
    return normal(n_in, n_out, math.sqrt(1.0 / fan), rng)


def he(n_in, n_out, rng):
    return normal(n_in, n_out, math.sqrt(2.0 / n_in), rng)
