"""Initializers: objects that know their distribution and fill a matrix.

Allowed: Functions may be methods of objects, or objects that can be called.
"""

import math

import numpy as np


class Initializer:
    """Fills a matrix of shape (n_out, n_in)."""

    def __init__(self, draw):
        self.draw = draw

    def matrix(self, n_in, n_out):
        W = np.empty((n_out, n_in))
        W[...] = self.draw((n_out, n_in))
        return W


class Gaussian(Initializer):
    """Independent normal entries with mean 0."""

    def __init__(self, std, rng):
        super().__init__(lambda shape: rng.normal(0.0, std, size=shape))

    @classmethod
    def with_variance(cls, variance, rng):
        return cls(math.sqrt(variance), rng)


def zeros(n_in, n_out):
    return Initializer(np.zeros).matrix(n_in, n_out)


def constant(n_in, n_out, value):
    return Initializer(lambda shape: value).matrix(n_in, n_out)


def normal(n_in, n_out, std, rng):
    return Gaussian(std, rng).matrix(n_in, n_out)


def uniform(n_in, n_out, limit, rng):
    return Initializer(lambda shape: rng.uniform(-limit, limit, shape)).matrix(n_in, n_out)


VARIANCES = {
    "fan_in": lambda n_in, n_out: 1 / n_in,
    "fan_out": lambda n_in, n_out: 1 / n_out,
    "fan_avg": lambda n_in, n_out: 2 / (n_in + n_out),
}


def xavier(n_in, n_out, rng, mode="fan_in"):
    return Gaussian.with_variance(VARIANCES[mode](n_in, n_out), rng).matrix(n_in, n_out)


def he(n_in, n_out, rng):
    return Gaussian.with_variance(2 / n_in, rng).matrix(n_in, n_out)
