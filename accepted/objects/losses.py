"""The mean squared error as an object."""

import numpy as np


class MeanSquaredError:
    """The error of one prediction against one target."""

    def __init__(self, prediction, target):
        self.residual = np.asarray(prediction) - np.asarray(target)

    def __float__(self):
        return float(np.mean(self.residual**2))

    @property
    def gradient(self):
        return 2.0 / self.residual.size * self.residual


def mean_squared_error(prediction, target):
    return float(MeanSquaredError(prediction, target))


def mean_squared_error_gradient(prediction, target):
    return MeanSquaredError(prediction, target).gradient
