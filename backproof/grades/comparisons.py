"""Comparisons of what a submission returned with what is required, for those who observe them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Larger arrays are not observed: their copies would take long, and smaller ones show as much.
_MAX_ENTRIES = 2**16


@dataclass(frozen=True, eq=False)
class Comparison:
    """A result that an assertion has compared with the required one, whether or not they agree.

    Attributes:
        what: Name of the result.
        returned: A copy of the result, of any shape.
        required: The required result; NaN if only its shape is compared.
        allowed: The allowed absolute error of each entry, of the shape of ``required``.
        source: The result as the assertion got it.
        path: The values after each of several steps, returned and required, if there are any.

    """

    what: str
    returned: Array
    required: Array
    allowed: Array
    source: Any
    path: tuple[Array, Array] | None = None


# Callbacks that receive every ``Comparison``, before its assertion fails or holds.
on_compared: list[Callable[[Comparison], None]] = []


def compared(
    returned: Any,
    required: Array,
    tolerance: float | Array,
    what: str,
    path: tuple[Array, Array] | None = None,
) -> None:
    """Pass a comparison to the callbacks in ``on_compared``, if the result is an array of numbers.

    Args:
        returned: The result as the assertion got it.
        required: The required result.
        tolerance: As ``assert_close`` takes it.
        what: Name of the result.
        path: The values after each of several steps, returned and required.

    """
    if not on_compared:
        return
    try:
        values = np.asarray(returned)
        if values.dtype.kind not in "fiub" or values.size > _MAX_ENTRIES:
            return
        with np.errstate(over="ignore"):
            values = np.array(values, dtype=np.float64)
    except Exception:  # a student's object may raise any exception during conversion
        return
    scale = np.maximum(1.0, np.abs(required)) if np.isscalar(tolerance) else np.float64(1.0)
    allowed = np.broadcast_to(tolerance * scale, required.shape)
    for callback in on_compared:
        callback(Comparison(what, values, required, allowed, returned, path))


def shape_compared(returned: Any, shape: Sequence[int], what: str) -> None:
    """Pass a result whose shape is wrong to the callbacks; no values are required, so NaN is.

    Args:
        returned: The result.
        shape: The required shape.
        what: Name of the result.

    """
    if on_compared:
        compared(returned, np.full(tuple(shape), np.nan), 0.0, what)
