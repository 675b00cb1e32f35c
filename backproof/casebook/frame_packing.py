"""Division of a script's requests into frames, none of which contains an answer to another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from backproof.wire.anatomy import take_apart
from backproof.wire.frames import MAX_HEADER, encode
from backproof.wire.protocol import FRESH, MORE, SAME
from backproof.wire.requests import pack_requests
from backproof.wire.values import MAX_NODES, MAX_PAYLOAD

# Limits of a frame, far below those of the wire because the replies may have more parts.
_MAX_FRAME_NODES, _MAX_FRAME_BYTES = MAX_NODES // 4, MAX_PAYLOAD // 8
# A header has a limit, too, which strings use up: so many characters count as one node.
_CHARACTERS_PER_NODE = MAX_HEADER // MAX_NODES


def frames_of(
    requests: Sequence[tuple[Any, ...]], answers: Sequence[Any]
) -> tuple[np.ndarray[Any, Any], ...]:
    """Encode requests in frames, none of which contains an answer to one of its requests.

    Args:
        requests: All requests of a script, as they are planned.
        answers: The reference's answers to them.

    Raises:
        WireError: A request cannot be sent.

    """
    frames = []
    for part in _parts(requests, answers):
        sent = shortened(part)
        encode(sent)  # this checks the limits of the wire
        frames.append(np.frombuffer(pack_requests(sent), np.uint8))
    return tuple(frames)


def arrays_in(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the arrays in a request or an answer."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from arrays_in(part)


def _parts(requests: Sequence[Any], answers: Sequence[Any]) -> Iterator[list[Any]]:
    """Divide a script into small parts, none of which contains an answer to a request in it.

    The worker would read that answer before it has to compute it.
    """
    part: list[Any] = []
    nodes = size = 0
    sent: set[bytes] = set()
    pending: set[bytes] = set()  # answers that the worker has not computed yet
    for request, answer in zip(requests, answers, strict=True):
        more, bytes_ = _size(request)
        in_request = _distinctive_arrays(request)
        too_large = nodes + more > _MAX_FRAME_NODES or size + bytes_ > _MAX_FRAME_BYTES
        if part and (too_large or in_request & pending):
            begins_case = request[0] == "call" and request[3] & FRESH
            yield part if begins_case else [*part, (MORE,)]
            part, nodes, size, pending = [], 0, 0, set()
        part.append(request)
        nodes, size = nodes + more, size + bytes_
        sent |= in_request
        pending |= _distinctive_arrays(answer) - sent
    if part:
        yield part


def shortened(part: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return requests without parts that a worker knows: numbers of calls, repeated keywords."""
    kept, last = [], None
    for request in part:
        if request[0] == "call":
            _, function, arguments, flags, _number, keywords, states = request
            is_same = keywords is not None and _is_plain(keywords) and repr(keywords) == repr(last)
            last, request = keywords, (function, arguments, flags)
            if keywords or states:
                request += (SAME if is_same else keywords, states)
        kept.append(request)
    return kept


def _is_plain(keywords: dict[str, Any]) -> bool:
    return all(type(value) in (bool, int, float, str) for value in keywords.values())


def _distinctive_arrays(value: Any) -> set[bytes]:
    """Return keys of the arrays in a request or an answer that could not easily be guessed."""
    return {
        _rounded_key(array)
        for array in arrays_in(value)
        if array.dtype.kind == "f" and array.size > 1 and np.ptp(array) > 0
    }


def _rounded_key(array: np.ndarray[Any, Any]) -> bytes:
    """Return a key that right answers share, though they differ by rounding."""
    mantissa, exponent = np.frexp(array)
    rounded = np.round(mantissa, 7) + 0.0
    return b"|".join([str(array.shape).encode(), rounded.tobytes(), exponent.tobytes()])


def _size(value: Any) -> tuple[int, int]:
    if isinstance(value, np.ndarray):
        return 1, value.nbytes
    if isinstance(value, str):
        return 1 + len(value) // _CHARACTERS_PER_NODE, len(value)
    anatomy = take_apart(value)
    parts: Collection[Any] = () if anatomy is None else anatomy.parts
    sizes = [_size(part) for part in parts]
    return 1 + sum(nodes for nodes, _ in sizes), 8 + sum(size for _, size in sizes)
