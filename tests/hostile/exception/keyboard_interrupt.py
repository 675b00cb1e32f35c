"""Pretend that somebody pressed Ctrl-C."""


def mean_squared_error(prediction, target):
    raise KeyboardInterrupt


def mean_squared_error_gradient(prediction, target):
    raise GeneratorExit
