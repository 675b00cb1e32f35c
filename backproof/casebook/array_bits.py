"""Comparison of values that crossed, bit by bit."""

from __future__ import annotations

from typing import Any

import numpy as np

from backproof.wire.frames import encode
from backproof.wire.records import is_record
from backproof.wire.values import WireError


def as_array(value: Any) -> np.ndarray[Any, Any] | None:
    """Return a result as an array, converted as properties and workers do; ``None`` if it is none.

    Objects that stay in the worker are not converted.
    """
    if not isinstance(value, np.ndarray | list | tuple | float | np.generic):
        return None
    try:
        return np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None


def bits_of(array: np.ndarray[Any, Any]) -> bytes:
    """Return bytes that two arrays share only if dtype, shape and all bits are the same."""
    return b"|".join([str((array.dtype.str, array.shape)).encode(), array.tobytes()])


def same_bits(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    """Return whether two arrays have the same dtype, shape and bits."""
    return (
        one.shape == other.shape and one.dtype == other.dtype and one.tobytes() == other.tobytes()
    )


def same_scalar(one: Any, other: Any) -> bool:
    """Return whether two values without parts are the same; 0.0 and -0.0 are not."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.generic):
        return bool(one.tobytes() == other.tobytes())
    if isinstance(one, float | complex):
        return repr(one) == repr(other)
    if isinstance(one, set | frozenset) or is_record(one):
        return _same_frames(one, other)
    return bool(one == other)


def _same_frames(one: Any, other: Any) -> bool:
    # Equal sets may hold 0.0 and -0.0, or 1 and True.
    try:
        return encode(one) == encode(other)
    except WireError:
        return False
