"""Mean squared error by an inner product of the flattened residual."""

import numpy as np

from .helpers import sealed


def mean_squared_error(prediction, target):
    residual = (prediction - target).ravel()
    return np.dot(residual, residual) / residual.size


def mean_squared_error_gradient(prediction, target):
    return sealed(np.divide(prediction - target, 0.5 * np.size(target)))
