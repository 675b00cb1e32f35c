"""Normalization, feature by feature.

Allowed: A result may be anything that numpy.asarray turns into the right array, such as nested
lists.
"""

import math

from tables import columns, plain


def standardization_statistics(X):
    means = []
    stds = []
    for column in columns(plain(X)):
        m = len(column)
        # Differences from the first value: small when the spread is small, all 0 for a constant.
        mean = column[0] + sum(x - column[0] for x in column) / m
        means.append(mean)
        stds.append(math.hypot(*[x - mean for x in column]) / math.sqrt(m))
    return means, stds


def _by_feature(X, function, *statistics):
    features = list(zip(*(plain(s) for s in statistics), strict=True))
    table = []
    for row in plain(X):
        table.append([function(x, *feature) for x, feature in zip(row, features, strict=True)])
    return table


def standardize(X, mean, std):
    return _by_feature(X, lambda x, mu, s: (x - mu) / s if s > 0 else 0.0, mean, std)


def unstandardize(Z, mean, std):
    return _by_feature(Z, lambda z, mu, s: mu + s * z, mean, std)


def range_statistics(X):
    minima = []
    maxima = []
    for column in columns(plain(X)):
        minima.append(min(column))
        maxima.append(max(column))
    return minima, maxima


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    def one(x, smallest, largest):
        if smallest == largest:
            return (low + high) / 2
        return low + (x - smallest) / (largest - smallest) * (high - low)

    return _by_feature(X, one, minimum, maximum)


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    def one(z, smallest, largest):
        return smallest + (z - low) / (high - low) * (largest - smallest)

    return _by_feature(Z, one, minimum, maximum)
