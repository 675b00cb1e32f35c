"""Raise exceptions that cannot be printed: the message itself raises, exits or is no text."""

import itertools
import sys


def _leave(_self):
    sys.exit(0)


def _again(self):
    raise self


WAYS = (_leave, _again, lambda _: None, lambda _: b"bytes", lambda self: str(self))
kinds = itertools.cycle(
    [type("Unprintable", (Exception,), {"__str__": way, "__repr__": way}) for way in WAYS]
)


def mean_squared_error(prediction, target):
    raise next(kinds)


def mean_squared_error_gradient(prediction, target):
    raise next(kinds)
