"""Mean squared error, composed."""

from functools import reduce

import numpy as np


def _pipe(start, *functions):
    return reduce(lambda value, function: function(value), functions, start)


def mean_squared_error(prediction, target):
    return _pipe(prediction - target, np.square, np.mean, float)


def mean_squared_error_gradient(prediction, target):
    return _pipe(prediction - target, lambda r: 2.0 * r / r.size)
