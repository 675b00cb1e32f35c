"""Normalization with exactly rounded sums."""

import math

import numpy as np


def _moments(values):
    """Mean and standard deviation of one feature; 0 for the latter if it is constant."""
    m = len(values)
    width = max(values) - min(values)
    if width == 0:
        return values[0], 0.0
    mean = math.fsum(values) / m
    mean_square = math.fsum(((x - mean) / width) ** 2 for x in values) / m
    return mean, width * math.sqrt(mean_square)


def standardization_statistics(X):
    mean, std = np.transpose([_moments(column) for column in np.transpose(X).tolist()])
    return mean, std


def standardize(X, mean, std):
    Z = np.zeros(X.shape)
    np.divide(X - mean, std, out=Z, where=np.greater(std, 0))
    return Z


def unstandardize(Z, mean, std):
    return Z @ np.diag(std) + mean


def range_statistics(X):
    features = np.transpose(X).tolist()
    return [min(feature) for feature in features], [max(feature) for feature in features]


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    Z = np.full(X.shape, low + 0.5 * (high - low))
    for j, (smallest, largest) in enumerate(zip(minimum, maximum, strict=True)):
        if smallest < largest:
            Z[:, j] = low + (X[:, j] - smallest) / (largest - smallest) * (high - low)
    return Z


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    X = np.empty(Z.shape)
    for j, (smallest, largest) in enumerate(zip(minimum, maximum, strict=True)):
        X[:, j] = smallest + (Z[:, j] - low) / (high - low) * (largest - smallest)
    return X
