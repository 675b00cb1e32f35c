"""Arrays as Python expressions: exact to the bit unless abridged, and short if regular."""

from __future__ import annotations

import enum
import re
from typing import Any

import numpy as np

# Shorter arrays are easier to read entry by entry than as a pattern.
_MIN_SIZE_FOR_PATTERN = 7
_MIN_SIZE_TO_ROUND = 13
_MIN_SIZE_TO_ELIDE = 41
_ROUNDED_DIGITS = 5
_NAMED = re.compile(r"\b(nan|inf)\b")


class Detail(enum.IntEnum):
    """The precision with which long arrays are written."""

    EXACT = 0
    ROUNDED = 1
    ELIDED = 2


def write_array(array: np.ndarray[Any, Any], detail: Detail = Detail.EXACT) -> tuple[str, str]:
    """Return an expression for an array, and a remark if its value is not exactly the array.

    Args:
        array: Numbers of any shape and type.
        detail: ``ROUNDED`` rounds the entries of longer arrays; ``ELIDED`` replaces long arrays by
            evenly spaced numbers between their minimum and maximum.

    """
    exact = _pattern(array) if array.size >= _MIN_SIZE_FOR_PATTERN else None
    if array.size == 0:
        exact = f"np.zeros({array.shape})"
    if exact is not None:
        return exact, ""
    if detail is Detail.ELIDED and array.size >= _MIN_SIZE_TO_ELIDE:
        return _evenly_spaced(array), f"stands for {array.size} other numbers of that range"
    if detail >= Detail.ROUNDED and array.size >= _MIN_SIZE_TO_ROUND and array.dtype.kind == "f":
        rounded = _rounded(array)
        if not np.array_equal(rounded, array, equal_nan=True):
            return _array_call(rounded), "rounded"
    return _array_call(array), ""


def number(value: float) -> str:
    """Return a number as an expression."""
    return _literal(float(value))


def _literal(value: Any) -> str:
    return _NAMED.sub(r"np.\1", repr(value))


def _array_call(array: np.ndarray[Any, Any]) -> str:
    usual = array.dtype in (np.float64, np.bool_, np.int64)
    dtype = "" if usual else f", dtype=np.{array.dtype.name}"
    return f"np.array({_literal(array.tolist())}{dtype})"


def _pattern(array: np.ndarray[Any, Any]) -> str | None:
    """Return a short expression for exactly this array of floats, if there is one."""
    if array.dtype != np.float64:
        return None
    flat = array.ravel()
    shape = array.shape[0] if array.ndim == 1 else array.shape
    if _same(np.full(flat.size, flat[0]), flat) and not (flat[0] == 0 and np.signbit(flat[0])):
        return (
            f"np.zeros({shape})" if flat[0] == 0 else f"np.full({shape}, {number(flat[0].item())})"
        )
    with np.errstate(all="ignore"):
        line = np.linspace(flat[0], flat[-1], flat.size)
    if _same(line, flat):
        reshaped = "" if array.ndim == 1 else f".reshape({', '.join(map(str, array.shape))})"
        first, last = number(flat[0]), number(flat[-1])
        return f"np.linspace({first}, {last}, {flat.size}){reshaped}"
    return _tiled(array)


def _tiled(array: np.ndarray[Any, Any]) -> str | None:
    rows = len(array)
    for period in range(1, rows // 2 + 1):
        times = rows // period
        repeats = (times,) + (1,) * (array.ndim - 1)
        if _same(np.tile(array[:period], repeats), array):
            return (
                f"np.tile({write_array(array[:period])[0]}, {repeats if array.ndim > 1 else times})"
            )
    return None


def _same(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    """Return whether two arrays are equal to the bit, including the sign of zeros."""
    return one.tobytes() == other.tobytes()


def _evenly_spaced(array: np.ndarray[Any, Any]) -> str:
    finite = array[np.isfinite(array)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    reshaped = "" if array.ndim == 1 else f".reshape({', '.join(map(str, array.shape))})"
    return f"np.linspace({low:.4g}, {high:.4g}, {array.size}){reshaped}"


def _rounded(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    texts = [float(f"{value:.{_ROUNDED_DIGITS}g}") for value in array.ravel()]
    return np.array(texts).reshape(array.shape)
