# needs: rlimits
"""Double a list until there is no more memory."""


def mean_squared_error(prediction, target):
    kept = [0.0] * 1000
    while True:
        kept += kept


def mean_squared_error_gradient(prediction, target):
    return mean_squared_error(prediction, target)
