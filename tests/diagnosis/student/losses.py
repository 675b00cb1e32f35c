import numpy as np


def mean_squared_error(prediction, target):
    m, n = prediction.shape
    diff = prediction - target
    return np.sum(diff * diff) / (m * n)


def mean_squared_error_gradient(prediction, target):
    m, n = prediction.shape
    return 2 / (m * n) * (prediction - target)
