"""Raise an exception with a message of eight megabytes, repeated by its cause."""

MESSAGE = "nothing is wrong here " * 400_000


def mean_squared_error(prediction, target):
    raise ValueError(MESSAGE) from ValueError(MESSAGE)


def mean_squared_error_gradient(prediction, target):
    raise ValueError(*[MESSAGE] * 3)
