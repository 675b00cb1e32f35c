"""Mean squared error with one temporary array."""

import numpy as np


def mean_squared_error(prediction, target):
    residual = np.subtract(prediction, target)
    np.square(residual, out=residual)
    return np.mean(residual, out=np.empty(()))


def mean_squared_error_gradient(prediction, target):
    out = np.subtract(prediction, target)
    out *= 2.0
    out /= out.size
    return out
