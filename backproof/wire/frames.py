"""Frames of numbers and arrays between the grader and a worker; neither trusts what it reads.

A frame is a prefix (the lengths of what follows), a header and a payload; ``codec`` says what is
in those two.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from json import JSONDecoder
from typing import Any, NoReturn

from backproof.wire.values import (
    MAX_DEPTH,
    MAX_NODES,
    MAX_PAYLOAD,
    MAX_TEXT,
    Reader,
    Ref,
    WireError,
    Writer,
    clean_text,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_HEADER",
    "MAX_NODES",
    "MAX_PAYLOAD",
    "MAX_TEXT",
    "PREFIX_SIZE",
    "ListWriter",
    "Ref",
    "WireError",
    "clean_text",
    "decode",
    "decode_frame",
    "encode",
    "read_frame",
    "split_prefix",
    "write_frame",
]

MAX_HEADER = 256 * 1024
PREFIX_SIZE = 12

_PREFIX = struct.Struct("<IQ")
# What a pipe holds, so no read gives more; and a larger buffer takes long to make.
_CHUNK = 2**16


def encode(value: Any, replace: Callable[[Any], Any] | None = None) -> bytes:
    """Turn a value into a whole frame; what is encoded can be decoded.

    Args:
        value: None, a bool, number, string, array or ``Ref``, or lists, tuples and dicts of them.
            What is of a subclass crosses as the plain type.
        replace: Called with every value but None, bool, int, float and str, outer ones first;
            what it returns is encoded instead. The values inside that are replaced in turn, but
            not that itself, nor what a ``Ref`` holds.

    Raises:
        WireError: A value is of a type that cannot be sent, or something is over its limit.

    """
    writer = Writer()
    writer.write((value,), 0, replace)
    return _frame("".join(writer.text)[1:], writer)


class ListWriter:
    """Encodes a list of tuples one by one, each as it is when it is added."""

    def __init__(self) -> None:
        self._writer = Writer()

    def add(self, value: tuple[Any, ...]) -> None:
        """Encode one more tuple; ``WireError`` if it cannot be sent, or is one too many."""
        writer = self._writer
        writer.count_values(1)
        writer.text.append(',["t"')
        writer.write(value, 2, None)
        writer.text.append("]")

    def frame(self) -> bytes:
        """Give the list as a whole frame."""
        return _frame("".join(['["l"', *self._writer.text, "]"]), self._writer)


def _frame(text: str, writer: Writer) -> bytes:
    header = text.encode()
    if len(header) > MAX_HEADER:
        raise _too_long(len(header), writer.size)
    return b"".join([_PREFIX.pack(len(header), writer.size), header, *writer.parts])


def split_prefix(prefix: bytes) -> tuple[int, int]:
    """Read the lengths of header and payload, so that nothing is allocated for absurd ones.

    Raises:
        WireError: The prefix is incomplete, or a length is over its limit.

    """
    if len(prefix) != PREFIX_SIZE:
        raise WireError(f"a frame begins with {PREFIX_SIZE} bytes, not {len(prefix)}")
    header, payload = _PREFIX.unpack(prefix)
    if header > MAX_HEADER or payload > MAX_PAYLOAD:
        raise _too_long(header, payload)
    return header, payload


def decode(
    header: bytes | memoryview, payload: bytes | bytearray | memoryview, start: int = 0
) -> Any:
    """Turn a header and a payload back into the value; its arrays are writable copies.

    Args:
        header: The header, without the prefix.
        payload: What ends with the payload.
        start: Where the payload begins in that, so that it need not be cut out.

    Raises:
        WireError: The frame breaks a rule.

    """
    if len(header) > MAX_HEADER or len(payload) - start > MAX_PAYLOAD:
        raise _too_long(len(header), len(payload) - start)
    try:
        text = str(header, "utf-8")
        tree, end = _JSON.raw_decode(text)
    except (RecursionError, MemoryError):
        raise WireError("the header is nested too deeply") from None
    except ValueError:  # not UTF-8, not JSON, or an integer of thousands of digits
        raise WireError("the header is not valid JSON") from None
    reader = Reader(payload, start)
    [value] = reader.read([tree], 0)
    if end != len(text) or reader.position != len(payload):
        raise WireError("the frame goes on after its value")
    return value


def decode_frame(frame: bytes) -> Any:
    """Decode a whole frame, as ``encode`` gave it.

    Raises:
        WireError: It breaks a rule, or its lengths are not those that it announces.

    """
    header, payload = split_prefix(frame[:PREFIX_SIZE])
    start = PREFIX_SIZE + header
    if len(frame) != start + payload:
        raise WireError("a frame is not as long as it says")
    return decode(frame[PREFIX_SIZE:start], frame, start)


def read_frame(fd: int) -> Any:
    """Wait for a frame and decode it; memory is taken as bytes come, not as they are announced.

    Raises:
        EOFError: The other side closed its end, and no frame had begun.
        WireError: The frame breaks a rule or ends too early, or more came along with it: only
            one is ever on its way.

    """
    data = os.read(fd, _CHUNK)
    if not data:
        raise EOFError("the other side closed its end")
    if len(data) < PREFIX_SIZE:
        data = _read_on(fd, data, PREFIX_SIZE)
    header, payload = split_prefix(data[:PREFIX_SIZE])
    start = PREFIX_SIZE + header
    size = start + payload
    if len(data) < size:
        data = _read_on(fd, data, size)
    if len(data) < size:
        came = len(data) - PREFIX_SIZE
        raise WireError(f"the frame ends after {came} of {header + payload} bytes")
    if len(data) > size:
        raise WireError("there is more than one frame")
    return decode(data[PREFIX_SIZE:start], data, start)


def write_frame(fd: int, frame: bytes) -> None:
    """Write a whole frame, and wait until the other side has room for it.

    Raises:
        OSError: The other side closed its end.

    """
    written = os.write(fd, frame)
    while written < len(frame):
        written += os.write(fd, memoryview(frame)[written:])


def _read_on(fd: int, data: bytes, size: int) -> bytes:
    """Read until there are that many bytes, or fewer if the other side closes its end."""
    chunks = [data]
    missing = size - len(data)
    while missing and (data := os.read(fd, min(missing, _CHUNK))):
        chunks.append(data)
        missing -= len(data)
    return b"".join(chunks)


def _too_long(header: int, payload: int) -> WireError:
    if header > MAX_HEADER:
        return WireError(f"the header has {header} bytes; at most {MAX_HEADER} are allowed")
    return WireError(f"the payload has {payload} bytes; at most {MAX_PAYLOAD} are allowed")


def _reject(literal: str) -> NoReturn:
    raise WireError("the header has a number that is not an integer")


_JSON = JSONDecoder(parse_float=_reject, parse_constant=_reject)
