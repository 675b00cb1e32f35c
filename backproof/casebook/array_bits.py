"""Bit-by-bit comparison of values that crossed the wire."""

from __future__ import annotations

from typing import Any

import numpy as np


def _as_array(part: Any) -> np.ndarray[Any, Any] | None:
    """Make an array of a result as properties do, and as the worker does for a copy."""
    if not isinstance(part, np.ndarray | list | tuple | float | np.generic):
        return None
    try:
        return np.array(part, dtype=np.float64)
    except (TypeError, ValueError):
        return None


def _bits(array: np.ndarray[Any, Any]) -> bytes:
    return b"|".join([str((array.dtype.str, array.shape)).encode(), array.tobytes()])


def _equal(given: Any, planned: Any) -> bool:
    if type(given) is not type(planned):
        return False
    # 0.0 and -0.0 are equal, but not alike.
    if isinstance(given, np.generic):
        return bool(given.tobytes() == planned.tobytes())
    if isinstance(given, float | complex):
        return repr(given) == repr(planned)
    return bool(given == planned)


def _same_bits(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    alike = one.shape == other.shape and one.dtype == other.dtype
    return alike and one.tobytes() == other.tobytes()
