"""Frames of numbers and arrays between the grader and a worker; neither trusts what it reads.

A frame is a prefix (the lengths of what follows), a header and a payload. The payload is the bytes
of all floats and arrays, little-endian, without gaps and in the order in which the header names
them: there are no offsets, so none can lie. The header is JSON. In it ``null``, ``true``,
``false``, integers and strings stand for themselves; anything else is a list that starts with a
tag, so that no value can pass for one of another type:

    ["f"]  ["c"]                  a float, a complex number
    ["s", dtype]                  a numpy scalar
    ["a", dtype, n, m, ...]       an array of shape (n, m, ...)
    ["l", item, ...]  ["t", ...]  a list, a tuple
    ["d", key, value, ...]        a dict
    ["r", number, kind, value]    a ``Ref``
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from json import JSONDecoder
from json.encoder import encode_basestring
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

MAX_HEADER = 256 * 1024
MAX_PAYLOAD = 64 * 2**20
MAX_DEPTH = 12
MAX_NODES = 20_000  # values, and keys of dicts
MAX_TEXT = 2048  # bytes of a string in UTF-8
PREFIX_SIZE = 12

_PREFIX = struct.Struct("<IQ")
_FLOAT = struct.Struct("<d")
_COMPLEX = struct.Struct("<dd")
_MAX_DIMENSIONS = 8
_CHUNK = 2**20
_NAMES = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
_DTYPES: dict[str, np.dtype[Any]] = {name: np.dtype(f"<{name}") for name in _NAMES}
_DTYPE_NAMES = {dtype: name for name, dtype in _DTYPES.items()}
# Control characters but for \n and \t, line separators, and what reorders or hides text.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_BOOL = _DTYPES["b1"]
_NOT_A_NAME = re.compile(r"[^\w.]")


class WireError(Exception):
    """A frame or a value breaks a rule; the text says which, in one short line."""


@dataclass(frozen=True, slots=True)
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


def _identity(value: Any) -> Any:
    return value


def encode(value: Any, replace: Callable[[Any], Any] = _identity) -> bytes:
    """Turn a value into a whole frame; what is encoded can be decoded.

    Args:
        value: None, a bool, number, string, array or ``Ref``, or lists, tuples and dicts of them.
            What is of a subclass crosses as the plain type.
        replace: Called with every value but None, bool, int, float and str, outer ones first;
            what it returns is encoded instead. The values inside that are replaced in turn, but
            not that itself, nor the value of a ``Ref``.

    Raises:
        WireError: A value is of a type that cannot be sent, or something is over its limit.

    """
    writer = _Writer(replace)
    header = writer.write(value, 0).encode()
    _check_lengths(len(header), writer.position)
    return b"".join([_PREFIX.pack(len(header), writer.position), header, *writer.parts])


def split_prefix(prefix: bytes) -> tuple[int, int]:
    """Read the lengths of header and payload, so that nothing is allocated for absurd ones.

    Raises:
        WireError: The prefix is incomplete, or a length is over its limit.

    """
    if len(prefix) != PREFIX_SIZE:
        raise WireError(f"a frame begins with {PREFIX_SIZE} bytes, not {len(prefix)}")
    header, payload = _PREFIX.unpack(prefix)
    _check_lengths(header, payload)
    return header, payload


def decode(header: bytes | memoryview, payload: bytes | bytearray | memoryview) -> Any:
    """Turn a header and a payload back into the value; its arrays are writable copies.

    Raises:
        WireError: The frame breaks a rule.

    """
    _check_lengths(len(header), len(payload))
    try:
        text = str(header, "utf-8")
        tree, end = _JSON.raw_decode(text)
    except (RecursionError, MemoryError):
        raise WireError("the header is nested too deeply") from None
    except ValueError:  # not UTF-8, not JSON, or an integer of thousands of digits
        raise WireError("the header is not valid JSON") from None
    reader = _Reader(payload)
    value = reader.read(tree, 0)
    if end != len(text) or reader.position != len(payload):
        raise WireError("the frame goes on after its value")
    return value


def read_frame(fd: int) -> Any:
    """Wait for a frame and decode it; memory is taken as bytes come, not as they are announced.

    Raises:
        EOFError: The other side closed its end, and no frame had begun.
        WireError: The frame breaks a rule or ends too early.

    """
    prefix = _read(fd, PREFIX_SIZE)
    if not prefix:
        raise EOFError("the other side closed its end")
    header, payload = split_prefix(prefix)
    body = memoryview(_read(fd, header + payload))
    if len(body) != header + payload:
        raise WireError(f"the frame ends after {len(body)} of {header + payload} bytes")
    return decode(body[:header], body[header:])


def write_frame(fd: int, frame: bytes) -> None:
    """Write a whole frame, and wait until the other side has room for it.

    Raises:
        OSError: The other side closed its end.

    """
    written = os.write(fd, frame)
    while written < len(frame):
        written += os.write(fd, memoryview(frame)[written:])


def clean_text(text: str) -> str:
    """Make of any string one that can cross and be shown, of the first ``8 * MAX_TEXT`` characters.

    Control characters and what reorders or hides text are dropped, halves of surrogate pairs
    become question marks, and the end is cut off.
    """
    shown = _UNSAFE.sub("", str.__getitem__(text, slice(8 * MAX_TEXT)))
    return shown.encode("utf-8", "replace")[:MAX_TEXT].decode("utf-8", "ignore")


class _Walk:
    """What both directions count on their way through a value."""

    __slots__ = ("nodes", "position")

    def __init__(self) -> None:
        self.nodes = 1
        self.position = 0  # in the payload

    def enter(self, depth: int, nodes: int) -> int:
        """Check a container, and give the depth of what it holds."""
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise WireError(f"there are over {MAX_NODES} values")
        if depth >= MAX_DEPTH:
            raise WireError(f"the values are nested over {MAX_DEPTH} deep")
        return depth + 1


class _Writer(_Walk):
    """Writes the header, and collects the payload."""

    __slots__ = ("parts", "replace")

    def __init__(self, replace: Callable[[Any], Any]) -> None:
        super().__init__()
        self.replace = replace
        self.parts: list[bytes] = []

    def write(self, value: Any, depth: int) -> str:
        kind = type(value)
        if kind is str:
            return encode_basestring(_fitting(value))
        if kind is int:
            return str(_ranged(value))
        if kind is float:
            self._add(8)
            self.parts.append(_FLOAT.pack(value))
            return '["f"]'
        if value is None:
            return "null"
        if kind is bool:
            return "true" if value else "false"
        return self._write_replaced(self.replace(value), depth)

    def _write_replaced(self, value: Any, depth: int) -> str:
        # By type(), as an object can feign its __class__; and with the methods of the plain
        # types, as a subclass may have overridden them.
        kind = type(value)
        if kind is np.ndarray:
            return self._write_array('["a"', value)
        if issubclass(kind, list):
            return self._write_items('["l"', list.__len__(value), list.__iter__(value), depth)
        if issubclass(kind, tuple):
            return self._write_items('["t"', tuple.__len__(value), tuple.__iter__(value), depth)
        if issubclass(kind, dict):
            return self._write_dict(value, depth)
        if issubclass(kind, Ref):
            depth = self.enter(depth, 1)
            head = f'["r",{_numbered(value.number)},"{_name(value.kind)}"'
            return f"{head},{self._write_replaced(value.value, depth)}]"
        if issubclass(kind, np.ndarray):
            return self._write_array('["a"', np.asarray(value))
        if kind is bool or value is None:
            return self.write(value, depth)
        if issubclass(kind, str):
            return self.write(str.__str__(value), depth)
        if issubclass(kind, np.generic):
            return self._write_array('["s"', np.asarray(value))
        if issubclass(kind, int):
            return self.write(int.__int__(value), depth)
        if issubclass(kind, float):
            return self.write(float.__float__(value), depth)
        if issubclass(kind, complex):
            number = complex.__complex__(value)
            self._add(16)
            self.parts.append(_COMPLEX.pack(number.real, number.imag))
            return '["c"]'
        raise WireError(f"a value of type {_name(kind.__name__)} cannot be sent")

    def _write_items(self, text: str, length: int, items: Iterable[Any], depth: int) -> str:
        depth = self.enter(depth, length)
        return ",".join([text, *[self.write(item, depth) for item in items]]) + "]"

    def _write_dict(self, value: dict[Any, Any], depth: int) -> str:
        depth = self.enter(depth, 2 * dict.__len__(value))
        pieces = ['["d"']
        for key, item in dict.items(value):
            pieces.append(self.write(_key(key), depth))
            pieces.append(self.write(item, depth))
        return ",".join(pieces) + "]"

    def _write_array(self, text: str, array: npt.NDArray[Any]) -> str:
        name = _DTYPE_NAMES.get(array.dtype) or _swapped(array.dtype)
        text += f',"{name}"'
        for length in array.shape:
            text += f",{length}"
        # Before anything is copied: a broadcast array may be far larger than its memory.
        self._add(_array_size(array.shape, array.itemsize))
        if array.dtype not in _DTYPE_NAMES:
            array = array.astype(_DTYPES[name])
        elif name == "b1":  # an array that was never filled may hold other bytes than 0 and 1
            array = array.view("u1") != 0
        self.parts.append(array.tobytes())
        return text + "]"

    def _add(self, size: int) -> None:
        self.position += size
        if self.position > MAX_PAYLOAD:
            raise WireError(f"the arrays have over {MAX_PAYLOAD} bytes")


class _Reader(_Walk):
    """Checks the parsed header node by node, and takes what belongs to it from the payload."""

    __slots__ = ("payload",)

    def __init__(self, payload: bytes | bytearray | memoryview) -> None:
        super().__init__()
        self.payload = payload

    def read(self, node: Any, depth: int) -> Any:
        kind = type(node)
        if kind is list:
            try:
                read = _READERS[node[0]]
            except (IndexError, KeyError, TypeError):
                raise WireError("a list in the header has no known tag") from None
            return read(self, node, depth)
        if kind is str:
            return _shown(_fitting(node))
        if kind is int:
            return _ranged(node)
        if kind is dict:
            raise WireError("the header has a JSON object")
        return node

    def _read_list(self, node: list[Any], depth: int) -> list[Any]:
        depth = self.enter(depth, len(node) - 1)
        return [self.read(item, depth) for item in node[1:]]

    def _read_tuple(self, node: list[Any], depth: int) -> tuple[Any, ...]:
        return tuple(self._read_list(node, depth))

    def _read_dict(self, node: list[Any], depth: int) -> dict[Any, Any]:
        depth = self.enter(depth, len(node) - 1)
        if len(node) % 2 == 0:
            raise WireError("a dict has a key without a value")
        result = {}
        for key, item in zip(node[1::2], node[2::2], strict=True):
            if _key(key) in result:
                raise WireError("a dict has the same key twice")
            result[key] = self.read(item, depth)
        return result

    def _read_ref(self, node: list[Any], depth: int) -> Ref:
        depth = self.enter(depth, 1)
        if len(node) != 4 or type(node[2]) is not str or _name(node[2]) != node[2]:
            raise WireError("a reference is not a number, a name and a value")
        return Ref(_numbered(node[1]), node[2], self.read(node[3], depth))

    def _read_array(self, node: list[Any], _depth: int) -> npt.NDArray[Any]:
        try:
            dtype = _DTYPES[node[1]]
        except (IndexError, KeyError, TypeError):
            raise WireError("an array has no known dtype") from None
        shape = node[2:]
        start = self._advance(_array_size(shape, dtype.itemsize))
        array: npt.NDArray[Any] = np.ndarray(shape, dtype, self.payload, start).copy()
        if dtype is _BOOL and array.view("u1").max(initial=0) > 1:
            raise WireError("a boolean is neither 0 nor 1")
        return array

    def _read_scalar(self, node: list[Any], depth: int) -> Any:
        _check_length(node, 2)
        return self._read_array(node, depth)[()]

    def _read_float(self, node: list[Any], _depth: int) -> float:
        _check_length(node, 1)
        number: float = _FLOAT.unpack_from(self.payload, self._advance(8))[0]
        return number

    def _read_complex(self, node: list[Any], _depth: int) -> complex:
        _check_length(node, 1)
        return complex(*_COMPLEX.unpack_from(self.payload, self._advance(16)))

    def _advance(self, size: int) -> int:
        start = self.position
        self.position += size
        if self.position > len(self.payload):
            raise WireError("the payload ends too early")
        return start


_READERS: dict[str, Callable[[_Reader, list[Any], int], Any]] = {
    "a": _Reader._read_array,
    "c": _Reader._read_complex,
    "d": _Reader._read_dict,
    "f": _Reader._read_float,
    "l": _Reader._read_list,
    "r": _Reader._read_ref,
    "s": _Reader._read_scalar,
    "t": _Reader._read_tuple,
}


def _reject(literal: str) -> NoReturn:
    raise WireError("the header has a number that is not an integer")


_JSON = JSONDecoder(parse_float=_reject, parse_constant=_reject)


def _check_lengths(header: int, payload: int) -> None:
    if header > MAX_HEADER:
        raise WireError(f"the header has {header} bytes; at most {MAX_HEADER} are allowed")
    if payload > MAX_PAYLOAD:
        raise WireError(f"the payload has {payload} bytes; at most {MAX_PAYLOAD} are allowed")


def _check_length(node: list[Any], length: int) -> None:
    if len(node) != length:
        raise WireError("a number in the header has too many parts or too few")


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


def _fitting(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise WireError(f"a string is longer than {MAX_TEXT} bytes")
    if not text.isascii():
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            raise WireError("a string has half a surrogate pair") from None
        if size > MAX_TEXT:
            raise WireError(f"a string is longer than {MAX_TEXT} bytes")
    return text


def _shown(text: str) -> str:
    return text if text.isprintable() else _UNSAFE.sub("", text)


def _key(key: Any) -> str | int:
    """Check the key of a dict. Without control characters: dropping them could make two equal."""
    kind = type(key)
    if issubclass(kind, str):
        key = _fitting(str.__str__(key))
        if _shown(key) == key:
            return str(key)
        raise WireError("a dict has a key with control characters")
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
    return _NOT_A_NAME.sub("_", text[:80])


def _read(fd: int, size: int) -> bytes:
    """Read that many bytes, or fewer if the other side closes its end."""
    data = os.read(fd, min(size, _CHUNK))
    if len(data) == size or not data:
        return data
    chunks = [data]
    missing = size - len(data)
    while missing and data:
        data = os.read(fd, min(missing, _CHUNK))
        chunks.append(data)
        missing -= len(data)
    return b"".join(chunks)
