"""Encoding of values as the header and the payload of a frame.

A call takes about as long as all it does, because two processes take turns and each finds its
caches cold. So the loop handles frequent types itself, and calls methods for others only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import numpy.typing as npt

from backproof.wire.anatomy import (
    FROZENSET,
    MAX_INTEGER_BITS,
    NOT_PLAIN,
    SET,
    Anatomy,
    plain,
    take_apart,
)
from backproof.wire.records import form_of, is_record
from backproof.wire.values import (
    COMPLEX,
    DOUBLE,
    DTYPES,
    FLOAT,
    MAX_DEPTH,
    MAX_INTEGER,
    MAX_NODES,
    MAX_PAYLOAD,
    MAX_TEXT,
    Ref,
    WireError,
    array_size,
    checked_name,
    checked_reference,
    dtype_named,
    stands_for_itself,
    too_many,
)

_DTYPE_NAMES = {dtype: name for name, dtype in DTYPES.items()}

Replace = Callable[[Any], Any] | None


class Writer:
    """Collects the pieces of a header and the parts of a payload.

    Attributes:
        text: The pieces of the header, each after its comma.
        parts: The parts of the payload.
        size: The bytes of these parts.

    """

    __slots__ = ("_nodes", "parts", "size", "text")

    def __init__(self) -> None:
        self.text: list[str] = []
        self.parts: list[bytes] = []
        self.size = 0
        self._nodes = 0

    def write(self, values: Sequence[Any], depth: int, replace: Replace) -> None:
        """Write the values in a plain list or tuple that is nested so deeply.

        Raises:
            WireError: One cannot be sent, or a limit is exceeded.

        """
        self._nodes += len(values)
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise too_many(depth)
        text, parts = self.text, self.parts
        for value in values:
            kind = type(value)
            if kind is str:
                if len(value) <= MAX_TEXT and value.isascii() and value.isprintable():
                    text.append("," + encode_basestring(value))
                else:
                    self._write_text(value)
            elif value is None:
                text.append(",null")
            elif kind is int:
                if -MAX_INTEGER - 1 <= value <= MAX_INTEGER:
                    text.append(f",{value}")
                else:
                    text.append(_large_integer(value))
            elif kind is float:
                text.append(',["f"]')
                parts.append(FLOAT.pack(value))
                self.size += 8
            elif kind is bool:
                text.append(",true" if value else ",false")
            else:
                if replace is not None:
                    value = replace(value)
                    kind = type(value)
                if kind is np.ndarray and value.dtype is DOUBLE:
                    text.append(self.head_of_doubles(value))
                elif kind is list or kind is tuple:
                    text.append(',["l"' if kind is list else ',["t"')
                    self.write(value, depth + 1, replace)
                    text.append("]")
                elif kind is np.float64:
                    text.append(',["s","f8"]')
                    parts.append(FLOAT.pack(value))
                    self.size += 8
                elif kind is Ref:
                    number, name = checked_reference(value.number), checked_name(value.kind)
                    text.append(f',["r",{number},"{name}"')
                    self.write((value.value,), depth + 1, None)
                    text.append("]")
                else:
                    self._write_other(value, depth, replace)
        if self.size > MAX_PAYLOAD:
            raise _too_large()

    def head_of_doubles(self, array: npt.NDArray[Any]) -> str:
        """Add the bytes of an array of doubles to the payload; return its node of the header."""
        head = _head_of_doubles(array.shape)
        self.size += array.nbytes
        if self.size > MAX_PAYLOAD:
            raise _too_large()
        self.parts.append(array.tobytes())
        return head

    def count_nodes(self, nodes: int) -> None:
        """Count nodes that are written otherwise; ``WireError`` if there are too many."""
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise too_many(0)

    def _write_other(self, value: Any, depth: int, replace: Replace) -> None:
        kind = type(value)
        anatomy = take_apart(value)
        if anatomy is not None:
            self._write_parts(anatomy, depth, replace)
            return
        leaf = plain(value)
        if leaf is NOT_PLAIN and issubclass(kind, np.ndarray | np.generic):
            leaf = value  # which is refused by its dtype
        if issubclass(type(leaf), np.ndarray | np.generic):
            head = '["a"' if issubclass(type(leaf), np.ndarray) else '["s"'
            self._write_array(head, np.asarray(leaf))
        elif is_record(leaf):
            name, form = checked_name(type(leaf).__name__), form_of(leaf)
            self.text.append(f',["e","{name}","{form}"')
            self.write((leaf.name, leaf.value), depth + 1, None)
            self.text.append("]")
        elif type(leaf) is bytes:
            self.text.append(f',["b",{len(leaf)}]')
            self._add(leaf)
        elif type(leaf) is complex:
            self.text.append(',["c"]')
            self._add(COMPLEX.pack(leaf.real, leaf.imag))
        elif leaf is NOT_PLAIN:
            raise WireError(f"a value of type {checked_name(kind.__name__)} cannot be sent")
        else:
            self._write_plain(leaf, depth)

    def _write_parts(self, anatomy: Anatomy, depth: int, replace: Replace) -> None:
        form, parts = anatomy.form, anatomy.parts
        if form in (SET, FROZENSET):
            self._write_sorted(f'["{form}"', parts, depth, replace)
        elif anatomy.names:
            head = f'["{form}","{checked_name(anatomy.kind)}",{len(parts)}'
            self._write_items(head, [*anatomy.names, *parts], depth, replace)
        else:
            self._write_items(f'["{form}"', parts, depth, replace)

    def _write_sorted(self, head: str, items: list[Any], depth: int, replace: Replace) -> None:
        """Write the entries of a set in an order that does not depend on how it was made."""
        encoded = []
        for item in items:
            writer = Writer()
            writer.write((item,), depth + 1, replace)
            self.count_nodes(writer._nodes)
            encoded.append(("".join(writer.text), b"".join(writer.parts)))
        encoded.sort()
        self.text += ["," + head, *(text for text, _ in encoded), "]"]
        for _, part in encoded:
            self._add(part)

    def _add(self, part: bytes) -> None:
        self.parts.append(part)
        self.size += len(part)

    def _write_text(self, value: str) -> None:
        if stands_for_itself(value):
            self.text.append("," + encode_basestring(value))
            return
        part = value.encode("utf-8", "surrogatepass")
        self.text.append(f',["x",{len(part)}]')
        self._add(part)

    def _write_items(self, head: str, items: list[Any], depth: int, replace: Replace) -> None:
        self.text.append("," + head)
        self.write(items, depth + 1, replace)
        self.text.append("]")

    def _write_plain(self, value: Any, depth: int) -> None:
        self._nodes -= 1  # it has been counted already
        self.write((value,), depth, None)

    def _write_array(self, head: str, array: npt.NDArray[Any]) -> None:
        name = _DTYPE_NAMES.get(array.dtype) or _other_name(array.dtype)
        self.text.append(_array_head(head, name, array.shape))
        # Checked before copying, because a broadcast array may be far larger than its memory.
        self.size += array.nbytes
        if self.size > MAX_PAYLOAD:
            raise _too_large()
        if array.dtype not in _DTYPE_NAMES:
            array = array.astype(dtype_named(name))
        elif name == "b1":  # an array that was never filled may have other bytes than 0 and 1
            array = array.view("u1") != 0
        self.parts.append(array.tobytes())


# Cached, because few shapes occur, and formatting numbers takes longer than a look-up.
@lru_cache(maxsize=1024)
def _head_of_doubles(shape: tuple[int, ...]) -> str:
    return _array_head('["a"', "f8", shape)


def head_of_reference(reference: Ref) -> str:
    """Return the node of a reference without a value."""
    number, name = checked_reference(reference.number), checked_name(reference.kind)
    return f',["r",{number},"{name}",null]'


def _array_head(head: str, name: str, shape: tuple[int, ...]) -> str:
    array_size(shape, dtype_named(name).itemsize)
    return "".join([f',{head},"{name}"', *[f",{length}" for length in shape], "]"])


def _other_name(dtype: np.dtype[Any]) -> str:
    """Return the name of the dtype that an array of strings or of other byte order is sent with."""
    name = _DTYPE_NAMES.get(dtype.newbyteorder("<")) if dtype.kind in "iufc" else None
    if dtype.kind == "U" and dtype.itemsize:
        name = f"U{dtype.itemsize // 4}"
    if name is None:
        raise WireError(f"an array of dtype {checked_name(dtype.name)} cannot be sent")
    return name


def _large_integer(value: int) -> str:
    if value.bit_length() > MAX_INTEGER_BITS:
        raise WireError(f"an integer has over {MAX_INTEGER_BITS} bits")
    return f',["i","{value:x}"]'


def _too_large() -> WireError:
    return WireError(f"the arrays have over {MAX_PAYLOAD} bytes")
