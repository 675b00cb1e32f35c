# needs: rlimits
"""Ask for one array of eight hundred gigabytes."""

import numpy as np


def mean_squared_error(prediction, target):
    return np.ones(10**11)


def mean_squared_error_gradient(prediction, target):
    return np.ones((10**6, 10**6))
