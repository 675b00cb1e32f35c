"""Normalise data: mean 0 and standard deviation 1, or a fixed range."""

import numpy as np


def constant_features(X: np.ndarray) -> np.ndarray:
    """Tell for every feature whether all its values are equal."""
    return np.all(X == X[:1], axis=0)


def standardization_statistics(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation (with m, not m - 1) of every feature."""
    same = constant_features(X)
    mean = np.where(same, X[0], np.mean(X, axis=0))
    # in units of the largest distance, whose squares are neither too small nor too large
    distance = X - mean
    unit = np.max(np.abs(distance), axis=0)
    std = unit * np.std(distance / np.where(unit == 0.0, 1.0, unit), axis=0)
    return mean, std


def standardize(X: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """(X - mean) / std, and 0 for a constant feature."""
    return (X - mean) / np.where(std == 0.0, 1.0, std)


def unstandardize(Z: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """Z std + mean"""
    return Z * std + mean


def range_statistics(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest value of every feature."""
    return X.min(0), X.max(0)


def rescale(
    X: np.ndarray,
    minimum: np.ndarray,
    maximum: np.ndarray,
    low: float = -1.0,
    high: float = 1.0,
) -> np.ndarray:
    """Map [minimum, maximum] to [low, high], a constant feature to the middle."""
    same = minimum == maximum
    t = (X - minimum) / (np.where(same, 1.0, maximum - minimum)
    t = np.where(same, 0.5, t)
    return low + (high - low) * t


def unrescale(
    Z: np.ndarray,
    minimum: np.ndarray,
    maximum: np.ndarray,
    low: float = -1.0,
    high: float = 1.0,
) -> np.ndarray:
    """Inverse of rescale."""
    t = (Z - low) / (high - low)
    return minimum + t * (maximum - minimum)
