"""Gradients by Richardson-extrapolated central differences, each with a bound on its own error.

For a coordinate x and a step h, D(h) = (f(x + h) − f(x − h)) / 2h and R = (4 D(h/2) − D(h)) / 3.
The error of R is estimated by e = |D(h/2) − D(h)| / 3 plus the rounding of the loss, 8 u |f| / h.
A kink within the step makes e large, unless it is at x itself, where central differences agree;
so the jump in slope, |2 S(h/2) − S(h)| with S(h) = (f(x + h) − 2 f(x) + f(x − h)) / h, is added.
While e is large the step shrinks, and what stays unresolved is no verdict: the case is rejected,
and Hypothesis draws another.
"""

import numpy as np
from hypothesis import reject

_UNIT_ROUNDOFF = np.finfo(np.float64).eps
_SHRINKS = 5

# Where ``along`` needs a function's values, as multiples of a step. What is linear but for kinks
# loses nothing by a short one, which rarely crosses any.
AT = (-1.0, -0.5, 0.0, 0.5, 1.0)
STEP, SHORT_STEP = 1e-4, 1e-6


def gradient(loss, x):
    """Differentiate ``loss(x)`` in every coordinate of ``x``.

    Args:
        loss: A trusted function of an array to a float; never a submission's.
        x: The float64 array to differentiate at; left unchanged.

    Returns:
        The gradient and a bound on the error of each of its entries, both shaped like ``x``.

    """
    x = np.array(x, dtype=np.float64)
    slopes, bounds = np.empty_like(x), np.empty_like(x)
    f = loss(x)
    for index in np.ndindex(x.shape):
        slopes[index], bounds[index] = _resolve(loss, x, index, f)
    return slopes, bounds


def along(values, step):
    """Extrapolate the slope at 0 from the values of a function at the multiples ``AT`` of a step.

    Args:
        values: Five numbers. They may come from anywhere: here nothing but numbers is looked at.
        step: The step.

    Returns:
        The slope and a bound on its error, infinite where the values have none: at a kink or a
        jump, or where they are not finite.

    """
    far_below, below, middle, above, far_above = values
    with np.errstate(all="ignore"):
        wide, narrow = (far_above - far_below) / (2 * step), (above - below) / step
        wide_jump, narrow_jump = (
            (far_above - 2 * middle + far_below) / step,
            (above - 2 * middle + below) / (step / 2),
        )
        slope = (4 * narrow - wide) / 3
        error = abs(narrow - wide) / 3 + abs(2 * narrow_jump - wide_jump)
        floor = 8 * _UNIT_ROUNDOFF * np.max(np.abs(values)) / step
        resolved = error <= 1e-6 * max(abs(slope), 1e-3) + 16 * floor
    return slope, error + floor if resolved else np.inf


def _resolve(loss, x, index, f):
    step = 1e-3 * max(1.0, abs(x[index]))
    for _ in range(_SHRINKS + 1):
        slope, error, floor = _richardson(loss, x, index, step, f)
        if error <= 1e-6 * max(abs(slope), 1e-3) + 16 * floor:
            return slope, error + floor
        step /= 8
    return reject()


def _richardson(loss, x, index, step, f):
    wide, wide_jump, largest = _central(loss, x, index, step, f)
    narrow, narrow_jump, _ = _central(loss, x, index, step / 2, f)
    slope = (4 * narrow - wide) / 3
    error = abs(narrow - wide) / 3 + abs(2 * narrow_jump - wide_jump)
    return slope, error, 8 * _UNIT_ROUNDOFF * largest / step


def _central(loss, x, index, step, f):
    centre = x[index]
    above, below = centre + step, centre - step
    x[index] = above
    f_above = loss(x)
    x[index] = below
    f_below = loss(x)
    x[index] = centre
    # The steps that were taken, not those that were asked for: both sums are rounded.
    slope = (f_above - f_below) / (above - below)
    jump = (f_above - 2 * f + f_below) / step
    return slope, jump, max(abs(f_above), abs(f_below))
