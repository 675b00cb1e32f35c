"""Send well-formed replies whose fields are not of the kinds that the grader asked for."""

import itertools
import sys

import numpy as np

worker = sys.modules["backproof.worker.server"]
encode, Ref = worker.encode, worker.Ref
PAIR = np.zeros(2)
NUMBER, FAILED, VALUE, REF, ALSO = range(5)
ODD = itertools.cycle(
    [
        (NUMBER, PAIR),
        (NUMBER, None),
        (NUMBER, True),
        (REF, "none"),
        (REF, PAIR),
        (REF, -1),
        (ALSO, 5),
        (ALSO, PAIR),
        (ALSO, {"warnings": 5}),
        (ALSO, {"warnings": PAIR}),
        (ALSO, {"warnings": [PAIR]}),
        (ALSO, {"warnings": Ref(5, "list")}),
        (ALSO, {"generators": PAIR}),
        (ALSO, {"generators": Ref(5, "list")}),
        (ALSO, {"generators": [[2**30, "PCG64 0 0 0 0 0"]]}),
        (ALSO, {"generators": [[PAIR, PAIR]]}),
        (ALSO, {"generators": 1.5}),
        (ALSO, {"generators": [{"number": 2**30, "state": None}]}),
        (ALSO, {"generators": [[1, 2]]}),
        (ALSO, {"generators": {"1": 2}}),
    ]
)


def _odd(reply, *more):
    place, content = next(ODD)
    return encode((*reply[:place], content, *reply[place + 1 :]), *more)


def mean_squared_error(prediction, target):
    worker.encode = _odd


def mean_squared_error_gradient(prediction, target):
    worker.encode = _odd
