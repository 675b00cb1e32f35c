"""From the requests of a script to frames: small ones that give nothing away."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from backproof.wire.frames import encode
from backproof.wire.protocol import FRESH, MORE, SAME
from backproof.wire.values import MAX_NODES, MAX_PAYLOAD

# Room for answers in a frame, which may have more parts than their requests.
_MOST_NODES, _MOST_BYTES = MAX_NODES // 4, MAX_PAYLOAD // 8


def frames_of(
    requests: Sequence[tuple[Any, ...]], answers: Sequence[Any]
) -> tuple[np.ndarray[Any, Any], ...]:
    """Encode requests in frames, none of which has an answer to a request in it.

    Args:
        requests: All requests of a script, as they are planned.
        answers: What the reference answers to each.

    Raises:
        WireError: One cannot be sent ahead.

    """
    parts = _parts(requests, answers)
    return tuple(np.frombuffer(encode(shortened(part)), np.uint8) for part in parts)


def arrays_in(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Find the arrays in a request or an answer."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from arrays_in(part)


def _parts(requests: Sequence[Any], answers: Sequence[Any]) -> Iterator[list[Any]]:
    """Cut a script into frames: small ones, none of which has an answer to a request in it.

    Such an answer would be known to the worker before it has to give it.
    """
    part: list[Any] = []
    nodes = size = 0
    shown: set[bytes] = set()
    wanted: set[bytes] = set()
    for request, answer in zip(requests, answers, strict=True):
        more, bytes_ = _size(request)
        shows = _telling(request)
        too_large = nodes + more > _MOST_NODES or size + bytes_ > _MOST_BYTES
        if part and (too_large or shows & wanted):
            begins_case = request[0] == "call" and request[3] & FRESH
            yield part if begins_case else [*part, (MORE,)]
            part, nodes, size, wanted = [], 0, 0, set()
        part.append(request)
        nodes, size = nodes + more, size + bytes_
        shown |= shows
        wanted |= _telling(answer) - shown
    if part:
        yield part


def shortened(part: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Leave out of calls what a worker knows: their number, and what is as in the call before."""
    kept, last = [], None
    for request in part:
        if request[0] == "call":
            _, function, given, how, _number, named, drawn = request
            is_same = named is not None and _is_plain(named) and repr(named) == repr(last)
            last, request = named, (function, given, how)
            if named or drawn:
                request += (SAME if is_same else named, drawn)
        kept.append(request)
    return kept


def _is_plain(named: dict[str, Any]) -> bool:
    return all(type(value) in (bool, int, float, str) for value in named.values())


def _telling(value: Any) -> set[bytes]:
    """Name the arrays in a request or an answer that could not easily be guessed."""
    return {_roughly(array) for array in arrays_in(value) if _says_much(array)}


def _says_much(array: np.ndarray[Any, Any]) -> bool:
    return array.dtype.kind == "f" and array.size > 1 and np.ptp(array) > 0


def _roughly(array: np.ndarray[Any, Any]) -> bytes:
    """Name an array by its numbers, as far as a right answer may be off."""
    mantissa, exponent = np.frexp(array)
    rounded = np.round(mantissa, 7) + 0.0
    return b"|".join([str(array.shape).encode(), rounded.tobytes(), exponent.tobytes()])


def _size(value: Any) -> tuple[int, int]:
    if isinstance(value, np.ndarray):
        return 1, value.nbytes
    parts: Collection[Any] = ()
    if isinstance(value, list | tuple):
        parts = value
    elif isinstance(value, dict):
        parts = [*value, *value.values()]
    sizes = [_size(part) for part in parts]
    return 1 + sum(nodes for nodes, _ in sizes), 8 + sum(size for _, size in sizes)
