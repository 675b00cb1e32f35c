# earns: something
"""Return integers of a hundred thousand digits, and lists of them."""


def mean_squared_error(prediction, target):
    return 1 << 1_000_000


def mean_squared_error_gradient(prediction, target):
    return [[1 << 100_000, -1 << 63, 1 << 64], [True, None, 1j]]
