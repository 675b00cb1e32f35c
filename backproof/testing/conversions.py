"""Conversions of a submission's results into arrays, floats and parts.

A result can be any object. Each function here returns a value that is safe to compute with, or
raises a ``Mismatch`` that tells the student what is wrong with the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backproof.grades import comparisons
from backproof.submission.base import call_of
from backproof.submission.messages import Mismatch, WrongValue

# A broadcast view of a single number can claim any shape, and copying it would exhaust the
# memory. No result that an assignment asks for comes near this size.
_MAX_ENTRIES = 10**7


def as_array(returned: Any, what: str, shape: Sequence[int] | None = None) -> NDArray[np.float64]:
    """Copy a result into a new float64 array.

    Args:
        returned: Anything that ``numpy.asarray`` accepts.
        what: The name of the result in messages, such as ``"dW"``.
        shape: The required shape; any shape is accepted if it is ``None``.

    Returns:
        A float64 array that shares no memory with ``returned``. Values too large for float64
        become infinite.

    Raises:
        Mismatch: The result is not an array of real numbers, or has another shape.

    """
    required = "an array of numbers" if shape is None else f"an array of shape {shape}"
    try:
        array = np.asarray(returned)
    except Exception as error:  # a student's object may raise any exception during conversion
        raise Mismatch(f"{what} is {describe_type(returned)}", required) from error
    if array.dtype.kind not in "fiub":
        raise Mismatch(f"{what} is {describe_type(returned)}", required)
    if shape is None and array.size > _MAX_ENTRIES:
        raise Mismatch(f"{what} has shape {array.shape}", "an array that fits into memory")
    if shape is not None and array.shape != shape:
        comparisons.shape_compared(returned, shape, what)
        wrong_value = WrongValue(array, f"{array.shape}, required {shape}", "np.shape({})")
        raise Mismatch(
            f"{what} has shape {array.shape}", f"{what} has shape {shape}", "", wrong_value
        )
    with np.errstate(over="ignore"):
        return np.array(array, dtype=np.float64)


def as_float(returned: Any, what: str) -> float:
    """Convert a result with ``float()``.

    Args:
        returned: A number or a 0-d array.
        what: The name of the result in messages.

    Raises:
        Mismatch: ``float()`` does not accept the result.

    """
    try:
        return float(returned)
    except Exception as error:  # a student's object may raise any exception during conversion
        raise Mismatch(f"{what} is {describe_type(returned)}", "a number") from error


def unpack(returned: Any, *names: str) -> tuple[Any, ...]:
    """Split a returned tuple or list into its parts.

    Args:
        returned: A tuple or a list with one part for each name.
        *names: The names of the parts in messages.

    Raises:
        Mismatch: The result is not a tuple or list, or has another number of parts.

    """
    required = f"the tuple ({', '.join(names)})"
    if not isinstance(returned, tuple | list):
        raise Mismatch(describe_type(returned), required)
    if len(returned) != len(names):
        kind = type(returned).__name__
        raise Mismatch(f"a {kind} of {len(returned)}", f"{required}, of {len(names)}")
    if (call := call_of(returned)) is not None:
        call.part_names = names
    return tuple(returned)


def describe_type(value: Any) -> str:
    """Describe a result by its type: ``"a dict"``; ``None`` suggests a forgotten ``return``."""
    if value is None:
        return "None: is a return missing?"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    kind = type(value).__name__
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"
