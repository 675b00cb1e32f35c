"""What the units ask of their arguments: each check returns the value or raises ValueError."""

import math
import operator
from typing import Any

import numpy as np

ACTIVATIONS = ("identity", "tanh", "relu", "sigmoid")


def array(name: str, value: Any, *shape: int | str) -> np.ndarray:
    """Return `value` as a float64 array of this shape, in which a letter stands for any length."""
    result = np.asarray(value, dtype=float)
    if result.ndim != len(shape) or any(
        length != wanted
        for length, wanted in zip(result.shape, shape, strict=True)
        if not isinstance(wanted, str)
    ):
        expected = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        raise ValueError(f"{name} has shape {result.shape}, expected ({expected})")
    return result


def data(name: str, value: Any) -> np.ndarray:
    """Return `value` as a finite float64 matrix of one or more rows, one row a data point."""
    result = array(name, value, "m", "n")
    if len(result) == 0:
        raise ValueError(f"{name} has no rows, expected at least one data point")
    if not np.isfinite(result).all():
        raise ValueError(f"{name} holds NaN or infinity, expected finite numbers")
    return result


def integer(name: str, value: Any) -> int:
    """Return `value` as an int of 1 or more."""
    try:
        result = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} is {value!r}, expected an integer") from None
    if result < 1:
        raise ValueError(f"{name} is {result}, expected at least 1")
    return result


def number(name: str, value: float, least: float = -math.inf, below: float = math.inf) -> float:
    """Return `value` if it is finite and least <= value < below."""
    if not (math.isfinite(value) and least <= value < below):
        raise ValueError(f"{name} is {value}, expected a finite number in [{least}, {below})")
    return value


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """Return `value` if it is one of the allowed names."""
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, expected one of {', '.join(allowed)}")
    return value
