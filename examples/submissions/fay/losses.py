"""The loss of a regression, the mean squared error, and its derivative."""

import numpy as np


def mean_squared_error(prediction: np.ndarray, target: np.ndarray) -> float:
    """Mean of the squared differences over all m·n entries."""
    return float(np.linalg.norm(prediction - target) ** 2 / target.size)


def mean_squared_error_gradient(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Derivative of the mean squared error in every entry of the prediction."""
    residual = prediction - target
    return 2.0 / residual.size * residual
