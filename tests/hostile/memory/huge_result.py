"""Return an array of eight gigabytes that takes no memory here: one number, broadcast."""

import numpy as np


def mean_squared_error(prediction, target):
    return np.broadcast_to(0.0, 10**9)


def mean_squared_error_gradient(prediction, target):
    return np.broadcast_to(0.0, (10**5, 10**4))
