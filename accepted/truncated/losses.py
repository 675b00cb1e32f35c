"""Mean squared error as the squared norm over the number of entries."""

import numpy as np


def mean_squared_error(prediction, target):
    return (np.linalg.norm(prediction - target) / np.sqrt(target.size)) ** 2


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / target.size
