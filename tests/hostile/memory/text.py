# needs: rlimits
"""Build one endless line of text."""


def mean_squared_error(prediction, target):
    line = "loss "
    while True:
        line += line


def mean_squared_error_gradient(prediction, target):
    return mean_squared_error(prediction, target)
