"""Whether two random functions behave alike, told by the statistics that a property takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backproof.grades.evidence import Measured

# How far apart two statistics may be that have no bound on one side.
_UNBOUNDED = 0.2
# Two samples of one distribution are taken for two with this probability, by the bulk of them;
# their largest entries differ by more than this factor in one of some hundred, which costs a name.
_FALSE_ALARM, _OF_LARGEST = 1e-9, 4 / 3


def resemble(one: Sequence[Measured], other: Sequence[Measured]) -> bool | None:
    """Tell whether the same statistics are outside their bounds, and by as much.

    A property's bounds hold all that chance may bring, about seven standard deviations either way.
    Two samples of one distribution are less than half of that width apart: five of the
    standard deviations of their difference.

    Returns:
        ``None`` if none is outside, so that nothing is told.

    """
    if [each.what for each in one] != [each.what for each in other]:
        return False
    told = None
    for a, b in zip(one, other, strict=True):
        if a.values.shape != b.values.shape:
            return False
        outside = _outside(a)
        if not np.array_equal(outside, _outside(b)):
            return False
        if outside.any():
            if not _near(a, b)[outside].all():
                return False
            told = True
    return told


def tells(measured: Sequence[Measured]) -> bool:
    """Tell whether any of the statistics is outside its bounds."""
    return any(_outside(each).any() for each in measured)


def same_distribution(pairs: Sequence[tuple[Any, Any]]) -> bool:
    """Tell whether the entries of arrays may come from one distribution, pair by pair.

    Smirnov's distance between the two samples of all pairs, each in units of its second array's
    root mean square, by the bound of Dvoretzky, Kiefer and Wolfowitz for either one; and the
    largest magnitudes, as it takes many entries to see in the bulk that the tails are cut off.
    """
    scaled = [_in_units(*pair) for pair in pairs]
    if not scaled:
        return True
    one, other = (np.sort(np.concatenate(side)) for side in zip(*scaled, strict=True))
    ends = [float(np.abs(side[[0, -1]]).max()) for side in (one, other)]
    if max(ends) > _OF_LARGEST * min(ends):
        return False
    both = np.concatenate([one, other])
    heights = (np.searchsorted(side, both, side="right") / len(side) for side in (one, other))
    distance = float(np.max(np.abs(np.subtract(*heights))))
    return distance <= 2 * float(np.sqrt(np.log(4 / _FALSE_ALARM) / (2 * len(one))))


def _in_units(one: Any, other: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    scale = float(np.sqrt(np.mean(np.square(other)))) or 1.0
    return np.ravel(one) / scale, np.ravel(other) / scale


def estimate(theirs: Sequence[Measured], ours: Sequence[Measured]) -> str:
    """Say what the first statistic outside its bounds is, and what a mistake makes of it."""
    for a, b in zip(theirs, ours, strict=True):
        if (outside := _outside(a)).any():
            at = tuple(int(i) for i in np.argwhere(outside)[0])
            low, high = a.low[at], a.high[at]
            return (
                f"Measured: {a.what.rstrip(',')} is {a.values[at]:.3g}; this mistake gives "
                f"{b.values[at]:.3g}, the rule {low:.3g} to {high:.3g}."
            )
    return ""


def _outside(measured: Measured) -> np.ndarray[Any, Any]:
    inside = (measured.values >= measured.low) & (measured.values <= measured.high)
    return np.asarray(~inside)


def _near(a: Measured, b: Measured) -> np.ndarray[Any, Any]:
    with np.errstate(all="ignore"):
        width, ratio = (a.high - a.low) / 2, np.sqrt(a.high / a.low)
        apart = np.abs(a.values - b.values)
        larger = np.maximum(np.abs(a.values), np.abs(b.values))
        smaller = np.minimum(np.abs(a.values), np.abs(b.values))
        by_ratio = (a.low > 0) & np.isfinite(a.high)
        bounded = np.where(np.isfinite(width), apart <= width, apart <= _UNBOUNDED * larger)
        return np.asarray(np.where(by_ratio, larger <= ratio * smaller, bounded))
