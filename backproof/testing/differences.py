"""Gradients by central differences, each with a bound on its own error.

For a coordinate x and a step h, let D(h) = (f(x + h) − f(x − h)) / 2h. Its error is of order h², so
Richardson's extrapolation R = (4 D(h/2) − D(h)) / 3 cancels the leading term (L. F. Richardson and
J. A. Gaunt, "The deferred approach to the limit", Phil. Trans. R. Soc. A 226, 1927).

The error of R is estimated by the sum of

- |D(h/2) − D(h)| / 3, the error of D(h/2), which exceeds that of R for a smooth f;
- |2 S(h/2) − S(h)| with S(h) = (f(x + h) − 2 f(x) + f(x − h)) / h. For a smooth f this is of order
  h³. At a kink S(h) is the jump in slope, which central differences do not see if the kink is at x
  itself;
- 8 u |f| / h, the effect of the rounding of f, where u is the spacing of float64 at 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from hypothesis import reject
from numpy.typing import ArrayLike, NDArray

_SPACING = np.finfo(np.float64).eps
# The step is divided by 8 at most this many times, from 1e-3 to 3e-8.
_MAX_SHRINKS = 5

# The points, as multiples of the step, at which ``along`` needs the function.
AT = (-1.0, -0.5, 0.0, 0.5, 1.0)
# Steps for ``along``. The short one is for functions that are linear but for kinks: they have no
# truncation error that a longer step would have to balance, and a short step rarely meets a kink.
STEP, SHORT_STEP = 1e-4, 1e-6


def gradient(
    loss: Callable[[NDArray[np.float64]], float], x: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Differentiate a scalar function in every entry of an array.

    The step is shortened until the slope is resolved. If it is not even at the shortest step, as
    next to a kink, Hypothesis rejects the case and draws another.

    Args:
        loss: A trusted function of a float64 array shaped like ``x``; never a submission's, because
            what it returns decides which cases are rejected.
        x: The point, an array of any shape; it is not changed.

    Returns:
        The gradient and a bound on the error of each of its entries, both shaped like ``x``.

    """
    x = np.array(x, dtype=np.float64)
    slopes, bounds = np.empty_like(x), np.empty_like(x)
    middle = loss(x)
    for index in np.ndindex(x.shape):
        slopes[index], bounds[index] = _resolve(loss, x, index, middle)
    return slopes, bounds


def along(values: Sequence[float] | NDArray[np.float64], step: float) -> tuple[float, float]:
    """Extrapolate the slope of a function of one number at 0.

    Args:
        values: The values of the function at ``step`` times each entry of ``AT``, five numbers.
            They may come from a submission.
        step: The step, such as ``STEP`` or ``SHORT_STEP``.

    Returns:
        The slope and a bound on its error. The bound is infinite if the values determine no slope:
        at a kink, at a jump, or if a value is not finite.

    """
    far_below, below, middle, above, far_above = values
    with np.errstate(all="ignore"):
        wide, narrow = (far_above - far_below) / (2 * step), (above - below) / step
        wide_jump, narrow_jump = (
            (far_above - 2 * middle + far_below) / step,
            (above - 2 * middle + below) / (step / 2),
        )
        slope, error = _extrapolate(wide, narrow, wide_jump, narrow_jump)
        rounding = 8 * _SPACING * np.max(np.abs(values)) / step
        resolved = _is_resolved(slope, error, rounding)
    return slope, error + rounding if resolved else np.inf


def _resolve(
    loss: Callable[[NDArray[np.float64]], float],
    x: NDArray[np.float64],
    index: tuple[int, ...],
    middle: float,
) -> tuple[float, float]:
    """Return the slope in one entry of ``x`` and a bound on its error, or reject the case."""
    step = 1e-3 * max(1.0, abs(x[index]))
    for _ in range(_MAX_SHRINKS + 1):
        wide, wide_jump, largest = _central(loss, x, index, step, middle)
        narrow, narrow_jump, _ = _central(loss, x, index, step / 2, middle)
        slope, error = _extrapolate(wide, narrow, wide_jump, narrow_jump)
        rounding = 8 * _SPACING * largest / step
        if _is_resolved(slope, error, rounding):
            return slope, error + rounding
        step /= 8
    return reject()


def _central(
    loss: Callable[[NDArray[np.float64]], float],
    x: NDArray[np.float64],
    index: tuple[int, ...],
    step: float,
    middle: float,
) -> tuple[float, float, float]:
    """Return D(step), S(step) and the larger magnitude of the two values of ``loss``."""
    centre = x[index]
    above, below = centre + step, centre - step
    x[index] = above
    f_above = loss(x)
    x[index] = below
    f_below = loss(x)
    x[index] = centre
    # Dividing by the distance of the two points cancels the rounding of both sums.
    slope = (f_above - f_below) / (above - below)
    jump = (f_above - 2 * middle + f_below) / step
    return slope, jump, max(abs(f_above), abs(f_below))


def _extrapolate(
    wide: float, narrow: float, wide_jump: float, narrow_jump: float
) -> tuple[float, float]:
    """Return R and the estimate of its error, but for rounding."""
    slope = (4 * narrow - wide) / 3
    return slope, abs(narrow - wide) / 3 + abs(2 * narrow_jump - wide_jump)


def _is_resolved(slope: float, error: float, rounding: float) -> bool:
    return error <= 1e-6 * max(abs(slope), 1e-3) + 16 * rounding
