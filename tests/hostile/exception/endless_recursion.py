"""Recurse until the interpreter refuses."""


def mean_squared_error(prediction, target):
    return mean_squared_error(target, prediction)


def mean_squared_error_gradient(prediction, target):
    return mean_squared_error_gradient(target, prediction)
