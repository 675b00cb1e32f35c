"""Weights poured row by row from generators.

Allowed: The weights may be drawn row by row.
"""

import math
from itertools import repeat

import numpy as np


def _stack(rows):
    return np.stack(tuple(rows))


def zeros(n_in, n_out):
    return constant(n_in, n_out, 0.0)


def constant(n_in, n_out, value):
    return _stack(repeat(np.full(n_in, float(value)), n_out))


def normal(n_in, n_out, std, rng):
    return _stack(std * rng.standard_normal(n_in) for _ in range(n_out))


def uniform(n_in, n_out, limit, rng):
    return _stack(limit * (1.0 - 2.0 * rng.random(n_in)) for _ in range(n_out))


def xavier(n_in, n_out, rng, mode="fan_in"):
    fan = {"fan_in": n_in, "fan_out": n_out, "fan_avg": 0.5 * (n_in + n_out)}[mode]
    return normal(n_in, n_out, math.sqrt(1.0 / fan), rng)


def he(n_in, n_out, rng):
    return normal(n_in, n_out, math.sqrt(2.0 / n_in), rng)
