# earns: something
"""Return lists, dictionaries and tuples of a hundred thousand entries."""


def mean_squared_error(prediction, target):
    return dict.fromkeys(range(100_000), ())


def mean_squared_error_gradient(prediction, target):
    return [object()] * 50_000, [0.0] * 50_000
