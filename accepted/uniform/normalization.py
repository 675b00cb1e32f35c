"""Normalization on the transposed table, one feature in each row."""

import numpy as np

from .helpers import sealed


def standardization_statistics(X):
    features = np.ascontiguousarray(np.transpose(X))
    low, high = features.min(axis=1), features.max(axis=1)
    middle = low / 2 + high / 2
    # Everything is measured from the middle in units of the range: numbers in [-1/2, 1/2].
    width = np.where(high > low, high - low, 1.0)
    unit = (features - middle[:, None]) / width[:, None]
    centre = unit.mean(axis=1)
    std = width * np.sqrt(np.mean((unit - centre[:, None]) ** 2, axis=1))
    return sealed(np.where(high > low, middle + width * centre, low)), sealed(std)


def standardize(X, mean, std):
    varies = np.asarray(std) > 0
    Z = (X - np.asarray(mean)) / np.where(varies, std, 1.0)
    return sealed(np.where(varies, Z, 0.0))


def unstandardize(Z, mean, std):
    return sealed(np.asarray(Z) * std + mean)


def range_statistics(X):
    return sealed(np.amin(X, axis=0)), sealed(np.amax(X, axis=0))


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    width = np.subtract(maximum, minimum)
    below = X - np.asarray(minimum)
    above = np.asarray(maximum) - X
    safe = np.where(width > 0, width, 1.0)
    Z = low * (above / safe) + high * (below / safe)
    return sealed(np.where(width > 0, Z, 0.5 * (low + high)))


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    share = (np.asarray(Z) - low) / (high - low)
    return sealed(minimum + share * np.subtract(maximum, minimum))
