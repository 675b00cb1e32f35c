"""Multiply matrices without end."""

import numpy as np


def mean_squared_error(prediction, target):
    product = np.eye(600)
    while True:
        product = product @ product


def mean_squared_error_gradient(prediction, target):
    return mean_squared_error(prediction, target)
