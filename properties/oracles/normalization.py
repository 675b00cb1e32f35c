"""Statistics and maps of single features, from exactly rounded sums."""

import math

import numpy as np


def mean(X):
    """mean[j] = Σ_i X[i, j] / m."""
    return np.array([math.fsum(column) / len(column) for column in X.T.tolist()])


def std(X):
    """std[j] = √(Σ_i (X[i, j] − mean[j])² / m)."""
    columns = zip(X.T.tolist(), mean(X).tolist(), strict=True)
    return np.array(
        [math.sqrt(math.fsum((x - mu) ** 2 for x in column) / len(X)) for column, mu in columns]
    )


def extremes(X):
    """(minimum, maximum) of each feature."""
    columns = X.T.tolist()
    return np.array([min(column) for column in columns]), np.array([max(c) for c in columns])


def standardized(X, mean, std):
    """Z[i, j] = (X[i, j] − mean[j]) / std[j]."""
    Z = np.zeros_like(X)
    for i, j in np.ndindex(X.shape):
        Z[i, j] = (X[i, j] - mean[j]) / std[j]
    return Z


def rescaled(X, minimum, maximum, low, high):
    """Z[i, j] = low + (high − low) (X[i, j] − minimum[j]) / (maximum[j] − minimum[j])."""
    Z = np.zeros_like(X)
    for i, j in np.ndindex(X.shape):
        share = (X[i, j] - minimum[j]) / (maximum[j] - minimum[j])
        Z[i, j] = low + (high - low) * share
    return Z


def unstandardized(Z, mean, std):
    """X[i, j] = Z[i, j] std[j] + mean[j]."""
    X = np.zeros_like(Z)
    for i, j in np.ndindex(Z.shape):
        X[i, j] = Z[i, j] * std[j] + mean[j]
    return X


def unrescaled(Z, minimum, maximum, low, high):
    """X[i, j] = minimum[j] + (maximum[j] − minimum[j]) (Z[i, j] − low) / (high − low)."""
    X = np.zeros_like(Z)
    for i, j in np.ndindex(Z.shape):
        share = (Z[i, j] - low) / (high - low)
        X[i, j] = minimum[j] + (maximum[j] - minimum[j]) * share
    return X


def statistics(scheme, X):
    """The pair of statistics of the named scheme."""
    return (mean(X), std(X)) if scheme == "standardize" else extremes(X)


def normalized(scheme, X, new):
    """Normalise new data by the statistics of X, as the named scheme does by default."""
    if scheme == "standardize":
        return standardized(new, *statistics(scheme, X))
    return rescaled(new, *statistics(scheme, X), -1.0, 1.0)


def centre(Z):
    """Average each feature of results, which may be anything."""
    with np.errstate(all="ignore"):
        return Z.sum(axis=0) / len(Z)


def deviation(Z):
    """Take the root of the mean square about ``centre`` of each feature of results."""
    with np.errstate(all="ignore"):
        return np.sqrt(centre((Z - centre(Z)) ** 2))
