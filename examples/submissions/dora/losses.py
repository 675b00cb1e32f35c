"""Mean squared error."""

import numpy as np


def mean_squared_error(prediction: np.ndarray, target: np.ndarray) -> float:
    """Σ (prediction - target)² / (m n)"""
    return float(np.average(np.square(prediction - target)))


def mean_squared_error_gradient(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
    """2 (prediction - target) / (m n)"""
    gradient = prediction - target
    gradient *= 2.0 / gradient.size
    return gradient
