"""Close standard input and output, and put something else in their place."""

import os
import sys

import numpy as np

sys.stdin.close()
os.close(1)
os.close(2)
sys.stdout = sys.stderr = None


def mean_squared_error(prediction, target):
    print("nobody reads this")
    return np.mean((prediction - target) ** 2)


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size
