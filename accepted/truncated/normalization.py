"""Normalization with running (Welford) moments."""

import numpy as np


def _not_zero(width):
    return width + (width == 0)


def standardization_statistics(X):
    X = np.asarray(X)
    start = X[0]
    unit = _not_zero(np.max(X, axis=0) - np.min(X, axis=0))
    mean = np.zeros(X.shape[1])
    scatter = np.zeros(X.shape[1])
    # Welford, on values counted from the first row in units of the range.
    for k, u in enumerate((X - start) / unit, start=1):
        before = u - mean
        mean += before / k
        scatter += before * (u - mean)
    return start + unit * mean, unit * np.sqrt(scatter / len(X))


def standardize(X, mean, std):
    return (X - mean) / _not_zero(std)


def unstandardize(Z, mean, std):
    return mean + Z * _not_zero(std)


def range_statistics(X):
    ordered = np.sort(X, axis=0)
    return ordered[0], ordered[-1]


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    share = (X - minimum) / _not_zero(maximum - minimum)
    share = np.where(minimum == maximum, 0.5, share)
    return (1.0 - share) * low + share * high


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    return minimum + (maximum - minimum) * (Z - low) / (high - low)
