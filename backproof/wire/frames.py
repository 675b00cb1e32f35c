"""Frames of numbers and arrays between the grader and a worker; neither trusts what it reads.

A frame is a prefix with two lengths, a header and a payload; ``values`` describes the latter two.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from json import JSONDecoder
from typing import Any, NoReturn

import numpy as np

from backproof.wire.reader import Reader
from backproof.wire.values import DOUBLE, MAX_PAYLOAD, Ref, WireError
from backproof.wire.writer import Writer, head_of_reference

MAX_HEADER = 256 * 1024
PREFIX_SIZE = 12

_PREFIX = struct.Struct("<IQ")
# The capacity of a pipe, which no read exceeds; allocating a larger buffer takes longer.
_CHUNK = 2**16


def encode(value: Any, replace: Callable[[Any], Any] | None = None) -> bytes:
    """Encode a value as a whole frame, which can be decoded.

    Args:
        value: None, a bool, number, string, array or ``Ref``, or lists, tuples and dicts of them.
            Values of subclasses cross as the plain type.
        replace: Called with every value except None, bool, int, float and str, outer ones first.
            Its result is encoded in the place of the value. The values inside that result are
            replaced in turn, but not the result itself, nor the value of a ``Ref``.

    Raises:
        WireError: A value is of a type that cannot be sent, or a limit is exceeded.

    """
    writer = Writer()
    writer.write((value,), 0, replace)
    header = "".join(writer.text)[1:].encode()
    if len(header) > MAX_HEADER:
        raise _too_long(len(header), writer.size)
    return b"".join([_PREFIX.pack(len(header), writer.size), header, *writer.parts])


class ListWriter:
    """Encodes a list of tuples one by one, each with the content that it has when it is added."""

    def __init__(self) -> None:
        self._writer = Writer()

    def add(self, value: tuple[Any, ...]) -> None:
        """Encode one more tuple; ``WireError`` if it cannot be sent, or a limit is exceeded."""
        writer = self._writer
        writer.count_nodes(1)
        writer.text.append(',["t"')
        writer.write(value, 2, None)
        writer.text.append("]")

    def add_result(self, value: Any, number: int) -> None:
        """Encode the reply to a call with a result, as ``add`` does; most take a shorter way."""
        writer = self._writer
        if type(value) is np.ndarray and value.dtype is DOUBLE:
            nodes, head = 5, writer.head_of_doubles(value)
        elif type(value) is tuple and all(map(_is_short, value)):
            nodes, head = 5, ',["t"'
            for part in value:
                is_array = type(part) is np.ndarray
                head += writer.head_of_doubles(part) if is_array else head_of_reference(part)
                nodes += 1 if is_array else 2
            head += "]"
        else:
            self.add((None, value, number, None))
            return
        writer.count_nodes(nodes)
        writer.text.append(f',["t",null{head},{number},null]')

    def frame(self) -> bytes:
        """Return the list as a whole frame."""
        writer = self._writer
        header = "".join(['["l"', *writer.text, "]"]).encode()
        if len(header) > MAX_HEADER:
            raise _too_long(len(header), writer.size)
        return b"".join([_PREFIX.pack(len(header), writer.size), header, *writer.parts])


def _is_short(part: Any) -> bool:
    kind = type(part)
    return (kind is np.ndarray and part.dtype is DOUBLE) or (kind is Ref and part.value is None)


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
    """Decode a header and a payload; the arrays of the value are writable copies.

    Args:
        header: The header, without the prefix.
        payload: Bytes that end with the payload.
        start: Where the payload begins in them, so that it need not be copied.

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
    """Decode a whole frame, as ``encode`` returns it.

    Raises:
        WireError: It breaks a rule, or has another length than its prefix announces.

    """
    header, payload = split_prefix(frame[:PREFIX_SIZE])
    start = PREFIX_SIZE + header
    if len(frame) != start + payload:
        raise WireError("a frame is not as long as it says")
    return decode(frame[PREFIX_SIZE:start], frame, start)


def read_frame(fd: int) -> Any:
    """Wait for a frame and decode it; memory is allocated for bytes that came, not announced ones.

    Raises:
        EOFError: The other side closed its end before a frame began.
        WireError: The frame breaks a rule or ends too early, or another one came with it.

    """
    data = os.read(fd, _CHUNK)
    if not data:
        raise EOFError("the other side closed its end")
    if len(data) < PREFIX_SIZE:
        data = _read_until(fd, data, PREFIX_SIZE)
    header, payload = split_prefix(data[:PREFIX_SIZE])
    start = PREFIX_SIZE + header
    size = start + payload
    if len(data) < size:
        data = _read_until(fd, data, size)
    if len(data) < size:
        received = len(data) - PREFIX_SIZE
        raise WireError(f"the frame ends after {received} of {header + payload} bytes")
    if len(data) > size:
        raise WireError("there is more than one frame")
    return decode(data[PREFIX_SIZE:start], data, start)


def write_frame(fd: int, frame: bytes) -> None:
    """Write a whole frame, and wait where the other side has no room for it yet.

    Raises:
        OSError: The other side closed its end.

    """
    written = os.write(fd, frame)
    while written < len(frame):
        written += os.write(fd, memoryview(frame)[written:])


def _read_until(fd: int, data: bytes, size: int) -> bytes:
    """Read until there are ``size`` bytes, or fewer if the other side closes its end."""
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
