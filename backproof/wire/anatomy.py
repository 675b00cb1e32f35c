"""The parts of values that cross, and the plain forms of those that have none.

Both sides use the same rules, so that a value crosses or not wherever a student's code runs.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from backproof.wire.records import (
    Record,
    are_fields,
    form_of,
    is_member,
    is_record,
    make_member,
    make_named_record,
    make_record,
)
from backproof.wire.values import Ref

# A value that is nested deeper, or has more entries, and a longer integer stay where they are.
MAX_DEPTH, MAX_ENTRIES = 8, 15_000
MAX_INTEGER_BITS = 4096
# The types of most values, which have no parts.
WHOLE = frozenset((float, int, bool, str, bytes, type(None)))
# The kinds of arrays that cross; those of strings are among them.
_DTYPES, _MAX_DIMENSIONS = "fiubcU", 8


class Anatomy(NamedTuple):
    """The parts of a value.

    Attributes:
        form: The kind of value, by its tag in a frame.
        parts: The parts; of a dict each key, followed by its value.
        kind: The name of the class of a record.
        names: The names of its fields.

    """

    form: str
    parts: list[Any]
    kind: str = ""
    names: tuple[str, ...] = ()

    def is_hashed(self, place: int) -> bool:
        """Return whether a part has to be hashable: an entry of a set, or a key."""
        return self.form in (SET, FROZENSET) or (self.form == DICT and place % 2 == 0)

    def rebuild(self, parts: Sequence[Any]) -> Any:
        """Return the value that has other parts at the same places.

        Raises:
            TypeError: A part is not hashable that has to be.

        """
        match self.form:
            case "d":
                return dict(zip(parts[::2], parts[1::2], strict=True))
            case "o":
                return make_record(self.kind, self.names, parts)
            case "n":
                return make_named_record(self.kind, self.names, parts)
        return _PLAIN_CONTAINERS[self.form](parts)


LIST, TUPLE, SET, FROZENSET, DICT, RECORD, NAMED = "l", "t", "S", "F", "d", "o", "n"
_PLAIN_CONTAINERS: dict[str, Callable[[Sequence[Any]], Any]] = {
    LIST: list,
    TUPLE: tuple,
    SET: set,
    FROZENSET: frozenset,
}


def take_apart(value: Any) -> Anatomy | None:
    """Return the parts of a container or a record; ``None`` for any other value.

    Types are compared by ``type()``, as an object can feign its class, and read with the methods of
    the plain types, as a subclass may override them.
    """
    kind = type(value)
    if issubclass(kind, list):
        return Anatomy(LIST, [*list.__iter__(value)])
    if issubclass(kind, tuple):
        parts = [*tuple.__iter__(value)]
        names = () if kind is tuple else getattr(kind, "_fields", ())
        is_named = len(names) == len(parts) > 0 and are_fields(names)
        return Anatomy(NAMED, parts, kind.__name__, names) if is_named else Anatomy(TUPLE, parts)
    if issubclass(kind, dict):
        return Anatomy(DICT, [part for pair in dict.items(value) for part in pair])
    if issubclass(kind, set):
        return Anatomy(SET, [*set.__iter__(value)])
    if issubclass(kind, frozenset):
        return Anatomy(FROZENSET, [*frozenset.__iter__(value)])
    if issubclass(kind, Record):
        return Anatomy(RECORD, [*value._values], kind.__name__, value._names)
    if dataclasses.is_dataclass(kind) and kind is not Ref:
        names = tuple(field.name for field in dataclasses.fields(kind))
        if are_fields(names):
            values = [getattr(value, name) for name in names]
            return Anatomy(RECORD, values, kind.__name__, names)
    return None


# What ``plain`` returns for a value that has no plain form.
NOT_PLAIN = object()


def plain(value: Any) -> Any:
    """Return a value without parts in its plain form; ``NOT_PLAIN`` if it has parts, or none such.

    Numbers, strings and bytes of subclasses become those of the plain types, and members of an enum
    those of this module. Arrays are not copied.
    """
    kind = type(value)
    if value is None or kind in _PLAIN or is_member(value):
        return value
    if issubclass(kind, enum.Enum):
        inner = plain(value.value)
        if inner is NOT_PLAIN:
            return NOT_PLAIN
        return make_member(kind.__name__, str(value.name or ""), inner, form_of(value))
    for base, convert in _CONVERSIONS:
        if issubclass(kind, base):
            return convert(value)
    return NOT_PLAIN


def _plain_array(array: Any) -> Any:
    return array if array.dtype.kind in _DTYPES and array.ndim <= _MAX_DIMENSIONS else NOT_PLAIN


def _plain_integer(value: int) -> Any:
    number = int.__int__(value)
    return number if number.bit_length() <= MAX_INTEGER_BITS else NOT_PLAIN


_PLAIN = frozenset((float, bool, str, bytes, complex))
# In this order: numpy's strings are strings, and its float64 is a float, too.
_CONVERSIONS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (str, str.__str__),
    (bytes | bytearray, lambda value: bytes(memoryview(value))),
    (np.ndarray | np.generic, _plain_array),
    (int, _plain_integer),
    (float, float.__float__),
    (complex, complex.__complex__),
)


def with_parts(
    value: Any,
    change: Callable[[Any], Any],
    restore: Callable[[Any], Any] = lambda record: record,
) -> Any:
    """Return a value whose parts are changed; one without parts as it is.

    Args:
        value: The value.
        change: Returns the new part for each part.
        restore: Returns the object that a record or member stands for.

    """
    anatomy = take_apart(value)
    if anatomy is not None:
        value = anatomy.rebuild([change(part) for part in anatomy.parts])
    return restore(value) if is_record(value) else value


def copied(value: Any, resolved: Callable[[Any], Any] = lambda value: value) -> Any:
    """Copy the arrays and the containers in a value.

    Args:
        value: The value.
        resolved: Returns the object that a reference, or a record, stands for; it is not copied.

    """
    kind = type(value)
    if kind is np.ndarray:
        return value.copy()
    if kind in WHOLE:
        return value
    if take_apart(value) is None:
        return resolved(value)
    return with_parts(value, lambda part: copied(part, resolved), resolved)
