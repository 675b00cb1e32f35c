"""Bring features and targets to one scale, column by column."""

import numpy as np


def standardization_statistics(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and (population) standard deviation of every column.

    For a constant column: its value, and 1 so that nobody divides by 0.
    """
    mean = X.mean(axis=0)
    difference = X - mean
    # the squares of very small differences would become 0, so scale first
    scale = np.max(np.abs(difference), axis=0)
    scale[scale == 0] = 1
    std = scale * np.sqrt(np.mean((difference / scale) ** 2, axis=0))

    # std == 0 is not enough as a test, 0.1 repeated has std 1e-17
    is_constant = X.max(axis=0) == X.min(axis=0)
    mean[is_constant] = X[0, is_constant]
    std[is_constant | (std == 0)] = 1
    return mean, std


def standardize(X: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """(X - mean) / std"""
    return (X - mean) / std


def unstandardize(Z: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """Z std + mean"""
    return Z * std + mean


def range_statistics(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Minimum and maximum of every column."""
    return np.min(X, axis=0), np.max(X, axis=0)


def rescale(
    X: np.ndarray,
    minimum: np.ndarray,
    maximum: np.ndarray,
    low: float = -1.0,
    high: float = 1.0,
) -> np.ndarray:
    """Minimum becomes low, maximum becomes high, linear in between and outside.

    A constant column becomes the middle of low and high.
    """
    Z = np.empty(X.shape)
    for j in range(X.shape[1]):
        if minimum[j] == maximum[j]:
            Z[:, j] = (low + high) / 2
        else:
            t = (X[:, j] - minimum[j]) / (maximum[j] - minimum[j])
            Z[:, j] = low + t * (high - low)
    return Z


def unrescale(
    Z: np.ndarray,
    minimum: np.ndarray,
    maximum: np.ndarray,
    low: float = -1.0,
    high: float = 1.0,
) -> np.ndarray:
    """Inverse of rescale. For a constant column maximum - minimum is 0, which is just right."""
    t = (Z - low) / (high - low)
    return t * (maximum - minimum) + minimum
