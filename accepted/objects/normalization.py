"""Normalizers with fit, apply and invert; a constant feature has spread 0."""

import numpy as np


def _divide(numerator, spread, otherwise):
    """numerator / spread, and `otherwise` in the columns of spread 0."""
    out = np.full(numerator.shape, otherwise)
    return np.divide(numerator, spread, out=out, where=spread > 0)


class Standardizer:
    """Mean 0 and standard deviation 1."""

    def __init__(self, mean, std):
        self.mean = np.asarray(mean)
        self.std = np.asarray(std)

    @classmethod
    def fit(cls, X):
        X = np.asarray(X)
        minimum, maximum = X.min(axis=0), X.max(axis=0)
        width = maximum - minimum
        share = _divide(X - minimum, width, 0.0)  # in [0, 1], so no square under- or overflows
        return cls(minimum + width * share.mean(axis=0), width * share.std(axis=0))

    def apply(self, X):
        return _divide(X - self.mean, self.std, 0.0)

    def invert(self, Z):
        return self.mean + self.std * Z


class Rescaler:
    """The range [minimum, maximum] to the range [low, high]."""

    def __init__(self, minimum, maximum, low=-1.0, high=1.0):
        self.minimum = np.asarray(minimum)
        self.width = np.asarray(maximum) - self.minimum
        self.low = low
        self.height = high - low

    def apply(self, X):
        return self.low + self.height * _divide(X - self.minimum, self.width, 0.5)

    def invert(self, Z):
        return self.minimum + self.width * ((Z - self.low) / self.height)


def standardization_statistics(X):
    fitted = Standardizer.fit(X)
    return fitted.mean, fitted.std


def standardize(X, mean, std):
    return Standardizer(mean, std).apply(X)


def unstandardize(Z, mean, std):
    return Standardizer(mean, std).invert(Z)


def range_statistics(X):
    X = np.asarray(X)
    return X.min(axis=0), X.max(axis=0)


def rescale(X, minimum, maximum, low=-1.0, high=1.0):
    return Rescaler(minimum, maximum, low, high).apply(X)


def unrescale(Z, minimum, maximum, low=-1.0, high=1.0):
    return Rescaler(minimum, maximum, low, high).invert(Z)
