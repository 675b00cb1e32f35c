"""Raise an exception at the end of ten thousand others, in a circle."""


def _chain():
    last = first = ValueError("the first")
    for number in range(10_000):
        following = ValueError(number)
        following.__context__ = following.__cause__ = last
        last = following
    first.__cause__ = last
    return last


def mean_squared_error(prediction, target):
    raise _chain()


def mean_squared_error_gradient(prediction, target):
    raise ExceptionGroup("many", [ValueError(n) for n in range(10_000)])
