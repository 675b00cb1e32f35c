"""Mean squared error as a mean of row means."""

from statistics import fmean


def _rows(prediction, target):
    yield from ((p - t).tolist() for p, t in zip(prediction, target, strict=True))


def mean_squared_error(prediction, target):
    return fmean(fmean(r * r for r in row) for row in _rows(prediction, target))


def mean_squared_error_gradient(prediction, target):
    return (prediction - target) * (2.0 / prediction.size)
