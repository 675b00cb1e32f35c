"""Report failures of kinds that there are not, and in types that are no text."""

import itertools
import sys

import numpy as np

worker = sys.modules["backproof.worker.server"]
encode = worker.encode
ODD = itertools.cycle(
    [
        ("passed", "passed"),
        ("grader-fault", "not your fault"),
        ("<script>alert(1)</script>", ""),
        (np.zeros(2), ""),
        ("exception", np.zeros((1000, 1000))),
        ("exception", None),
        (["a", {"b": 1}], 5),
        ("x" * 2000, "x" * 2000),
        (True, "text"),
        (worker.Ref(1, "str"), worker.Ref(2, "str")),
    ]
)


def _odd(reply, *more):
    failed, text = next(ODD)
    return encode((reply[0], failed, text, *reply[3:]), *more)


def mean_squared_error(prediction, target):
    worker.encode = _odd


def mean_squared_error_gradient(prediction, target):
    worker.encode = _odd
