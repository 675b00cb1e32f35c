"""Mean squared error over all entries, as one contraction."""

import numpy as np


def mean_squared_error(prediction, target):
    residual = np.subtract(prediction, target)
    return np.asarray(np.einsum("mn,mn->", residual, residual) / residual.size)


def mean_squared_error_gradient(prediction, target):
    residual = np.subtract(prediction, target)
    return np.einsum("mn,->mn", residual, 2.0 / residual.size)
