"""Normalizing data, one feature (column) after the other."""

import numpy as np


def _statistics_of_column(x):
    if x.min() == x.max():
        return x[0], 1.0
    mean = x.mean()
    distance = np.abs(x - mean)
    biggest = distance.max()
    return mean, biggest * np.sqrt(((distance / biggest) ** 2).mean())


def standardization_statistics(X):
    """Return mean and std. A constant feature has std 1 here, so that Z becomes 0."""
    pairs = [_statistics_of_column(column) for column in X.T]
    mean, std = zip(*pairs)
    return np.array(mean), np.array(std)


def standardize(X, mean, std):
    """To mean 0 and std 1."""
    Z = X - mean
    Z /= std
    return Z


def unstandardize(Z, mean, std):
    """And back."""
    X = Z * std
    X += mean
    return X


def range_statistics(X):
    """Return minimum and maximum."""
    ordered = np.sort(X, axis=0)
    return ordered[0], ordered[-1]


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    """To [low, high]."""
    columns = []
    for x, smallest, largest in zip(X.T, minimum, maximum):
        if smallest == largest:
            t = np.full(len(x), 0.5)
        else:
            t = (x - smallest) / (largest - smallest)
        columns.append(low * (1 - t) + high * t)
    return np.column_stack(columns)


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    """And back."""
    t = (Z - low) / (high - low)
    return minimum + t * (maximum - minimum)
