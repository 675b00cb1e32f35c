"""Return right numbers in subclasses that fail at everything but being converted."""

import numpy as np


class _Float(float):
    def _fail(self, *_):
        raise RuntimeError("no")

    __eq__ = __le__ = __ge__ = __lt__ = __gt__ = __sub__ = __add__ = __repr__ = __str__ = _fail
    __hash__ = None


class _Array(np.ndarray):
    def _fail(self, *_, **__):
        raise RuntimeError("no")

    __eq__ = __le__ = __ge__ = __lt__ = __gt__ = __repr__ = __str__ = __reduce__ = _fail
    __hash__ = None


def mean_squared_error(prediction, target):
    return _Float(np.mean((prediction - target) ** 2))


def mean_squared_error_gradient(prediction, target):
    return (2.0 * (prediction - target) / prediction.size).view(_Array)
