"""Stand beside files named as libraries, which must not take their place."""

import random

import numpy as np

random.seed(0)


def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2)


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size
