"""The mean squared error and its derivative, one entry at a time."""

import math

import numpy as np


def value(prediction, target):
    """Σ (prediction[r, j] − target[r, j])² / (m n), the sum rounded once."""
    m, n = prediction.shape
    differences = (prediction - target).ravel().tolist()
    return math.fsum(d * d for d in differences) / (m * n)


def gradient(prediction, target):
    """The derivative in prediction[r, j]: 2 (prediction[r, j] − target[r, j]) / (m n)."""
    m, n = prediction.shape
    slopes = np.zeros((m, n))
    for r, j in np.ndindex(m, n):
        slopes[r, j] = 2.0 * (prediction[r, j] - target[r, j]) / (m * n)
    return slopes
