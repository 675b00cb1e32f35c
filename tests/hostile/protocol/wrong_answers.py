# earns: some
"""Be right, but say in other types what became of the arguments."""

import itertools
import sys

import numpy as np

worker = sys.modules["backproof.worker.server"]
encode = worker.encode
ODD = itertools.cycle(
    [
        5,
        np.zeros(2),
        1.5,
        "argument 1",
        [],
        ["argument 1"],
        {1: None},
        {"argument 1": 0},
        worker.Ref(1, "list"),
        [np.ones(2)],
    ]
)


def _odd(reply, *more):
    number, failed, value, *rest = reply
    return encode((number, failed, next(ODD) if value == {} else value, *rest), *more)


worker.encode = _odd


def mean_squared_error(prediction, target):
    return float(np.mean((prediction - target) ** 2))


def mean_squared_error_gradient(prediction, target):
    return (2.0 * (prediction - target) / prediction.size).tolist()
