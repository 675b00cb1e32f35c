"""A student's own objects in a worker: numbered, so that the grader can hand them back."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from backproof.wire.protocol import MAX_REPLY_BYTES
from backproof.wire.values import MOST_OF_A_NAME, Ref, clean_text

# Nested deeper, or with more entries, a result is an object like any other.
_MOST_DEPTH, _MOST_ENTRIES = 8, 15_000
_MOST_DIMENSIONS = 8
_DOUBLE = np.dtype(np.float64)


class TooLarge(Exception):
    """A result of more bytes than a frame may have."""


class _Array:
    """An array that was sent: itself, as long as the student's code holds it, and what it was.

    If nobody else holds the array, nobody can tell it from an equal one; and if nobody holds the
    one whose memory it shows, nobody can change it.
    """

    __slots__ = ("_dtype", "_itself", "_layout", "_owner", "_shape", "content")

    def __init__(self, array: np.ndarray[Any, Any]) -> None:
        self.content = array.tobytes()
        self._dtype, self._shape = array.dtype, array.shape
        self._itself: Callable[[], np.ndarray[Any, Any] | None] = weakref.ref(array)
        self._owner: Callable[[], np.ndarray[Any, Any] | None] = self._itself
        owner = array.base
        if isinstance(owner, np.ndarray) and owner.base is None and owner.flags.forc:
            offset = _address(array) - _address(owner)
            self._owner = weakref.ref(owner)
            self._layout = offset, array.strides
        elif owner is not None:  # memory of something else, which we then keep as well
            self._itself = self._owner = lambda: array

    def as_sent(self) -> np.ndarray[Any, Any]:
        """Give the array as it was when it was sent, or last changed; not to be written into."""
        return np.ndarray(self._shape, self._dtype, self.content)

    def get(self) -> np.ndarray[Any, Any]:
        """Give the array itself, or an equal one."""
        array = self._itself()
        if array is None:
            array = self.as_sent().copy()
            self._itself = weakref.ref(array)
        return array

    def now(self) -> np.ndarray[Any, Any] | None:
        """Give the array as it is by now; ``None`` if it cannot change any more."""
        owner = self._owner()
        if owner is None or self._owner is self._itself:
            return owner
        memory = owner.ravel(order="K")
        return np.ndarray(self._shape, self._dtype, memory, *self._layout)


class ObjectTable:
    """What the student's code has returned in the present case."""

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._numbered = 0
        self._watched: dict[int, _Array] = {}
        self._pending: list[tuple[int, int | None, np.ndarray[Any, Any]]] = []
        self.sent = 0
        self._entries_left = self._bytes_left = 0

    def __getitem__(self, number: int) -> Any:
        found = self._objects[number]
        return found.get() if type(found) is _Array else found

    def copy_of(self, number: int) -> np.ndarray[Any, Any]:
        """Make an array of a result of that number, as a caller does that reads it at once.

        Raises:
            LookupError: There is none, or no array can be made of it.
        """
        try:
            return np.array(self._objects[number], dtype=np.float64, order="C")
        except BaseException:  # it is not there; or it may raise anything on conversion
            raise LookupError(number) from None

    def settle(self) -> None:
        """Watch the arrays that were sent last, before the student's code runs again.

        Until then they are as they were sent; and mostly another case begins, where nobody asks.
        """
        for index, number, array in self._pending:
            self._watched[index] = sent = _Array(array)
            if number is not None:
                self._objects[number] = sent
        self._pending.clear()

    def add(self, result: Any, opaque: Sequence[int] = (), *, held: bool = True) -> tuple[Any, int]:
        """Number a result and its entries; give what crosses for it, and its number.

        Args:
            result: What the student's code returned.
            opaque: The positions in it of objects that do not cross; -1 is the whole.
            held: Whether the result itself is the student's.

        Raises:
            TooLarge: Its arrays do not fit into a frame.
        """
        if type(result) is np.ndarray and not opaque and result.dtype is _DOUBLE:
            number = self._numbered
            if result.ndim <= _MOST_DIMENSIONS and result.nbytes <= MAX_REPLY_BYTES:
                self._numbered += 1
                self._keep(result, number)
                self.sent += 1
                return result, number
        sent = self.sent
        try:
            return self._added(result, opaque, held)
        except (TooLarge, MemoryError):
            raise
        except BaseException:  # a student's object may do anything when it is looked at
            self.take_back(sent)
            number = self._numbered
            self._numbered += 1
            return self._stand_in(result, number, numbers=False), number

    def _added(self, result: Any, opaque: Sequence[int], held: bool) -> tuple[Any, int]:
        entries = entries_of(result)
        # Of an object that stays here the grader need not know what it is made of.
        if len(entries) > _MOST_ENTRIES or -1 in opaque:
            entries = []
        first = self._numbered
        self._numbered += 1 + len(entries)
        self._entries_left, self._bytes_left = _MOST_ENTRIES - len(entries), MAX_REPLY_BYTES
        if -1 in opaque and result is not None:
            return self._stand_in(result, first, numbers=False), first
        if not entries:
            part = self._portable(result, 0, first)
            self._objects.setdefault(first, part)
            return part, first
        is_tuple = issubclass(type(result), tuple)
        if held and not is_tuple:  # a tuple is as good as one made of its entries
            self._objects[first] = result
        parts = [
            self._stand_in(entry, number, numbers=False)
            if number - first - 1 in opaque and entry is not None
            else self._portable(entry, 1, number)
            for number, entry in enumerate(entries, first + 1)
        ]
        for number, part in enumerate(parts, first + 1):
            if type(part) is not np.ndarray:
                self._objects.setdefault(number, part)
        return (tuple(parts) if is_tuple else parts), first

    def changed(self, before: int) -> list[tuple[int, np.ndarray[Any, Any]]]:
        """Give the arrays that changed since they were sent, of the first ``before`` ones."""
        found = []
        for index, watched in list(self._watched.items()):
            array = watched.now()
            if array is None:
                del self._watched[index]
            elif index < before:
                content = array.tobytes()
                if content != watched.content:
                    watched.content = content
                    found.append((index, watched.as_sent()))
        return found

    def take_back(self, sent: int) -> None:
        """Forget the arrays after the first ``sent`` ones: their frame was not sent."""
        for index in range(sent, self.sent):
            self._watched.pop(index, None)
        self._pending = [entry for entry in self._pending if entry[0] < sent]
        self.sent = sent

    def _portable(self, value: Any, depth: int, number: int | None = None) -> Any:
        """Give what crosses for a value: numbers, texts, arrays, and stand-ins for the rest."""
        kind = type(value)  # not isinstance: an object can feign its __class__
        if value is None or kind is float or kind is bool:
            return value
        if kind is int and -(2**63) <= value < 2**63:
            return value
        if kind is str:
            return clean_text(value)
        if issubclass(kind, np.ndarray | np.generic):
            if value.dtype.kind in "fiubc" and value.ndim <= _MOST_DIMENSIONS:
                return self._array(value, number)
        elif depth < _MOST_DEPTH:
            if issubclass(kind, list | tuple):
                entries = entries_of(value)
                if self._has_room(len(entries)):
                    if number is not None and issubclass(kind, list):
                        self._objects[number] = value
                    parts = [self._portable(entry, depth + 1) for entry in entries]
                    return tuple(parts) if issubclass(kind, tuple) else parts
            plain = kind is dict and all(type(key) in (str, int) for key in value)
            if plain and self._has_room(2 * len(value)):
                if number is not None:
                    self._objects[number] = value
                return {_key(key): self._portable(entry, depth + 1) for key, entry in value.items()}
        if number is None:
            number = self._numbered
            self._numbered += 1
        return self._stand_in(value, number)

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
        self._keep(value, number)
        self.sent += 1
        return np.asarray(value)

    def _keep(self, array: np.ndarray[Any, Any], number: int | None) -> None:
        self._pending.append((self.sent, number, array))

    def _stand_in(self, value: Any, number: int, *, numbers: bool = True) -> Ref:
        self._objects[number] = value
        plain = _numbers_in(value) if numbers else None
        if type(plain) is np.ndarray:
            plain = self._array(plain) if plain.ndim <= _MOST_DIMENSIONS else None
        return Ref(number, _shown(str.__str__(type(value).__name__)[:MOST_OF_A_NAME]), plain)


class Held(ObjectTable):
    """The same for a case that is asked ahead: all is held on to, and looked at once, at its end.

    If anything has changed by then, the case is asked again call by call, where it is told when.
    """

    def __init__(self) -> None:
        super().__init__()
        self._held: list[tuple[np.ndarray[Any, Any], bytes]] = []

    def settle(self) -> None:
        """Nothing needs to be watched."""

    def changed(self, before: int) -> list[tuple[int, np.ndarray[Any, Any]]]:
        """Nothing is told before the end."""
        return []

    def has_changed(self) -> bool:
        """Tell whether an array is not any more what it was when it was sent."""
        return any(array.tobytes() != content for array, content in self._held)

    def _keep(self, array: np.ndarray[Any, Any], number: int | None) -> None:
        self._held.append((array, array.tobytes()))
        if number is not None:
            self._objects[number] = array


def entries_of(value: Any) -> list[Any]:
    """List a list or a tuple as it is, whatever its class makes of iteration."""
    kind = type(value)
    if issubclass(kind, list):
        return [*list.__iter__(value)]
    return [*tuple.__iter__(value)] if issubclass(kind, tuple) else []


@lru_cache(maxsize=1024)
def _shown(kind: str) -> str:
    return clean_text(kind)


def _key(key: Any) -> Any:
    return clean_text(key) if type(key) is str else key


def _address(array: np.ndarray[Any, Any]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _numbers_in(value: Any) -> Any:
    """Give what numpy, or ``float``, makes of an object; ``None`` if neither takes it."""
    try:
        array = np.asarray(value)
        if array.dtype.kind in "fiubc" and type(array) is np.ndarray:
            return array
        return float(value)
    except BaseException:  # a student's object may raise anything on conversion
        return None
