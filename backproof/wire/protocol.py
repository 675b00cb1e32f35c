"""Constants and reply checks that grader and worker share."""

from __future__ import annotations

from typing import Any, NamedTuple

from backproof.failure_kinds import (
    EXCEPTION,
    FORBIDDEN,
    IMPORT_FAILED,
    MEMORY,
    MISSING,
    PROTOCOL,
)
from backproof.wire.values import MAX_PAYLOAD

# Most bytes of the arrays in one reply; the rest of its frame is left for all else.
MAX_REPLY_BYTES = MAX_PAYLOAD - 2**20


class Budget(NamedTuple):
    """What one request may use: seconds of the worker's CPU, and seconds of the clock."""

    cpu: float
    wall: float


class Ended(Exception):
    """The worker is gone: ``kind`` says why, ``detail`` how."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail


class Reply(NamedTuple):
    """What a worker says to a request, as checked as it can be without knowing the request."""

    failed: str | None
    value: Any
    ref: int
    also: dict[str, Any]


def checked_reply(frame: Any, number: int) -> Reply:
    """Take a decoded frame for the reply to the request of that number, or raise ``Ended``."""
    if type(frame) is tuple and len(frame) == 5:
        to, failed, value, ref, also = frame
        refused = type(failed) is str and failed in REFUSALS and type(value) is str
        right = type(to) is int and to == number and (failed is None or refused)
        if right and is_number(ref) and (also is None or type(also) is dict):
            return Reply(failed, value, ref, also or {})
    raise Ended(PROTOCOL, "a reply to something else")


def is_number(value: Any) -> bool:
    """Tell whether a value can be the number of one of the student's objects."""
    return type(value) is int and 0 <= value < COPIES


# Most bytes of a message between grader and fork server; each is one datagram.
MAX_CONTROL_BYTES = 2**20


# Generators of the grader's are numbered from here on, from there on arrays made of the student's
# own objects, and those objects themselves below.
GENERATORS, COPIES = 2**30, 2**29


# How a function is to be called: the first time in a case, watched, with things sent by number.
FRESH, OBSERVED, WITH_REFS = 1, 2, 4


# What ends a frame of requests within a case: the next frame goes on with it.
MORE = "more"


NOT_STARTED, NOT_ITERABLE, TOO_LARGE = "not started", "not iterable", "too large"


# All the reasons that a reply may give for having no result.
REFUSALS = frozenset(
    (NOT_STARTED, NOT_ITERABLE, TOO_LARGE, MISSING, IMPORT_FAILED, EXCEPTION, FORBIDDEN, MEMORY)
)


# In the place of named arguments that are those of the call before, of the same frame.
SAME = True
