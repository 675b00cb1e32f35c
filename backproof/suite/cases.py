"""Cases: the arguments of a property, copied so that it can be run on them again."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from hypothesis.strategies import DataObject

# Fixtures of ours: a property that uses no others can run without pytest.
PROVIDED = frozenset({"submission", "options", "pytestconfig", "request"})
# Types that a property cannot change, once arrays are read-only.
_IMMUTABLE = (np.ndarray, np.generic, str, bytes, int, float, complex, type(None), type, tuple)


def frozen_case(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a case whose arrays are read-only; provided fixtures are not copied.

    Raises:
        TypeError: The property draws values while it runs, so the case is not complete.
        Exception: A drawn object refuses to be copied, with an exception of its own.

    """
    drawn = {name: value for name, value in arguments.items() if name not in PROVIDED}
    if any(isinstance(value, DataObject) for value in drawn.values()):
        raise TypeError("the property draws values while it runs")
    drawn = copy.deepcopy(drawn)
    for part in parts(drawn):
        if isinstance(part, np.ndarray):
            part.flags.writeable = False
    return {**arguments, **drawn}


def own_copy(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of what a property could change in a case; read-only arrays are shared."""
    drawn = {name: value for name, value in case.items() if name not in PROVIDED}
    if all(_is_immutable(part) for value in drawn.values() for part in parts(value)):
        return dict(case)
    shared = {id(part): part for part in parts(drawn) if isinstance(part, np.ndarray)}
    return {**case, **copy.deepcopy(drawn, shared)}


def _is_immutable(part: Any) -> bool:
    frozen = getattr(getattr(part, "__dataclass_params__", None), "frozen", False)
    return isinstance(part, _IMMUTABLE) or bool(frozen)


def parts(value: Any) -> Iterator[Any]:
    """Yield a drawn value and everything that it contains."""
    yield value
    inside: Iterable[Any] = ()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        inside = (getattr(value, entry.name) for entry in dataclasses.fields(value))
    elif isinstance(value, dict):
        inside = (part for pair in value.items() for part in pair)
    elif isinstance(value, set | frozenset):
        # Their order differs from process to process, and must not change a digest.
        inside = sorted(value, key=repr)
    elif isinstance(value, list | tuple):
        inside = value
    for part in inside:
        yield from parts(part)
