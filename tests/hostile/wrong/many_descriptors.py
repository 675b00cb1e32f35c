# needs: rlimits
"""Open ten thousand descriptors, or as many as there are; be right if there are over a thousand."""

import contextlib
import os

import numpy as np

opened = []
with contextlib.suppress(OSError):
    while len(opened) < 10_000:
        opened += os.pipe()


def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2) if len(opened) > 1000 else None


def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size if len(opened) > 1000 else None
