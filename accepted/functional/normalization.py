"""Normalization as affine maps and their inverses, made for each feature at once."""

from typing import NamedTuple

import numpy as np


class Statistics(NamedTuple):
    """Two numbers for each feature."""

    first: np.ndarray
    second: np.ndarray


def _or_one(width):
    return np.where(np.equal(width, 0.0), 1.0, width)


def _root_mean_square(D):
    peak = _or_one(np.max(np.abs(D), axis=0))
    return peak * np.sqrt(np.mean(np.square(D / peak), axis=0))


def standardization_statistics(X):
    # The median is one of the values or lies between two: exact for a constant feature.
    centre = np.where(np.ptp(X, axis=0) == 0.0, X[0], np.median(X, axis=0))
    mean = centre + np.mean(X - centre, axis=0)
    return Statistics(mean, _root_mean_square(X - mean))


def standardize(X, mean, std):
    return np.where(np.equal(std, 0.0), 0.0, (X - mean) / _or_one(std))


def unstandardize(Z, mean, std):
    return mean + Z * std


def range_statistics(X):
    return Statistics(np.minimum.reduce(X), np.maximum.reduce(X))


def _affine(x, start, width, low, height):
    return low + (x - start) / _or_one(width) * height


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    flat = np.equal(minimum, maximum)
    Z = _affine(X, minimum, maximum - minimum, low, high - low)
    return np.where(flat, low + (high - low) / 2, Z)


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    return _affine(Z, low, high - low, minimum, maximum - minimum)
