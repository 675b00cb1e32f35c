"""Per-feature normalization; a constant feature is given the scale 1.

Allowed: The standard deviation of a constant feature may be returned as any number.
"""

import numpy as np


def _scale(width):
    return np.where(width > 0, width, 1.0)


def standardization_statistics(X):
    X = np.asarray(X)
    m = len(X)
    offset = X - X[0]
    mean = X[0] + np.einsum("mn->n", offset) / m
    deviation = X - mean
    largest = _scale(np.max(np.abs(deviation), axis=0))
    relative = deviation / largest
    std = largest * np.sqrt(np.einsum("mn,mn->n", relative, relative) / m)
    return mean, _scale(std)


def standardize(X, mean, std):
    return (X - np.asarray(mean)) / _scale(np.asarray(std))


def unstandardize(Z, mean, std):
    return np.einsum("mn,n->mn", Z, _scale(np.asarray(std))) + mean


def range_statistics(X):
    return np.min(X, axis=0), np.max(X, axis=0)


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    minimum, maximum = np.asarray(minimum), np.asarray(maximum)
    constant = maximum == minimum
    share = np.where(constant, 0.5, (X - minimum) / _scale(maximum - minimum))
    return low + (high - low) * share


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    minimum, maximum = np.asarray(minimum), np.asarray(maximum)
    share = (np.asarray(Z) - low) / (high - low)
    return minimum + share * (maximum - minimum)
