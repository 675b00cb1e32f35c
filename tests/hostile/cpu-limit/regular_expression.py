"""Match an expression whose time doubles with every letter, in one call into C."""

import re


def mean_squared_error(prediction, target):
    return re.match(r"(a|aa)+$", "a" * 200 + "b")


def mean_squared_error_gradient(prediction, target):
    return re.match(r"(a|aa)+$", "a" * 200 + "b")
