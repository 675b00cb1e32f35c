"""Copies of values that are compared later, and their comparison up to rounding."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from backproof.counterexample.literals import literal
from backproof.submission.proxies import Proxy
from backproof.wire.records import Member, Record

# Two correct computations of one number differ by less than the sum of three bounds: relative to
# the number, relative to the largest number of its column, since it may be a difference of such
# numbers, and relative to 1.
_RELATIVE_TOLERANCE, _COLUMN_TOLERANCE, _ABSOLUTE_TOLERANCE = 1e-9, 1e-13, 1e-15
# The errors of two computations of different form, as multiples of what one other rounding changes.
_GROWN = 100.0

# Numbers that differ by more than this differ by no rounding errors that a property lets pass.
_NEAR = 0.1

# Limits on snapshots. A list may contain itself, and no property needs larger results.
_MAX_DEPTH, _MAX_LENGTH = 8, 1000
# A larger array is stored as a digest, and an even larger one as OPAQUE.
_MAX_COPIED_BYTES, _MAX_DIGESTED_BYTES = 2**18, 2**26


class Placeholder(enum.Enum):
    """Replaces a value that cannot be compared in a snapshot."""

    OPAQUE = "an object of the student's code"
    ITERABLE = "an iterable"
    GENERATOR = "a random generator"


def snapshot(value: Any, is_own: Callable[[Any], bool], depth: int = 0) -> Any:
    """Copy a value; parts that cannot be compared become placeholders.

    Args:
        value: The value.
        is_own: Returns whether a part is an opaque object of the student's code.
        depth: How deep the value is nested in the one that the snapshot is of.

    """
    if is_own(value) or depth > _MAX_DEPTH:
        return Placeholder.OPAQUE

    def inside(part: Any) -> Any:
        return snapshot(part, is_own, depth + 1)

    try:
        match value:
            case None | str() | bool() | int() | float():
                return value
            case np.ndarray() | np.generic():
                return copy_or_digest(value)
            case np.random.Generator():
                return Placeholder.GENERATOR
            case list() | tuple():
                return tuple(inside(part) for part in value[:_MAX_LENGTH])
            case dict():
                by_key = {literal(key): part for key, part in value.items()}
                return tuple((key, inside(by_key[key])) for key in sorted(by_key))
            case bytes() | complex() | set() | frozenset():
                return literal(value)
            case Record() | Member():
                return repr(value)
            case Proxy():
                return copy_or_digest(np.array(value))
            case object(__array__=_) | object(__float__=_):
                return copy_or_digest(np.array(value, dtype=np.float64))
    except Exception:  # any operation on a student's object may raise
        pass
    return Placeholder.OPAQUE


def copy_or_digest(array: Any) -> Any:
    """Return a copy of an array, or a digest if it is large."""
    if array.nbytes <= _MAX_COPIED_BYTES:
        return np.array(array)
    if array.nbytes > _MAX_DIGESTED_BYTES:
        return Placeholder.OPAQUE
    digest = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
    return f"{array.dtype}{array.shape} {digest}"


def equal_up_to_rounding(one: Any, other: Any, disturbed: Any = None) -> bool:
    """Return whether two snapshots are equal, where numbers may differ by rounding errors.

    Args:
        one: A snapshot.
        other: Another one.
        disturbed: What ``one`` is if its computation starts from numbers rounded otherwise;
            its distance from ``one`` shows how far rounding errors have grown.

    """
    if one is other:
        return True
    if isinstance(one, tuple) and isinstance(other, tuple):
        if len(one) != len(other):
            return False
        has_parts = isinstance(disturbed, tuple) and len(disturbed) == len(one)
        parts = disturbed if has_parts else [None] * len(one)
        return all(map(equal_up_to_rounding, one, other, parts))
    if any(value is None or isinstance(value, str | Placeholder) for value in (one, other)):
        return isinstance(one, str) and isinstance(other, str) and one == other
    try:
        arrays = np.asarray(one), np.asarray(other)
        return _equal_numbers(*arrays, _distance(arrays[0], disturbed))
    except ValueError:  # nested lists with rows of different lengths
        return False


def nearly_equal(one: Any, other: Any) -> bool:
    """Return whether two snapshots are so near that rounding errors may be all that differs."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(nearly_equal, one, other))
    if one is other or any(
        value is None or isinstance(value, str | Placeholder) for value in (one, other)
    ):
        return one is other or (isinstance(one, str) and one == other)
    try:
        a, b = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    except (TypeError, ValueError):
        return False
    if a.shape != b.shape:
        return False
    with np.errstate(invalid="ignore", over="ignore"):
        apart, size = np.abs(a - b), np.maximum(np.abs(a), np.abs(b))
        largest = size.max(axis=0, initial=0.0) if size.ndim > 1 else size
        return bool(((apart <= _NEAR * largest) | (a == b) | ~np.isfinite(size)).all())


def _distance(array: np.ndarray[Any, Any], disturbed: Any) -> Any:
    """Return how far rounding errors have grown in each column of an array."""
    if disturbed is None or isinstance(disturbed, str | Placeholder | tuple):
        return 0.0
    other = np.asarray(disturbed)
    if other.shape != array.shape or array.dtype.kind != "f" or other.dtype != array.dtype:
        return 0.0
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.nan_to_num(np.abs(array - other), nan=0.0, posinf=0.0)
    return distance.max(axis=0, initial=0.0) if array.ndim > 1 else distance


def _equal_numbers(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any], distance: Any) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind not in "fc":
        return bool(np.array_equal(one, other))
    eps = 16 * float(np.finfo(one.dtype).eps)
    size = np.abs(np.where(np.isfinite(other), other, 0.0))
    bound = max(_RELATIVE_TOLERANCE, eps) * size + max(_ABSOLUTE_TOLERANCE, eps / 16)
    if size.ndim > 1:
        bound = bound + _COLUMN_TOLERANCE * size.max(axis=0, initial=0.0)
    bound = bound + _GROWN * distance
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.abs(one - other) <= bound
    return bool((close | (one == other) | (np.isnan(one) & np.isnan(other))).all())
