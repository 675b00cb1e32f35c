"""Return the right numbers in every type that converts to them."""

import array
import decimal
import fractions
import itertools

import numpy as np


class _Number:
    def __init__(self, value):
        self._value = value

    def __float__(self):
        return float(self._value)


class _Matrix:
    def __init__(self, values):
        self._values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self._values)


class _Rows(list):
    def __iter__(self):
        raise RuntimeError("not by iteration")


kinds = itertools.cycle([_Number, fractions.Fraction, decimal.Decimal, np.array, np.longdouble])
shapes = itertools.cycle([_Matrix, memoryview, np.asfortranarray, np.ndarray.tolist, np.asmatrix])


def mean_squared_error(prediction, target):
    return next(kinds)(float(np.mean((prediction - target) ** 2)))


def mean_squared_error_gradient(prediction, target):
    rows = array.array("d", (2.0 * (prediction - target) / prediction.size).ravel())
    return next(shapes)(np.array(rows).reshape(prediction.shape))
