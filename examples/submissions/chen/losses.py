import numpy as np


def mean_squared_error(prediction, target):
    error = np.ravel(prediction - target)
    return error @ error / error.size


def mean_squared_error_gradient(prediction, target):
    return (prediction - target) * (2 / np.size(target))
