"""Decoding of the header and the payload of a frame, whose sender is not trusted.

The loop handles frequent types itself, for the reason that ``writer`` gives.
"""

from __future__ import annotations

import re
import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from backproof.wire.anatomy import MAX_INTEGER_BITS, take_apart
from backproof.wire.records import (
    are_fields,
    is_record,
    make_member,
    make_named_record,
    make_record,
)
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
    checked_name,
    checked_reference,
    dtype_named,
    too_many,
)

_BOOL = DTYPES["b1"]
_DIGITS = re.compile(rf"-?[0-9a-f]{{1,{MAX_INTEGER_BITS // 4}}}", re.ASCII)


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
        match tag:
            case "d":
                return self._read_dict(node, depth)
            case "r":
                return self._read_reference(node, depth)
            case "x" | "b":
                return self._read_bytes(tag, node)
            case "S" | "F":
                return self._read_set(tag, node, depth)
            case "o" | "n":
                return self._read_record(tag, node, depth)
            case "e":
                return self._read_member(node, depth)
            case "i":
                return _large_integer(node)
        if tag not in ("c", "f", "s"):
            raise WireError("a list in the header has no known tag")
        if len(node) != (2 if tag == "s" else 1):
            raise WireError("a number in the header has too many parts or too few")
        if node[-1] == "f8":
            return np.float64(FLOAT.unpack_from(self._payload, self._advance(8))[0])
        if tag == "s":
            return self._read_array(node)[()]
        return complex(*COMPLEX.unpack_from(self._payload, self._advance(16)))

    def _read_reference(self, node: list[Any], depth: int) -> Ref:
        if len(node) != 4 or not _is_name(node[2]):
            raise WireError("a reference is not a number, a name and a value")
        numbers = None if node[3] is None else self.read(node[3:], depth + 1)[0]
        return Ref(checked_reference(node[1]), node[2], numbers)

    def _read_bytes(self, tag: str, node: list[Any]) -> str | bytes:
        if len(node) != 2 or type(node[1]) is not int or not 0 <= node[1] <= MAX_PAYLOAD:
            raise WireError("a string in the payload has no length")
        start = self._advance(node[1])
        data = bytes(memoryview(self._payload)[start : self.position])
        if tag == "b":
            return data
        try:
            return data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise WireError("a string in the payload is not UTF-8") from None

    def _read_set(self, tag: str, node: list[Any], depth: int) -> set[Any] | frozenset[Any]:
        items = self.read(node[1:], depth + 1)
        try:
            result = set(items) if tag == "S" else frozenset(items)
        except TypeError:
            raise WireError("a set has an entry that cannot be in one") from None
        if len(result) != len(items):
            raise WireError("a set has the same entry twice")
        return result

    def _read_dict(self, node: list[Any], depth: int) -> dict[Any, Any]:
        if len(node) % 2 == 0:
            raise WireError("a dict has a key without a value")
        parts = self.read(node[1:], depth + 1)
        try:
            result = dict(zip(parts[::2], parts[1::2], strict=True))
        except TypeError:
            raise WireError("a dict has a key that cannot be one") from None
        if 2 * len(result) != len(parts):
            raise WireError("a dict has the same key twice")
        return result

    def _read_record(self, tag: str, node: list[Any], depth: int) -> Any:
        kind, count = node[1:3] if len(node) > 2 else ("", None)
        names = node[3 : 3 + count] if type(count) is int and count > 0 else []
        is_right = _is_name(kind) and len(names) > 0 and len(node) == 3 + 2 * len(names)
        if not is_right or not are_fields(names) or len({*names}) != len(names):
            raise WireError("a record is not a name, and fields with names")
        self.read(names, depth + 1)  # which checks their lengths
        make = make_record if tag == "o" else make_named_record
        return make(kind, names, self.read(node[3 + len(names) :], depth + 1))

    def _read_member(self, node: list[Any], depth: int) -> Any:
        if len(node) != 5 or not _is_name(node[1]) or type(node[2]) is not str:
            raise WireError("a member of an enum is not a name, a form, and a value")
        name, value = self.read(node[3:], depth + 1)
        if type(name) is not str or is_record(value) or take_apart(value) is not None:
            raise WireError("a member of an enum has no name, or a value with parts")
        try:
            return make_member(node[1], name, value, node[2])
        except ValueError as problem:
            raise WireError(str(problem)) from None

    def _read_array(self, node: list[Any]) -> npt.NDArray[Any]:
        dtype = dtype_named(node[1] if len(node) > 1 else None)
        shape = node[2:]
        start = self._advance(array_size(shape, dtype.itemsize))
        array: npt.NDArray[Any] = np.ndarray(shape, dtype, self._payload, start).copy()
        if dtype is _BOOL and array.view("u1").max(initial=0) > 1:
            raise WireError("a boolean is neither 0 nor 1")
        if dtype.kind == "U" and array.reshape(-1).view("<u4").max(initial=0) > sys.maxunicode:
            raise WireError("a string in an array has no such character")
        return array

    def _advance(self, size: int) -> int:
        start = self.position
        self.position += size
        if self.position > self._end:
            raise WireError("the payload ends too early")
        return start


def _is_name(kind: Any) -> bool:
    """Return whether a node can be the name of a type."""
    return type(kind) is str and len(kind) <= MAX_NAME_LENGTH and checked_name(kind) == kind


def _large_integer(node: list[Any]) -> int:
    digits = node[1] if len(node) == 2 else None
    if type(digits) is not str or not _DIGITS.fullmatch(digits):
        raise WireError("a large integer has no digits, or too many")
    return int(digits, 16)
