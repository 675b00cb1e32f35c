"""The loss of a regression, the mean squared error, and its derivative.

Lecture: Backprop, backward pass, which starts from the derivative of the loss.
"""

import numpy as np


def mean_squared_error(prediction: np.ndarray, target: np.ndarray) -> float:
    """Return the mean of the squared differences over all m·n entries.

        mean_squared_error = Σ (prediction - target)² / (m n)

    prediction, target: (m, n), one shape for both; the mean runs over rows and columns, and there
    is no factor ½. Returns a float.

    Lecture: Backprop, backward pass.
    """
    return float(np.mean((prediction - target) ** 2))


def mean_squared_error_gradient(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the derivative of the mean squared error in every entry of the prediction.

        gradient = 2 (prediction - target) / (m n)

    prediction, target: (m, n), one shape for both. Returns (m, n).

    Lecture: Backprop, backward pass.
    """
    # size is m * n, the mean above runs over all of them
    return 2.0 * (prediction - target) / prediction.size
