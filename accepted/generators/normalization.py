"""Normalization column by column, each column from a generator.

Allowed: Statistics may be returned as tuples, and new data in a constant feature may keep their
distance.
"""

import numpy as np


def _columns(table):
    yield from np.asarray(table).T


def _build(columns):
    return np.stack(tuple(columns), axis=1)


def _moments(table):
    for column in _columns(table):
        if np.ptp(column) == 0.0:
            yield column[0], 1.0
            continue
        mean = column[0] + (column - column[0]).mean()
        unit = np.abs(column - mean).max()
        yield mean, unit * np.sqrt((((column - mean) / unit) ** 2).mean())


def standardization_statistics(X):
    mean, std = zip(*_moments(X), strict=True)
    return mean, std


def standardize(X, mean, std):
    return _build((x - mu) / (s or 1.0) for x, mu, s in zip(_columns(X), mean, std, strict=True))


def unstandardize(Z, mean, std):
    return _build(z * s + mu for z, mu, s in zip(_columns(Z), mean, std, strict=True))


def range_statistics(X):
    return tuple(map(np.min, _columns(X))), tuple(map(np.max, _columns(X)))


def _interval(minimum, maximum):
    for smallest, largest in zip(minimum, maximum, strict=True):
        yield smallest, largest - smallest


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    middle = 0.5 * (low + high)
    return _build(
        low + (high - low) * ((x - start) / width) if width else middle + (x - start)
        for x, (start, width) in zip(_columns(X), _interval(minimum, maximum), strict=True)
    )


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    middle = 0.5 * (low + high)
    return _build(
        start + width * ((z - low) / (high - low)) if width else start + (z - middle)
        for z, (start, width) in zip(_columns(Z), _interval(minimum, maximum), strict=True)
    )
