"""Play recorded answers back to a property, checking every request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from backproof.casebook.array_bits import _as_array, _equal, _same_bits
from backproof.casebook.request_script import RequestScript, Unanswered
from backproof.confined.exchange import Diverged
from backproof.confined.remote_objects import CaseObjects
from backproof.wire.frames import decode_frame
from backproof.wire.protocol import COPIES, WITH_REFS, Ended, Reply, checked_reply
from backproof.wire.values import Ref, WireError


class Playback:
    """Answers a property's requests with what a worker has answered ahead.

    Args:
        script: What it was asked.
        replies: Its answers.
        objects: Gives what has crossed in the present case.

    """

    def __init__(
        self, script: RequestScript, replies: Sequence[Reply], objects: Callable[[], CaseObjects]
    ) -> None:
        self._planned: Iterator[tuple[Any, Reply]] = zip(script.requests, replies, strict=False)
        self._objects = objects

    def exchange(self, request: tuple[Any, ...], _ask: Callable[[], Reply]) -> Reply:
        """Give the answer to a request; ``Diverged`` if another one was sent."""
        planned, reply = next(self._planned, (None, None))
        if reply is None or not _is_planned(request, planned, self._objects()):
            raise Diverged
        return reply

    def require_end(self) -> None:
        """Raise ``Diverged`` if more was asked ahead than the property has asked for."""
        if next(self._planned, None) is not None:
            raise Diverged


def _is_planned(request: tuple[Any, ...], planned: Any, objects: CaseObjects) -> bool:
    """Tell whether a request is the one that was sent."""
    if request[0] == planned[0] == "call":
        (_, function, given, how, *rest), (_, name, sent, flags, *others) = request, planned
        # Whether it refers to anything was for the reference's answers, and is said by the parts.
        alike = function == name and not (how ^ flags) & ~WITH_REFS
        return alike and _matches(given, sent, objects) and _matches(rest, others, objects)
    return _matches(request, planned, objects)


def _matches(given: Any, planned: Any, objects: CaseObjects) -> bool:
    """Tell whether a request, or a part of one, is bit by bit what was sent."""
    if given is planned:
        return True
    kind = type(planned)
    if kind is Ref:
        if COPIES <= planned.number < 2 * COPIES:
            copied = _as_array(objects.parts.get(planned.number - COPIES))
            return type(given) is np.ndarray and copied is not None and _same_bits(given, copied)
        given = objects.stand_in(given)
        return type(given) is Ref and given.number == planned.number
    if id(given) in objects.results:
        return False  # it would be sent by number
    if type(given) is not kind:
        return False
    if kind is np.ndarray:
        return _same_bits(given, planned)
    if kind is list or kind is tuple:
        pairs = zip(given, planned, strict=False)
        return len(given) == len(planned) and all(_matches(a, b, objects) for a, b in pairs)
    if kind is dict:
        return given.keys() == planned.keys() and all(
            _matches(given[key], part, objects) for key, part in planned.items()
        )
    return _equal(given, planned)


def digest_of(answers: Sequence[Any]) -> bytes:
    """Name answers, as they came, by a digest."""
    found = hashlib.blake2b(digest_size=16)
    for answer in answers:
        found.update(len(answer).to_bytes(8, "little"))
        found.update(answer)
    return found.digest()


def replies_in(answers: Sequence[Any]) -> list[Reply]:
    """Decode the answers to a script's frames.

    Raises:
        Unanswered: There is one without a result.
        Diverged: One makes no sense.

    """
    replies: list[Reply] = []
    try:
        for answer in answers:
            entries = decode_frame(answer.tobytes())
            replies += [checked_reply((0, *entry), 0) for entry in entries]
    except (WireError, Ended, TypeError, AttributeError):
        raise Diverged from None
    if any(reply.failed for reply in replies):
        raise Unanswered
    return replies
