"""Table of the objects that a student's code returned in one case.

Values (``wire.records``) and arrays cross to the grader. Other objects stay in the worker under a
number; the grader sends that number to hand the object back, or to use it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from backproof.wire.anatomy import MAX_DEPTH, MAX_ENTRIES, NOT_PLAIN, Anatomy, plain, take_apart
from backproof.wire.protocol import MAX_REPLY_BYTES
from backproof.wire.records import OwnClasses
from backproof.wire.values import MAX_NAME_LENGTH, Ref, clean_text

_MAX_DIMENSIONS = 8
_DOUBLE = np.dtype(np.float64)


class TooLarge(Exception):
    """A result has more bytes than a frame may have."""


class _NotHashable(Exception):
    """A set has an entry, or a dict a key, that does not cross by value."""


class ObjectTable:
    """The numbered results of one case.

    Attributes:
        arrays: The student's own arrays that crossed with the result that was added last.
        classes: The classes of the records that crossed.

    """

    def __init__(self) -> None:
        self.arrays: list[np.ndarray[Any, Any]] = []
        self.classes = OwnClasses()
        self._objects: dict[int, Any] = {}
        self._next_number = 0
        self._entries_left = self._bytes_left = 0

    def __getitem__(self, number: int) -> Any:
        return self._objects[number]

    def copy_of(self, number: int) -> np.ndarray[Any, Any]:
        """Return an object as a new array, which is what a property makes of a result it reads.

        Raises:
            LookupError: No object has that number, or it cannot be converted.
        """
        try:
            return np.array(self._objects[number], dtype=np.float64, order="C")
        except BaseException:  # a student's object may raise anything on conversion
            raise LookupError(number) from None

    def add(self, result: Any, opaque: Sequence[int] = (), *, own: bool = True) -> tuple[Any, int]:
        """Number a result and its entries; return the value that crosses, and its number.

        Args:
            result: The value that the student's code returned.
            opaque: The positions in it of objects that do not cross; -1 is the whole result.
            own: Whether the result itself is the student's, and not only its entries.

        Raises:
            TooLarge: Its arrays do not fit into a frame.
        """
        self.arrays = []
        if type(result) is np.ndarray and not opaque and result.dtype is _DOUBLE:
            # Most results are such arrays.
            number = self._next_number
            if result.ndim <= _MAX_DIMENSIONS and result.nbytes <= MAX_REPLY_BYTES:
                self._next_number += 1
                self._objects[number] = result
                self.arrays.append(result)
                return result, number
        if type(result) is tuple and result and (added := self._add_doubles(result, opaque)):
            return added
        try:
            return self._add_entries(result, opaque, own)
        except (TooLarge, MemoryError):
            raise
        except BaseException:  # a student's object may raise anything when it is read
            self.arrays = []
            number = self._new_number()
            return self._reference(result, number, as_numbers=False), number

    def _add_doubles(
        self, result: tuple[Any, ...], opaque: Sequence[int]
    ) -> tuple[Any, int] | None:
        """Add a tuple of arrays of doubles and opaque objects; ``None`` if it has other entries."""
        size = 0
        for position, entry in enumerate(result):
            if position in opaque:
                if entry is None:
                    return None
            elif type(entry) is np.ndarray and entry.dtype is _DOUBLE:
                size += entry.nbytes
                if entry.ndim > _MAX_DIMENSIONS:
                    return None
            else:
                return None
        if -1 in opaque or size > MAX_REPLY_BYTES or len(result) > MAX_ENTRIES:
            return None
        first = self._next_number
        parts = []
        for position, entry in enumerate(result):
            number = first + 1 + position
            self._objects[number] = entry
            if position in opaque:
                parts.append(self._reference(entry, number, as_numbers=False))
            else:
                self.arrays.append(entry)
                parts.append(entry)
        self._next_number += 1 + len(result)
        return tuple(parts), first

    def _add_entries(self, result: Any, opaque: Sequence[int], own: bool) -> tuple[Any, int]:
        entries = entries_of(result)
        # The entries of an object that stays here need no numbers.
        if len(entries) > MAX_ENTRIES or -1 in opaque:
            entries = []
        first = self._next_number
        self._next_number += 1 + len(entries)
        self._entries_left, self._bytes_left = MAX_ENTRIES - len(entries), MAX_REPLY_BYTES
        if -1 in opaque and result is not None:
            return self._reference(result, first, as_numbers=False), first
        if not entries:
            part = self._portable(result, 0, first)
            self._objects.setdefault(first, part)
            return part, first
        anatomy = take_apart(result)
        assert anatomy is not None
        self.classes.note(result)
        if own and type(result) is not tuple:  # a tuple is handed back as its entries
            self._objects[first] = result
        parts = [
            self._reference(entry, number, as_numbers=False)
            if number - first - 1 in opaque and entry is not None
            else self._portable(entry, 1, number)
            for number, entry in enumerate(entries, first + 1)
        ]
        for number, part in enumerate(parts, first + 1):
            self._objects.setdefault(number, part)
        return anatomy.rebuild(parts), first

    def _portable(self, value: Any, depth: int, number: int | None = None) -> Any:
        """Return the form in which an object crosses: a value, an array, or a reference."""
        kind = type(value)  # not isinstance: an object can feign its __class__
        if value is None or kind is float or kind is bool or kind is str:
            return value
        leaf = plain(value)
        if issubclass(type(leaf), np.ndarray | np.generic):
            return self._array(leaf, number)
        if leaf is not NOT_PLAIN:
            self.classes.note(value)
            return leaf
        anatomy = take_apart(value) if depth < MAX_DEPTH else None
        if anatomy is not None and self._has_room(len(anatomy.parts)):
            if number is not None and kind is not tuple:
                self._objects[number] = value
            self.classes.note(value)
            try:
                return self._portable_parts(anatomy, depth)
            except (_NotHashable, TypeError):
                pass
        return self._reference(value, self._new_number() if number is None else number)

    def _portable_parts(self, anatomy: Anatomy, depth: int) -> Any:
        parts = []
        for place, part in enumerate(anatomy.parts):
            parts.append(self._portable(part, depth + 1))
            if anatomy.is_hashed(place) and type(parts[-1]) is Ref:
                raise _NotHashable
        return anatomy.rebuild(parts)

    def _new_number(self) -> int:
        number = self._next_number
        self._next_number += 1
        return number

    def _has_room(self, entries: int) -> bool:
        self._entries_left -= entries
        return self._entries_left >= 0

    def _array(self, value: Any, number: int | None = None) -> Any:
        size = value.dtype.itemsize
        if value.dtype.kind in "fc" and size > (16 if value.dtype.kind == "c" else 8):
            value = value.astype(np.complex128 if value.dtype.kind == "c" else np.float64)
        self._bytes_left -= value.nbytes
        if self._bytes_left < 0:
            raise TooLarge
        if not issubclass(type(value), np.ndarray):
            return value
        if number is not None:
            self._objects[number] = value
        self.arrays.append(value)
        return np.asarray(value)

    def _reference(self, value: Any, number: int, *, as_numbers: bool = True) -> Ref:
        """Keep an object under a number; its numeric value, if it has one, crosses along."""
        self._objects[number] = value
        numbers = _numbers_in(value) if as_numbers else None
        if type(numbers) is np.ndarray:
            numbers = self._array(numbers) if numbers.ndim <= _MAX_DIMENSIONS else None
        return Ref(number, _type_name(str.__str__(type(value).__name__)[:MAX_NAME_LENGTH]), numbers)


def entries_of(value: Any) -> list[Any]:
    """Return the entries of a list or tuple, even if its class overrides iteration."""
    kind = type(value)
    if issubclass(kind, list):
        return [*list.__iter__(value)]
    return [*tuple.__iter__(value)] if issubclass(kind, tuple) else []


@lru_cache(maxsize=1024)
def _type_name(kind: str) -> str:
    return clean_text(kind)


def _numbers_in(value: Any) -> Any:
    """Return an object as an array or a float; ``None`` if it can be converted to neither."""
    try:
        array = np.asarray(value)
        if array.dtype.kind in "fiubc" and type(array) is np.ndarray:
            return array
        return float(value)
    except BaseException:  # a student's object may raise anything on conversion
        return None
