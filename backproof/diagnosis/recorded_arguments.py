"""Copies of the arguments of a call, with which another implementation can be called later.

Arrays are copied. An opaque object of the student's code is replaced by the call that returned it,
so that another implementation gets the object that it returned in that call itself.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.diagnosis.snapshots import equal_up_to_rounding

# An odd number whose multiples have well-mixed high bits: 2⁶⁴ divided by the golden ratio.
_MIXING = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Origin:
    """Stands for an opaque object that an earlier call returned.

    Attributes:
        call: Index of the call.
        part: Position of the object in the call's result; ``None`` if it is the result.

    """

    call: int
    part: int | None


@dataclass(frozen=True)
class _Generator:
    """A random generator, and its state when it was passed."""

    generator: np.random.Generator
    state: Mapping[str, Any]

    @property
    def has_advanced(self) -> bool:
        """Whether numbers have been drawn from the generator since it was passed."""
        return str(self.generator.bit_generator.state) != str(self.state)

    def copied(self) -> np.random.Generator:
        """Return a generator of its own in this state."""
        generator = copy.deepcopy(self.generator)
        generator.bit_generator.state = self.state
        return generator


def is_generator(value: Any) -> bool:
    """Return whether a recorded argument is a random generator."""
    return isinstance(value, _Generator)


def has_advanced(value: Any) -> bool:
    """Return whether a recorded argument is a generator that has been drawn from since."""
    return isinstance(value, _Generator) and value.has_advanced


class MissingObjectError(Exception):
    """The call that should have returned an object returned none."""


def recorded(value: Any, origins: Mapping[int, tuple[Origin, Any]]) -> Any:
    """Return a copy of an argument.

    Args:
        value: The argument.
        origins: The origins of opaque objects, and the objects, by the ``id`` of the objects.

    """
    if id(value) in origins:
        return origins[id(value)][0]
    if isinstance(value, np.random.Generator):
        return _Generator(value, value.bit_generator.state)
    if type(value) is np.ndarray:
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(recorded(part, origins) for part in value)
    return value


def restored(value: Any, results: Mapping[int, Any], *, disturbed: bool = False) -> Any:
    """Return a recorded argument as another implementation is called with it.

    Args:
        value: The recorded argument; it stays as it is.
        results: What the other implementation returned, by the indices of calls.
        disturbed: Whether the numbers of arrays are changed in their last digit.

    Raises:
        MissingObjectError: It did not return an object that is needed.

    """
    if isinstance(value, Origin):
        return _object_of(value, results)
    if isinstance(value, _Generator):
        return value.copied()
    if type(value) is np.ndarray:
        return _disturbed(value) if disturbed and value.dtype.kind == "f" else value.copy()
    if type(value) in (list, tuple):
        return type(value)(restored(part, results, disturbed=disturbed) for part in value)
    return value


def equal_arguments(one: Any, other: Any) -> bool:
    """Return whether two recorded arguments are equal, where numbers may differ by rounding."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(equal_arguments, one, other))
    if isinstance(one, Origin | str) or isinstance(other, Origin | str):
        return bool(type(one) is type(other) and one == other)
    if isinstance(one, _Generator) or isinstance(other, _Generator):
        return type(one) is type(other)
    return one is other or equal_up_to_rounding(one, other)


def _disturbed(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the neighbours of an array's numbers; equal numbers remain equal, and 0 remains 0."""
    bits = np.ascontiguousarray(array, dtype=np.float64).view(np.uint64)
    upwards = (bits * _MIXING) >> np.uint64(63)  # a bit that changes with every other one
    neighbours = np.nextafter(array, np.where(upwards, np.inf, -np.inf), dtype=array.dtype)
    return np.where(array == 0.0, array, neighbours)


def _object_of(origin: Origin, results: Mapping[int, Any]) -> Any:
    if origin.call not in results:
        raise MissingObjectError
    result = results[origin.call]
    if origin.part is None:
        return result
    if not isinstance(result, Sequence) or origin.part >= len(result):
        raise MissingObjectError
    return result[origin.part]
