"""Cases as values that a file may hold: nothing in a file decides which code runs.

A record of a case is stored as the names of its class and its values. When it is read, the class is
looked up among those that the properties have loaded, and no code of it runs.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

_PLAIN = (type(None), bool, int, float, complex, str, bytes)
_LIST, _TUPLE, _DICT, _RECORD = "list", "tuple", "dict", "record"


class NotStorable(Exception):
    """A case contains an object that cannot be stored."""


def stored(value: Any) -> Any:
    """Return a drawn value as plain data that a frame can hold.

    Raises:
        NotStorable: It contains another object than numbers, texts, arrays and records of them.

    """
    kind = type(value)
    if kind in _PLAIN or kind is np.ndarray or issubclass(kind, np.generic):
        return value
    if kind is list or kind is tuple:
        return [_LIST if kind is list else _TUPLE, *map(stored, value)]
    if kind is dict:
        return [_DICT, *(stored(part) for item in value.items() for part in item)]
    if dataclasses.is_dataclass(value) and _class_named(kind.__module__, kind.__qualname__) is kind:
        values = [stored(getattr(value, field.name)) for field in dataclasses.fields(value)]
        return [_RECORD, kind.__module__, kind.__qualname__, *values]
    raise NotStorable(kind.__name__)


def restored(value: Any) -> Any:
    """Return the drawn value; its arrays are read-only, since all submissions share them.

    Raises:
        NotStorable: No case is stored like this, or its class is not there any more.

    """
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
        return value
    if type(value) is not list:
        return value
    form, *parts = value
    if form == _RECORD:
        module, name, *parts = parts
        return _record(_class_named(module, name), [restored(part) for part in parts])
    parts = [restored(part) for part in parts]
    if form == _LIST:
        return parts
    if form == _TUPLE:
        return tuple(parts)
    if form == _DICT:
        return dict(zip(parts[::2], parts[1::2], strict=True))
    raise NotStorable(str(form))


def _class_named(module: str, name: str) -> Any:
    kind: Any = sys.modules.get(module)
    for part in name.split("."):
        kind = getattr(kind, part, None)
    return kind


def _record(kind: Any, values: list[Any]) -> Any:
    if not isinstance(kind, type) or not dataclasses.is_dataclass(kind):
        raise NotStorable("a class that is not there")
    names = [field.name for field in dataclasses.fields(kind)]
    record = object.__new__(kind)
    contents: Mapping[str, Any] = dict(zip(names, values, strict=True))
    for name, value in contents.items():
        object.__setattr__(record, name, value)
    return record
