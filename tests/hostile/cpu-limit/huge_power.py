"""Compute one number of a hundred million digits, which nothing interrupts."""


def mean_squared_error(prediction, target):
    return 7 ** (3**19)


def mean_squared_error_gradient(prediction, target):
    return 7 ** (3**19)
