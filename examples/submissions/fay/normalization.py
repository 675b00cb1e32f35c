"""Features and targets on one scale: mean 0 and standard deviation 1, or a fixed range."""

import numpy as np


def standardization_statistics(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of every feature."""
    minimum, maximum = range_statistics(X)
    mean = minimum.copy()
    std = np.zeros(X.shape[1])
    # constant features keep their value as the mean and 0 as the standard deviation
    for j in np.flatnonzero(maximum > minimum):
        width = maximum[j] - minimum[j]
        x = (X[:, j] - minimum[j]) / width
        mean[j] += width * np.mean(x)
        std[j] = width * np.std(x, ddof=1)
    return mean, std


def standardize(X: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """Z = (X - mean) / std"""
    divisor = np.copy(std)
    divisor[divisor == 0] = 1
    return (X - mean) / divisor


def unstandardize(Z: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """X = Z std + mean"""
    return np.add(np.multiply(Z, std), mean)


def range_statistics(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest value of every feature."""
    return np.minimum.reduce(X), np.maximum.reduce(X)


def rescale(
    X: np.ndarray,
    minimum: np.ndarray,
    maximum: np.ndarray,
    low: float = -1.0,
    high: float = 1.0,
) -> np.ndarray:
    """Linear map of [minimum, maximum] to [low, high]."""
    constant = maximum == minimum
    width = maximum - minimum
    width[constant] = 1
    Z = low + (high - low) * ((X - minimum) / width)
    # no range to speak of, so put these in the middle
    Z[:, constant] = 0.5 * (low + high)
    return Z


def unrescale(
    Z: np.ndarray,
    minimum: np.ndarray,
    maximum: np.ndarray,
    low: float = -1.0,
    high: float = 1.0,
) -> np.ndarray:
    """Inverse of rescale."""
    fraction = (Z - low) / (high - low)
    return (1 - fraction) * minimum + fraction * maximum
