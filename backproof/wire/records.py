"""Values with named parts, which cross by value: dataclasses, named tuples, members of enums.

The other process does not have their classes. So it gets a ``Record``, a ``NamedRecord`` or a
member, whose type has the name of the class and whose attributes are the parts. Handed back, it
becomes an object of the class again.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

# A student chooses the names of types, so only so many get a class of their own.
_MAX_CLASSES = 1000

_classes: dict[tuple[type, str], type] = {}


def class_named(base: type, kind: str) -> type:
    """Return a subclass of that name, because messages show the type of a value by its name."""
    key = base, kind
    if key not in _classes and len(_classes) < _MAX_CLASSES:
        _classes[key] = type(kind or base.__name__, (base,), {"__slots__": ()})
    return _classes.get(key, base)


class Record:
    """The fields of a dataclass; two of one class with equal fields are equal."""

    __slots__ = ("_names", "_values")
    _names: tuple[str, ...]
    _values: tuple[Any, ...]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name not in self._names:
            raise AttributeError(f"{type(self).__name__} has no field {name!r}")
        return self._values[self._names.index(name)]

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is a copy, whose fields stay as they are")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, Record):
            return NotImplemented
        return (self._names, self._values) == (other._names, other._values)

    def __hash__(self) -> int:
        return hash((type(self), self._names, self._values))

    def __repr__(self) -> str:
        return _as_call(type(self).__name__, self._names, self._values)

    def __reduce__(self) -> tuple[Any, ...]:
        return make_record, (type(self).__name__, self._names, self._values)


def make_record(kind: str, names: Sequence[str], values: Sequence[Any]) -> Record:
    """Return a record of a dataclass with that name and these fields."""
    record: Record = object.__new__(class_named(Record, kind))
    object.__setattr__(record, "_names", tuple(names))
    object.__setattr__(record, "_values", tuple(values))
    return record


class NamedRecord(tuple[Any, ...]):
    """A named tuple: a tuple whose entries are attributes, too."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return _as_call(type(self).__name__, self._fields, self)

    def __reduce__(self) -> tuple[Any, ...]:
        return make_named_record, (type(self).__name__, self._fields, tuple(self))


def make_named_record(kind: str, names: Sequence[str], values: Sequence[Any]) -> NamedRecord:
    """Return a named tuple of a class with that name and these fields."""
    made: NamedRecord = tuple.__new__(_named_tuple_class(kind, tuple(names)), values)
    return made


class _Member:
    """The name and the value of a member of an enum."""

    name: str
    value: Any

    def __repr__(self) -> str:
        return f"<{type(self).__name__}.{self.name}: {self.value!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return make_member, (type(self).__name__, self.name, self.value, form_of(self))


class Member(_Member):
    """A member of an enum whose members are equal to nothing else."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.name == getattr(other, "name", None)

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class NumberMember(_Member, int):
    """A member of an enum of integers, which is an integer itself."""

    __str__ = int.__repr__


class TextMember(_Member, str):
    """A member of an enum of strings, which is a string itself."""

    __str__ = str.__str__


_FORMS: dict[str, type] = {"": Member, "int": NumberMember, "str": TextMember}


def form_of(member: Any) -> str:
    """Return what a member of an enum is beside that: ``"int"``, ``"str"``, or nothing."""
    kind = type(member)
    return "int" if issubclass(kind, int) else "str" if issubclass(kind, str) else ""


def make_member(kind: str, name: str, value: Any, form: str) -> Any:
    """Return a member of an enum with that name.

    Raises:
        ValueError: The form is unknown, or the value is not of that form.

    """
    plain = {"": object, "int": int, "str": str}.get(form)
    if plain is None or not isinstance(value, plain):
        raise ValueError("a member of an enum has another form than its value")
    base = _member_class(form, kind)
    member = base() if form == "" else base(value)
    member.name, member.value = name, value
    return member


def are_fields(names: Sequence[Any]) -> bool:
    """Return whether all of some names can be those of fields that others may read."""
    return all(
        type(name) is str and name.isidentifier() and not name.startswith("_") for name in names
    )


def is_member(value: Any) -> bool:
    """Return whether a value is a member of an enum of the other process."""
    return issubclass(type(value), _Member)


class OwnClasses:
    """The classes of the records that a student's code has returned."""

    def __init__(self) -> None:
        self._classes: dict[tuple[str, tuple[str, ...]], type] = {}

    def note(self, value: Any) -> None:
        """Remember the class of a value, if it crosses as a record or a member."""
        kind = type(value)
        if issubclass(kind, enum.Enum):
            self._classes[kind.__name__, ()] = kind
        elif issubclass(kind, tuple) and kind is not tuple:
            self._classes[kind.__name__, tuple(getattr(kind, "_fields", ()))] = kind
        elif dataclasses.is_dataclass(kind):
            names = tuple(field.name for field in dataclasses.fields(kind))
            self._classes[kind.__name__, names] = kind

    def restore(self, value: Any) -> Any:
        """Return a record as an object of its class; the value itself if that is not known."""
        if isinstance(value, _Member):
            kind: Any = self._classes.get((type(value).__name__, ()))
            return kind(value.value) if kind is not None else value
        if isinstance(value, NamedRecord):
            kind = self._classes.get((type(value).__name__, value._fields))
            return tuple.__new__(kind, tuple(value)) if kind is not None else value
        kind = self._classes.get((type(value).__name__, value._names))
        if kind is None:
            return value
        restored = object.__new__(kind)
        for name, part in zip(value._names, value._values, strict=True):
            object.__setattr__(restored, name, part)
        return restored


def is_record(value: Any) -> bool:
    """Return whether a value stands for an object of a class of the other process."""
    return isinstance(value, Record | NamedRecord | _Member)


@lru_cache(maxsize=_MAX_CLASSES)
def _member_class(form: str, kind: str) -> Any:
    return type(kind or "Enum", (_FORMS[form],), {})


@lru_cache(maxsize=_MAX_CLASSES)
def _named_tuple_class(kind: str, names: tuple[str, ...]) -> type:
    # Attributes of the class, as tuples have attributes of such names: ``count`` and ``index``.
    entries = {name: property(itemgetter(index)) for index, name in enumerate(names)}
    return type(kind or "tuple", (NamedRecord,), {"__slots__": (), "_fields": names, **entries})


def _as_call(kind: str, names: Sequence[str], values: Sequence[Any]) -> str:
    parts = ", ".join(f"{name}={value!r}" for name, value in zip(names, values, strict=True))
    return f"{kind}({parts})"
