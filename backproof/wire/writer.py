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
    check_text,
    checked_integer,
    checked_key,
    checked_name,
    checked_reference,
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
                if len(value) > MAX_TEXT or not value.isascii():
                    check_text(value)
                text.append("," + encode_basestring(value))
            elif value is None:
                text.append(",null")
            elif kind is int:
                if not -MAX_INTEGER <= value <= MAX_INTEGER:
                    checked_integer(value)
                text.append(f",{value}")
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
                    text.append(_head_of_doubles(value.shape))
                    self.size += value.nbytes
                    if self.size > MAX_PAYLOAD:
                        raise _too_large()
                    parts.append(value.tobytes())
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

    def count_nodes(self, nodes: int) -> None:
        """Count nodes that are written otherwise; ``WireError`` if there are too many."""
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise too_many(0)

    def _write_other(self, value: Any, depth: int, replace: Replace) -> None:
        # Types are compared by type(), as an object can feign its __class__. Values are read with
        # the methods of the plain types, as a subclass may override them.
        kind = type(value)
        if issubclass(kind, dict):
            items = [part for key, item in dict.items(value) for part in (checked_key(key), item)]
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
            self.parts.append(COMPLEX.pack(number.real, number.imag))
            self.size += 16
        else:
            raise WireError(f"a value of type {checked_name(kind.__name__)} cannot be sent")

    def _write_items(self, head: str, items: list[Any], depth: int, replace: Replace) -> None:
        self.text.append("," + head)
        self.write(items, depth + 1, replace)
        self.text.append("]")

    def _write_plain(self, value: Any, depth: int) -> None:
        self._nodes -= 1  # it has been counted already
        self.write((value,), depth, None)

    def _write_array(self, head: str, array: npt.NDArray[Any]) -> None:
        name = _DTYPE_NAMES.get(array.dtype) or _swapped_name(array.dtype)
        self.text.append(_array_head(head, name, array.shape))
        # Checked before copying, because a broadcast array may be far larger than its memory.
        self.size += array.nbytes
        if self.size > MAX_PAYLOAD:
            raise _too_large()
        if array.dtype not in _DTYPE_NAMES:
            array = array.astype(DTYPES[name])
        elif name == "b1":  # an array that was never filled may have other bytes than 0 and 1
            array = array.view("u1") != 0
        self.parts.append(array.tobytes())


# Cached, because few shapes occur, and formatting numbers takes longer than a look-up.
@lru_cache(maxsize=1024)
def _head_of_doubles(shape: tuple[int, ...]) -> str:
    return _array_head('["a"', "f8", shape)


def _array_head(head: str, name: str, shape: tuple[int, ...]) -> str:
    array_size(shape, DTYPES[name].itemsize)
    return "".join([f',{head},"{name}"', *[f",{length}" for length in shape], "]"])


def _swapped_name(dtype: np.dtype[Any]) -> str:
    """Return the name of the dtype that an array of the other byte order is sent with."""
    name = _DTYPE_NAMES.get(dtype.newbyteorder("<")) if dtype.kind in "iufc" else None
    if name is None:
        raise WireError(f"an array of dtype {checked_name(dtype.name)} cannot be sent")
    return name


def _too_large() -> WireError:
    return WireError(f"the arrays have over {MAX_PAYLOAD} bytes")
