"""The mean squared error and its derivative."""

import numpy as np


def mean_squared_error(prediction: np.ndarray, target: np.ndarray) -> float:
    """Mean of the squared differences over all rows and columns (no ½)."""
    m, n = prediction.shape
    return np.sum((prediction - target) ** 2) / (m * n)


def mean_squared_error_gradient(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
    """2 (prediction - target) / (m n)"""
    m, n = prediction.shape
    return 2 * (prediction - target) / (m * n)
