"""The values of a frame: what they may be, how they are written, and how they are read again.

The payload is the bytes of all floats and arrays, little-endian, without gaps and in the order in
which the header names them: there are no offsets, so none can lie. The header is JSON. In it
``null``, ``true``, ``false``, integers and strings stand for themselves; anything else is a list
that starts with a tag, so that no value can pass for one of another type:

    ["f"]  ["c"]                  a float, a complex number
    ["s", dtype]                  a numpy scalar
    ["a", dtype, n, m, ...]       an array of shape (n, m, ...)
    ["l", item, ...]  ["t", ...]  a list, a tuple
    ["d", key, value, ...]        a dict
    ["r", number, kind, value]    a ``Ref``

Two processes take turns, and each finds its caches cold: a call of a function costs as much as
what it does. So the two loops deal with frequent types themselves, and leave others to methods.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import numpy.typing as npt

MAX_PAYLOAD = 64 * 2**20
MAX_DEPTH = 12
MAX_NODES = 20_000  # values, and keys of dicts
MAX_TEXT = 2048  # bytes of a string in UTF-8

_MAX_DIMENSIONS = 8
_FLOAT = struct.Struct("<d")
_COMPLEX = struct.Struct("<dd")
_NAMES = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
_DTYPES: dict[str, np.dtype[Any]] = {name: np.dtype(f"<{name}") for name in _NAMES}
_DTYPE_NAMES = {dtype: name for name, dtype in _DTYPES.items()}
_BOOL = _DTYPES["b1"]
_DOUBLE = _DTYPES["f8"]
# Control characters but for \n and \t, line separators, and what reorders or hides text: of ASCII,
# nothing that is printable.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]"
)
MAX_NAME_LENGTH = 80
_NOT_A_NAME = re.compile(r"[^\w.]")

_Replace = Callable[[Any], Any] | None


class WireError(Exception):
    """A frame or a value breaks a rule; the text says which, in one short line."""


# Not frozen: that would take three times as long to make.
@dataclass(slots=True, unsafe_hash=True)
class Ref:
    """An object that stays where it was made.

    Attributes:
        number: What it is called by, from 0 to 2**31 - 1.
        kind: The name of its type, for messages only; on the way it loses what no name has.
        value: What numpy or ``float`` makes of it, if that is sent along; never compared.

    """

    number: int
    kind: str = ""
    value: Any = field(default=None, compare=False)


def clean_text(text: str) -> str:
    """Make of any string one that can cross and be shown, of the first ``8 * MAX_TEXT`` characters.

    Control characters and what reorders or hides text are dropped, halves of surrogate pairs
    become question marks, and the end is cut off.
    """
    shown = _UNSAFE.sub("", str.__getitem__(text, slice(8 * MAX_TEXT)))
    return shown.encode("utf-8", "replace")[:MAX_TEXT].decode("utf-8", "ignore")


class Writer:
    """Collects the pieces of a header, each after its comma, and the parts of a payload."""

    __slots__ = ("_nodes", "parts", "size", "text")

    def __init__(self) -> None:
        self.text: list[str] = []
        self.parts: list[bytes] = []
        self.size = 0  # of the parts
        self._nodes = 0

    def write(self, values: Sequence[Any], depth: int, replace: _Replace) -> None:
        """Write the values in a plain list or tuple that is in so many others.

        Raises:
            WireError: One cannot be sent.

        """
        self.count_values(len(values), depth)
        text, parts = self.text, self.parts
        for value in values:
            kind = type(value)
            if kind is str:
                if len(value) > MAX_TEXT or not value.isascii():
                    _check_text(value)
                text.append("," + encode_basestring(value))
            elif value is None:
                text.append(",null")
            elif kind is int:
                text.append(f",{_ranged(value)}")
            elif kind is float:
                text.append(',["f"]')
                parts.append(_FLOAT.pack(value))
                self._count(8)
            elif kind is bool:
                text.append(",true" if value else ",false")
            else:
                if replace is not None:
                    value = replace(value)
                    kind = type(value)
                if kind is np.ndarray and value.dtype is _DOUBLE:
                    text.append(_doubles(value.shape))
                    self._count(value.nbytes)
                    parts.append(value.tobytes())
                elif kind is list or kind is tuple:
                    text.append(',["l"' if kind is list else ',["t"')
                    self.write(value, depth + 1, replace)
                    text.append("]")
                elif kind is np.float64:
                    text.append(',["s","f8"]')
                    parts.append(_FLOAT.pack(value))
                    self._count(8)
                elif kind is Ref:
                    text.append(f',["r",{_numbered(value.number)},"{_name(value.kind)}"')
                    self.write((value.value,), depth + 1, None)
                    text.append("]")
                else:
                    self._write_other(value, depth, replace)

    def count_values(self, values: int, depth: int = 0) -> None:
        """Count values; ``WireError`` if there are too many, or they are nested too deeply."""
        self._nodes += values
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise _too_many(depth)

    def _write_other(self, value: Any, depth: int, replace: _Replace) -> None:
        # By type(), as an object can feign its __class__; and with the methods of the plain
        # types, as a subclass may have overridden them.
        kind = type(value)
        if issubclass(kind, dict):
            items = [part for key, item in dict.items(value) for part in (_key(key), item)]
            self._write_items('["d"', items, depth, replace)
        elif issubclass(kind, list):
            self._write_items('["l"', [*list.__iter__(value)], depth, replace)
        elif issubclass(kind, tuple):
            self._write_items('["t"', [*tuple.__iter__(value)], depth, replace)
        elif issubclass(kind, np.ndarray):
            self._write_array('["a"', np.asarray(value))
        elif kind is bool or value is None:
            self._write_plain(value, depth)
        elif issubclass(kind, str):
            self._write_plain(str.__str__(value), depth)
        elif issubclass(kind, np.generic):
            self._write_array('["s"', np.asarray(value))
        elif issubclass(kind, int):
            self._write_plain(int.__int__(value), depth)
        elif issubclass(kind, float):
            self._write_plain(float.__float__(value), depth)
        elif issubclass(kind, complex):
            number = complex.__complex__(value)
            self.text.append(',["c"]')
            self.parts.append(_COMPLEX.pack(number.real, number.imag))
            self._count(16)
        else:
            raise WireError(f"a value of type {_name(kind.__name__)} cannot be sent")

    def _write_items(self, head: str, items: list[Any], depth: int, replace: _Replace) -> None:
        self.text.append("," + head)
        self.write(items, depth + 1, replace)
        self.text.append("]")

    def _write_plain(self, value: Any, depth: int) -> None:
        self._nodes -= 1  # it has been counted already
        self.write((value,), depth, None)

    def _write_array(self, head: str, array: npt.NDArray[Any]) -> None:
        name = _DTYPE_NAMES.get(array.dtype) or _swapped(array.dtype)
        self.text.append(_array_head(head, name, array.shape))
        # Before anything is copied: a broadcast array may be far larger than its memory.
        self._count(array.nbytes)
        if array.dtype not in _DTYPE_NAMES:
            array = array.astype(_DTYPES[name])
        elif name == "b1":  # an array that was never filled may hold other bytes than 0 and 1
            array = array.view("u1") != 0
        self.parts.append(array.tobytes())

    def _count(self, size: int) -> None:
        self.size += size
        if self.size > MAX_PAYLOAD:
            raise WireError(f"the arrays have over {MAX_PAYLOAD} bytes")


class Reader:
    """Checks a parsed header node by node, and takes what belongs to it from the payload.

    Args:
        payload: What ends with the payload.
        position: Where it begins in that.

    """

    __slots__ = ("_end", "_nodes", "_payload", "position")

    def __init__(self, payload: bytes | bytearray | memoryview, position: int) -> None:
        self._payload = payload
        self._end = len(payload)
        self.position = position
        self._nodes = 0

    def read(self, nodes: list[Any], depth: int) -> list[Any]:
        """Make the values of nodes that are in so many others.

        Raises:
            WireError: One breaks a rule.

        """
        self._nodes += len(nodes)
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise _too_many(depth)
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
                        value = np.ndarray(shape, _DOUBLE, self._payload, start).copy()
                    else:  # an array of another kind, or one that breaks a rule
                        value = self._read_array(node)
                elif tag == "f" and len(node) == 1:
                    value = _FLOAT.unpack_from(self._payload, self._advance(8))[0]
                elif tag == "l":
                    value = self.read(node[1:], depth + 1)
                elif tag == "t":
                    value = tuple(self.read(node[1:], depth + 1))
                else:
                    value = self._read_other(tag, node, depth)
            elif kind is str:
                if len(node) > MAX_TEXT or not (node.isascii() and node.isprintable()):
                    _check_text(node)
                    value = _UNSAFE.sub("", node)
            elif kind is int:
                _ranged(node)
            elif kind is dict:
                raise WireError("the header has a JSON object")
            values.append(value)
        return values

    def _read_other(self, tag: Any, node: list[Any], depth: int) -> Any:
        if tag == "d":
            return self._read_dict(node[1::2], node[2::2], depth)
        if tag == "r":
            named = len(node) == 4 and type(node[2]) is str and len(node[2]) <= MAX_NAME_LENGTH
            if not named or _name(node[2]) != node[2]:
                raise WireError("a reference is not a number, a name and a value")
            numbers = None if node[3] is None else self.read(node[3:], depth + 1)[0]
            return Ref(_numbered(node[1]), node[2], numbers)
        if tag not in ("c", "f", "s"):
            raise WireError("a list in the header has no known tag")
        if len(node) != (2 if tag == "s" else 1):
            raise WireError("a number in the header has too many parts or too few")
        if node[-1] == "f8":
            return np.float64(_FLOAT.unpack_from(self._payload, self._advance(8))[0])
        if tag == "s":
            return self._read_array(node)[()]
        return complex(*_COMPLEX.unpack_from(self._payload, self._advance(16)))

    def _read_dict(self, keys: list[Any], items: list[Any], depth: int) -> dict[Any, Any]:
        if len(keys) != len(items):
            raise WireError("a dict has a key without a value")
        self._nodes += len(keys)
        values = self.read(items, depth + 1)
        result = {_key(key): value for key, value in zip(keys, values, strict=True)}
        if len(result) != len(keys):
            raise WireError("a dict has the same key twice")
        return result

    def _read_array(self, node: list[Any]) -> npt.NDArray[Any]:
        try:
            dtype = _DTYPES[node[1]]
        except (IndexError, KeyError, TypeError):
            raise WireError("an array has no known dtype") from None
        shape = node[2:]
        start = self._advance(_array_size(shape, dtype.itemsize))
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


def _too_many(depth: int) -> WireError:
    if depth > MAX_DEPTH:
        return WireError(f"the values are nested over {MAX_DEPTH} deep")
    return WireError(f"there are over {MAX_NODES} values")


# Few shapes come again and again, and to print numbers costs more than to look a shape up.
@lru_cache(maxsize=1024)
def _doubles(shape: tuple[int, ...]) -> str:
    return _array_head('["a"', "f8", shape)


def _array_head(head: str, name: str, shape: tuple[int, ...]) -> str:
    _array_size(shape, _DTYPES[name].itemsize)
    return "".join([f',{head},"{name}"', *[f",{length}" for length in shape], "]"])


def _array_size(shape: Sequence[Any], itemsize: int) -> int:
    """Give the bytes of an array, after checking its shape.

    Lengths of zero count as one for the limit: what is computed from an array of shape
    (0, 2**50) may well need memory for 2**50 numbers.
    """
    if len(shape) > _MAX_DIMENSIONS:
        raise WireError(f"an array has over {_MAX_DIMENSIONS} dimensions")
    size = itemsize
    for length in shape:
        if type(length) is not int or length < 0:
            raise WireError("the shape of an array is not made of integers from 0")
        size *= length or 1
    if size > MAX_PAYLOAD:
        raise WireError("an array is too large to be sent")
    return 0 if 0 in shape else size


def _swapped(dtype: np.dtype[Any]) -> str:
    """Name the dtype that an array of the other byte order is sent as."""
    name = _DTYPE_NAMES.get(dtype.newbyteorder("<")) if dtype.kind in "iufc" else None
    if name is None:
        raise WireError(f"an array of dtype {_name(dtype.name)} cannot be sent")
    return name


def _check_text(text: str) -> None:
    try:
        fits = len(text) <= MAX_TEXT and (text.isascii() or len(text.encode()) <= MAX_TEXT)
    except UnicodeEncodeError:
        raise WireError("a string has half a surrogate pair") from None
    if not fits:
        raise WireError(f"a string is longer than {MAX_TEXT} bytes")


def _key(key: Any) -> str | int:
    """Check the key of a dict. Without control characters: dropping them could make two equal."""
    kind = type(key)
    if issubclass(kind, str):
        text = str.__str__(key)
        if len(text) > MAX_TEXT or not (text.isascii() and text.isprintable()):
            _check_text(text)
            if _UNSAFE.search(text):
                raise WireError("a dict has a key with control characters")
        return text
    if issubclass(kind, int) and kind is not bool:
        return _ranged(int.__int__(key))
    raise WireError(f"a dict has a key of type {_name(kind.__name__)}, not str or int")


def _ranged(number: int) -> int:
    if -(2**63) <= number < 2**63:
        return number
    raise WireError("an integer has over 64 bits")


def _numbered(number: Any) -> int:
    if type(number) is int and 0 <= number < 2**31:
        return number
    raise WireError("the number of a reference is not an integer from 0 to 2**31 - 1")


def _name(text: str) -> str:
    return _short_name(text[:MAX_NAME_LENGTH])


# What is remembered is short: a student decides what it is.
@lru_cache(maxsize=1024)
def _short_name(text: str) -> str:
    return _NOT_A_NAME.sub("_", text)
