"""Playback of recorded answers to a property, with a check of every request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from backproof.casebook.array_bits import as_array, same_bits, same_scalar
from backproof.casebook.request_script import RequestScript, may_fail
from backproof.confined.exchange import Diverged
from backproof.confined.remote_objects import CaseObjects
from backproof.failure_kinds import EXCEPTION
from backproof.wire.frames import decode_frame
from backproof.wire.protocol import COPIES, MAY_FAIL, WITH_REFS, Ended, Reply, checked_reply
from backproof.wire.values import Ref, WireError


class Playback:
    """Answers a property's requests with the replies to the batch that was sent for it.

    Args:
        script: The requests of the batch.
        replies: The replies to them.
        objects: Returns the objects of the present case.

    """

    def __init__(
        self, script: RequestScript, replies: Sequence[Reply], objects: Callable[[], CaseObjects]
    ) -> None:
        self._planned: Iterator[tuple[Any, Reply]] = zip(script.requests, replies, strict=False)
        self._objects = objects

    def exchange(self, request: tuple[Any, ...], _ask: Callable[[], Reply]) -> Reply:
        """Return the reply to a request; ``Diverged`` if another request was sent."""
        planned, reply = next(self._planned, (None, None))
        if reply is None or not _is_planned(request, planned, self._objects()):
            raise Diverged
        return reply

    def require_end(self) -> None:
        """Raise ``Diverged`` if the property made fewer requests than were sent."""
        if next(self._planned, None) is not None:
            raise Diverged


def _is_planned(request: tuple[Any, ...], planned: Any, objects: CaseObjects) -> bool:
    """Return whether a request is the one that was sent."""
    if request[0] == planned[0] == "call":
        _, function, arguments, flags, *rest = request
        _, planned_function, planned_arguments, planned_flags, *planned_rest = planned
        # Ignore WITH_REFS and MAY_FAIL, which were computed for the reference's answers. Comparing
        # the arguments covers the first one, and the property itself sees an exception.
        return (
            function == planned_function
            and not (flags ^ planned_flags) & ~(WITH_REFS | MAY_FAIL)
            and _matches(arguments, planned_arguments, objects)
            and _matches(rest, planned_rest, objects)
        )
    return _matches(request, planned, objects)


def _matches(value: Any, planned: Any, objects: CaseObjects) -> bool:
    """Return whether a part of a request is, bit by bit, the part that was sent."""
    if value is planned:
        return True
    kind = type(planned)
    if kind is Ref:
        if COPIES <= planned.number < 2 * COPIES:
            copied = as_array(objects.parts.get(planned.number - COPIES))
            return type(value) is np.ndarray and copied is not None and same_bits(value, copied)
        reference = objects.stand_in(value)
        return type(reference) is Ref and reference.number == planned.number
    if id(value) in objects.results:
        return False  # it would be sent as a reference
    if type(value) is not kind:
        return False
    if kind is np.ndarray:
        return same_bits(value, planned)
    if kind is list or kind is tuple:
        pairs = zip(value, planned, strict=False)
        return len(value) == len(planned) and all(_matches(a, b, objects) for a, b in pairs)
    if kind is dict:
        return value.keys() == planned.keys() and all(
            _matches(value[key], part, objects) for key, part in planned.items()
        )
    return same_scalar(value, planned)


def digest_of(answers: Sequence[Any]) -> bytes:
    """Return a digest of frames of replies, as they came."""
    digest = hashlib.blake2b(digest_size=16)
    for answer in answers:
        digest.update(len(answer).to_bytes(8, "little"))
        digest.update(answer)
    return digest.digest()


def replies_in(answers: Sequence[Any], requests: Sequence[Any]) -> list[Reply]:
    """Decode the frames of replies to some requests.

    If one has no result, it is the last, as the property ends with it; unless its request may fail.

    Raises:
        Diverged: A frame is malformed.

    """
    replies: list[Reply] = []
    try:
        for answer in answers:
            entries = decode_frame(answer.tobytes())
            replies += [checked_reply((0, *entry), 0) for entry in entries]
    except (WireError, Ended, TypeError, AttributeError):
        raise Diverged from None
    for number, (reply, request) in enumerate(zip(replies, requests, strict=False)):
        if reply.failed and not (reply.failed == EXCEPTION and may_fail(request)):
            return replies[: number + 1]
    return replies
