"""Mean squared error with an exactly rounded sum."""

import math

import numpy as np


def mean_squared_error(prediction, target):
    errors = np.ravel(prediction - target)
    return math.fsum(e * e for e in errors) / len(errors)


def mean_squared_error_gradient(prediction, target):
    m, n = prediction.shape
    return (prediction - target) / m / n * 2
