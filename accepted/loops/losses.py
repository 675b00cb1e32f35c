"""The mean squared error, summed entry by entry.

Allowed: A loss may be a float of Python.
"""

from tables import plain


def mean_squared_error(prediction, target):
    total = 0.0
    count = 0
    for p_row, t_row in zip(plain(prediction), plain(target), strict=True):
        for p, t in zip(p_row, t_row, strict=True):
            total += (p - t) ** 2
            count += 1
    return total / count


def mean_squared_error_gradient(prediction, target):
    prediction = plain(prediction)
    target = plain(target)
    count = len(prediction) * len(prediction[0])
    gradient = []
    for p_row, t_row in zip(prediction, target, strict=True):
        gradient.append([2.0 * (p - t) / count for p, t in zip(p_row, t_row, strict=True)])
    return gradient
