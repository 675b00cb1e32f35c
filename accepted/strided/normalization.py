"""Normalization in place; what 0 / 0 leaves in constant features is overwritten.

Allowed: Warnings may be silenced with numpy.errstate.
"""

import numpy as np


def standardization_statistics(X):
    work = np.subtract(X, X[0])
    unit = np.maximum.reduce(np.abs(work), axis=0)
    unit[unit == 0.0] = 1.0
    work /= unit
    centre = np.add.reduce(work, axis=0) / work.shape[0]
    work -= centre
    np.square(work, out=work)
    std = np.sqrt(np.mean(work, axis=0))
    std *= unit
    centre *= unit
    centre += X[0]
    return centre, std


def _divided(numerator, width, instead):
    """The numerator divided in place, with `instead` in the columns of width 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        numerator /= width
    numerator[:, np.equal(width, 0.0)] = instead
    return numerator


def standardize(X, mean, std):
    return _divided(np.subtract(X, mean), std, 0.0)


def unstandardize(Z, mean, std):
    out = np.multiply(Z, std)
    out += mean
    return out


def range_statistics(X):
    return np.minimum.reduce(X, axis=0), np.maximum.reduce(X, axis=0)


def _line(t, at_zero, at_one):
    """Through at_zero at t = 0 and at_one at t = 1: the product [1 - t, t] [at_zero, at_one]^T."""
    return np.matmul(np.stack([1.0 - t, t], axis=-1), np.array([at_zero, at_one], dtype=np.float64))


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    return _line(_divided(np.subtract(X, minimum), maximum - minimum, 0.5), low, high)


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    out = np.subtract(Z, low)
    out /= high - low
    out *= maximum - minimum
    out += minimum
    return out
