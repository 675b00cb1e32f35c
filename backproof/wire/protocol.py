"""Protocol of requests and replies: constants and checks that grader and worker share."""

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
from backproof.wire.values import MAX_PAYLOAD, clean_text

# The arrays of one reply may have so many bytes; the rest of its frame is for everything else.
MAX_REPLY_BYTES = MAX_PAYLOAD - 2**20
# A message between grader and fork server is one datagram of at most so many bytes.
MAX_CONTROL_BYTES = 2**20

# Ranges of reference numbers: below COPIES the student's objects; from COPIES the same objects
# converted to arrays; from GENERATORS the grader's random generators.
COPIES, GENERATORS = 2**29, 2**30

# Flags of a call: it begins a case; its arguments and warnings are observed; its arguments hold
# references; an exception does not end a batch, as the right function raises one, too.
FRESH, OBSERVED, WITH_REFS, MAY_FAIL = 1, 2, 4, 8

# The last request of a batch whose case continues in the next batch.
MORE = "more"
# Stands for keyword arguments that equal those of the call before it in the same batch.
SAME = True

NOT_STARTED, NOT_ITERABLE, TOO_LARGE = "not started", "not iterable", "too large"
# The reasons that a reply may give for having no result.
REFUSALS = frozenset(
    (NOT_STARTED, NOT_ITERABLE, TOO_LARGE, MISSING, IMPORT_FAILED, EXCEPTION, FORBIDDEN, MEMORY)
)


class Budget(NamedTuple):
    """The time that one request may take: seconds of computing, and seconds of waiting."""

    cpu: float
    wall: float


class Ended(Exception):
    """The worker is gone: ``kind`` is the kind of failure, ``detail`` describes it."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail


class Reply(NamedTuple):
    """A worker's reply, as far as it can be checked without knowing the request.

    Attributes:
        failed: The reason why there is no result, or ``None``.
        value: The result, or a message.
        ref: The number of the result in the worker's table of objects.
        also: What else happened.

    """

    failed: str | None
    value: Any
    ref: int
    also: dict[str, Any]


def checked_reply(frame: Any, number: int) -> Reply:
    """Return a decoded frame as the reply to the request of that number.

    Raises:
        Ended: It is not one.

    """
    if type(frame) is tuple and len(frame) == 5:
        to, failed, value, ref, also = frame
        is_refusal = type(failed) is str and failed in REFUSALS and type(value) is str
        fits = type(to) is int and to == number and (failed is None or is_refusal)
        if fits and is_object_number(ref) and (also is None or type(also) is dict):
            # A message is shown, so it may not control a terminal.
            return Reply(failed, clean_text(value) if failed else value, ref, also or {})
    raise Ended(PROTOCOL, "a reply to something else")


def is_object_number(value: Any) -> bool:
    """Return whether a value can be the number of one of the student's objects."""
    return type(value) is int and 0 <= value < COPIES
