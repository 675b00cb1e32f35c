"""Requests of a batch, packed for a worker, which trusts the grader that it gets them from.

The bytes begin with the length of a header in JSON. In it, ``null``, ``true``, ``false``, integers
and strings stand for themselves. Every other value is a list that starts with a tag; the bytes of
arrays and of rare values, as frames, follow the header at the offsets that their nodes name. A
worker's replies are frames, which the strict ``reader`` reads.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from backproof.wire.frames import decode_frame, encode
from backproof.wire.values import DTYPES, MAX_PAYLOAD, Ref, WireError

_DOUBLES, _REFERENCE, _LIST, _TUPLE, _DICT, _ARRAY, _SCALAR, _NUMBER, _FRAME = range(9)
_NAMES = {dtype: name for name, dtype in DTYPES.items()}
_LENGTH = struct.Struct("<I")
_PLAIN = frozenset((type(None), bool, int, str))
_DOUBLE = DTYPES["f8"]


def pack_requests(requests: Sequence[Sequence[Any]]) -> bytes:
    """Return requests as bytes, which a worker reads faster than a frame.

    Raises:
        WireError: A value is of a type that cannot be sent, or they are too large.

    """
    payload = bytearray()
    packed = [[_packed(part, payload) for part in request] for request in requests]
    header = json.dumps(packed, separators=(",", ":")).encode()
    header += b" " * (-(len(header) + _LENGTH.size) % 8)  # so that the arrays are aligned
    data = b"".join([_LENGTH.pack(len(header)), header, payload])
    if len(data) > MAX_PAYLOAD:
        raise WireError("the requests are too large to be sent")
    return data


class PackedRequests:
    """The requests in some bytes.

    Args:
        data: The bytes.

    Attributes:
        requests: The requests; every value in them is still packed.

    """

    def __init__(self, data: Any) -> None:
        [length] = _LENGTH.unpack_from(data)
        self._begin = _LENGTH.size + length
        self._data = data
        self.requests: list[list[Any]] = json.loads(bytes(data[_LENGTH.size : self._begin]))

    def opened(self, values: Sequence[Any]) -> list[Any]:
        """Return packed values; their arrays are new and writable."""
        opened = []
        for value in values:
            if type(value) is list:
                tag = value[0]
                if tag == _DOUBLES:
                    start = self._begin + value[1]
                    value = np.ndarray(value[2:], _DOUBLE, self._data, start).copy()
                elif tag == _REFERENCE:
                    value = Ref(value[1])
                elif tag == _LIST:
                    value = self.opened(value[1:])
                elif tag == _TUPLE:
                    value = tuple(self.opened(value[1:]))
                else:
                    value = self._opened_other(tag, value)
            opened.append(value)
        return opened

    def _opened_other(self, tag: int, value: list[Any]) -> Any:
        if tag == _DICT:
            return dict(zip(self.opened(value[1]), self.opened(value[2]), strict=True))
        if tag == _FRAME:
            start = self._begin + value[1]
            return decode_frame(bytes(self._data[start : start + value[2]]))
        _, offset, name, *shape = value
        array = np.ndarray(shape, DTYPES[name], self._data, self._begin + offset).copy()
        if tag == _ARRAY:
            return array
        return array[()] if tag == _SCALAR else array.item()


def _packed(value: Any, payload: bytearray) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is Ref:
        return [_REFERENCE, value.number]
    if kind is float or kind is complex:  # JSON would lose the bits of some floats
        return _packed_array(_NUMBER, np.asarray(value), payload)
    if issubclass(kind, np.ndarray | np.generic) and np.asarray(value).dtype in _NAMES:
        tag = _ARRAY if issubclass(kind, np.ndarray) else _SCALAR
        return _packed_array(tag, np.asarray(value), payload)
    if kind is tuple:
        return [_TUPLE, *(_packed(part, payload) for part in value)]
    if kind is list:
        return [_LIST, *(_packed(part, payload) for part in value)]
    if kind is dict:
        keys = [_packed(key, payload) for key in value]
        return [_DICT, keys, [_packed(part, payload) for part in value.values()]]
    frame = encode(value)
    payload += frame
    return [_FRAME, len(payload) - len(frame), len(frame)]


def _packed_array(tag: int, array: np.ndarray[Any, Any], payload: bytearray) -> list[Any]:
    name = _NAMES[array.dtype]
    payload += bytes(-len(payload) % 8)
    offset = len(payload)
    payload += array.tobytes()
    if tag == _ARRAY and name == "f8":
        return [_DOUBLES, offset, *array.shape]
    return [tag, offset, name, *array.shape]
