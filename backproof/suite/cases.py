"""The cases of a property: what it was given, kept so that it can be given again."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis.strategies import DataObject

# What a property's items may be given by pytest and still be run without it.
PROVIDED = frozenset({"submission", "options", "pytestconfig", "request"})
# What cannot be changed, once its arrays are read-only.
_FIXED = (np.ndarray, np.generic, str, bytes, int, float, complex, type(None), type, tuple)


def kept(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Copy what was drawn, so that nobody can change it; what is provided stays as it is."""
    drawn = {name: value for name, value in arguments.items() if name not in PROVIDED}
    if any(isinstance(value, DataObject) for value in drawn.values()):
        raise TypeError("it draws while it runs")
    drawn = copy.deepcopy(drawn)
    for part in parts(drawn):
        if isinstance(part, np.ndarray):
            part.flags.writeable = False
    return {**arguments, **drawn}


def body_of(item: pytest.Item) -> Callable[..., None]:
    """Give a property's own function, which Hypothesis calls with each case."""
    test = item.obj  # type: ignore[attr-defined]  # a property is a function
    handle = getattr(test, "hypothesis", None)
    return handle.inner_test if handle else test  # type: ignore[no-any-return]  # a function


def collect_cases(item: pytest.Item, run: Callable[[], object]) -> tuple[dict[str, Any], ...]:
    """Collect the cases that an item is given by ``run``, which its body does not see.

    An item whose cases cannot be kept has none.
    """
    body = body_of(item)
    cases: list[dict[str, Any]] = []

    @functools.wraps(body)
    def keep(*_others: Any, **arguments: Any) -> None:
        with contextlib.suppress(Exception):  # what cannot be copied cannot be given again
            cases.append(kept(arguments))

    test = item.obj  # type: ignore[attr-defined]  # as above
    handle = getattr(test, "hypothesis", None)
    target, name = (handle, "inner_test") if handle else (item, "obj")
    setattr(target, name, keep)
    try:
        run()
    finally:
        setattr(target, name, body)
    return tuple(cases)


def own_copy(case: Mapping[str, Any]) -> dict[str, Any]:
    """Copy what a property could change in a case; the arrays cannot be written into."""
    if all(_is_fixed(value) for name, value in case.items() if name not in PROVIDED):
        return dict(case)
    shared = {id(part): part for part in parts(dict(case)) if isinstance(part, np.ndarray)}
    drawn = {name: value for name, value in case.items() if name not in PROVIDED}
    return {**case, **copy.deepcopy(drawn, shared)}


def _is_fixed(value: Any) -> bool:
    return all(isinstance(part, _FIXED) or _is_frozen(part) for part in parts(value))


def _is_frozen(value: Any) -> bool:
    return bool(getattr(getattr(value, "__dataclass_params__", None), "frozen", False))


def parts(value: Any) -> Iterator[Any]:
    """Yield a drawn value and all that is in it."""
    yield value
    inside: Iterable[Any] = ()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        inside = (getattr(value, entry.name) for entry in dataclasses.fields(value))
    elif isinstance(value, dict):
        inside = (part for pair in value.items() for part in pair)
    elif isinstance(value, list | tuple):
        inside = value
    for part in inside:
        yield from parts(part)
