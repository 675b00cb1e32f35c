"""Decoding of the header and the payload of a frame, whose sender is not trusted.

The loop handles frequent types itself, for the reason that ``writer`` gives.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from backproof.wire.values import (
    COMPLEX,
    DOUBLE,
    DTYPES,
    FLOAT,
    MAX_DEPTH,
    MAX_INTEGER,
    MAX_NAME_LENGTH,
    MAX_NODES,
    MAX_PAYLOAD,
    MAX_TEXT,
    UNSAFE,
    Ref,
    WireError,
    array_size,
    check_text,
    checked_integer,
    checked_key,
    checked_name,
    checked_reference,
    too_many,
)

_BOOL = DTYPES["b1"]


class Reader:
    """Checks a parsed header node by node, and reads the bytes of each node from the payload.

    Args:
        payload: Bytes that end with the payload.
        position: Where the payload begins in them.

    Attributes:
        position: The position of the next byte to read.

    """

    __slots__ = ("_end", "_nodes", "_payload", "position")

    def __init__(self, payload: bytes | bytearray | memoryview, position: int) -> None:
        self.position = position
        self._payload = payload
        self._end = len(payload)
        self._nodes = 0

    def read(self, nodes: list[Any], depth: int) -> list[Any]:
        """Return the values of nodes that are nested so deeply.

        Raises:
            WireError: One breaks a rule.

        """
        self._nodes += len(nodes)
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise too_many(depth)
        values = []
        for node in nodes:
            value = node
            kind = type(node)
            if kind is list:
                tag = node[0] if node else None
                if tag == "a":
                    start, size, shape = self.position, 8, node[2:5]
                    for length in shape:
                        size *= length if type(length) is int and length > 0 else MAX_PAYLOAD
                    if 1 < len(node) < 6 and node[1] == "f8" and start + size <= self._end:
                        self.position = start + size
                        value = np.ndarray(shape, DOUBLE, self._payload, start).copy()
                    else:  # an array of another kind, or one that breaks a rule
                        value = self._read_array(node)
                elif tag == "f" and len(node) == 1:
                    value = FLOAT.unpack_from(self._payload, self._advance(8))[0]
                elif tag == "l":
                    value = self.read(node[1:], depth + 1)
                elif tag == "t":
                    value = tuple(self.read(node[1:], depth + 1))
                else:
                    value = self._read_other(tag, node, depth)
            elif kind is str:
                if len(node) > MAX_TEXT or not (node.isascii() and node.isprintable()):
                    check_text(node)
                    value = UNSAFE.sub("", node)
            elif kind is int:
                if not -MAX_INTEGER <= node <= MAX_INTEGER:
                    checked_integer(node)
            elif kind is dict:
                raise WireError("the header has a JSON object")
            values.append(value)
        return values

    def _read_other(self, tag: Any, node: list[Any], depth: int) -> Any:
        if tag == "d":
            return self._read_dict(node[1::2], node[2::2], depth)
        if tag == "r":
            is_named = len(node) == 4 and type(node[2]) is str and len(node[2]) <= MAX_NAME_LENGTH
            if not is_named or checked_name(node[2]) != node[2]:
                raise WireError("a reference is not a number, a name and a value")
            numbers = None if node[3] is None else self.read(node[3:], depth + 1)[0]
            return Ref(checked_reference(node[1]), node[2], numbers)
        if tag not in ("c", "f", "s"):
            raise WireError("a list in the header has no known tag")
        if len(node) != (2 if tag == "s" else 1):
            raise WireError("a number in the header has too many parts or too few")
        if node[-1] == "f8":
            return np.float64(FLOAT.unpack_from(self._payload, self._advance(8))[0])
        if tag == "s":
            return self._read_array(node)[()]
        return complex(*COMPLEX.unpack_from(self._payload, self._advance(16)))

    def _read_dict(self, keys: list[Any], items: list[Any], depth: int) -> dict[Any, Any]:
        if len(keys) != len(items):
            raise WireError("a dict has a key without a value")
        self._nodes += len(keys)
        values = self.read(items, depth + 1)
        result = {checked_key(key): value for key, value in zip(keys, values, strict=True)}
        if len(result) != len(keys):
            raise WireError("a dict has the same key twice")
        return result

    def _read_array(self, node: list[Any]) -> npt.NDArray[Any]:
        try:
            dtype = DTYPES[node[1]]
        except (IndexError, KeyError, TypeError):
            raise WireError("an array has no known dtype") from None
        shape = node[2:]
        start = self._advance(array_size(shape, dtype.itemsize))
        array: npt.NDArray[Any] = np.ndarray(shape, dtype, self._payload, start).copy()
        if dtype is _BOOL and array.view("u1").max(initial=0) > 1:
            raise WireError("a boolean is neither 0 nor 1")
        return array

    def _advance(self, size: int) -> int:
        start = self.position
        self.position += size
        if self.position > self._end:
            raise WireError("the payload ends too early")
        return start
