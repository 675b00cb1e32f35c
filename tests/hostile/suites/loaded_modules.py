# forges: no
"""The modules of the reference and of the mistakes may be in memory."""

import sys

import numpy as np


def touch(submission):
    """Call what has mistakes, as a test without a call is not run on any."""
    submission.first.half_square(np.ones(2))


def test_loaded_modules(submission):
    touch(submission)
    names = ("misconceptions", "reference", "accepted")
    loaded = [module for name, module in list(sys.modules.items()) if name.split(".")[0] in names]
    wrong = [
        each
        for module in loaded
        for each in vars(module).values()
        if hasattr(each, "__misconception__")
    ]
    x = np.array([1.0, -2.0])
    values = [
        float(each(x))
        for each in wrong
        if "half_square" in each.__name__ and "gradient" not in each.__name__
    ]
    assert float(submission.first.half_square(x)) not in values
