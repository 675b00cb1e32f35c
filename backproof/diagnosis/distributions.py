"""Compare two random functions by the statistics that a property takes and by their results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from backproof.grades.evidence import Measured

# Relative difference up to which two statistics match if their bounds are open on one side.
_UNBOUNDED_TOLERANCE = 0.2
# Probability that two samples of one distribution are rejected because of their bulk.
_FALSE_ALARM = 1e-9
# Ratio of the largest magnitudes up to which two samples match. It rejects about one in several
# hundred pairs of samples of one distribution; then a mistake is not named.
_MAX_RATIO_OF_LARGEST = 4 / 3


def deviates(statistics: Sequence[Measured]) -> bool:
    """Return whether any of the statistics is outside its bounds."""
    return any(_outside(each).any() for each in statistics)


def count_outside(statistics: Sequence[Measured]) -> int:
    """Return how many of the statistics are outside their bounds."""
    return sum(int(_outside(each).sum()) for each in statistics)


def deviations_match(one: Sequence[Measured], other: Sequence[Measured]) -> bool:
    """Return whether the same statistics are outside their bounds, by about the same amount.

    The bounds of a property allow for about seven standard deviations on either side. Two samples
    of one distribution differ by less than half of the width between the bounds: that is five
    standard deviations of their difference.
    """
    if [each.what for each in one] != [each.what for each in other]:
        return False
    for a, b in zip(one, other, strict=True):
        if a.values.shape != b.values.shape:
            return False
        outside = _outside(a)
        if not np.array_equal(outside, _outside(b)) or not _near(a, b)[outside].all():
            return False
    return True


def same_distribution(pairs: Sequence[tuple[Any, Any]]) -> bool:
    """Return whether the entries of two arrays may be samples of one distribution, for all pairs.

    The entries of each pair are divided by the root mean square of its second array, and the
    entries of all pairs are joined to two samples. Two tests must accept them:

    - Smirnov's distance between the two samples is at most the sum of the bounds of Dvoretzky,
      Kiefer and Wolfowitz for either sample.
    - The largest magnitudes are similar. This detects tails that are cut off, which the distance
      would only show in very large samples.
    """
    scaled = [_in_units(*pair) for pair in pairs]
    if not scaled:
        return True
    one, other = (np.sort(np.concatenate(side)) for side in zip(*scaled, strict=True))
    largest = [float(np.abs(side[[0, -1]]).max()) for side in (one, other)]
    if max(largest) > _MAX_RATIO_OF_LARGEST * min(largest):
        return False
    both = np.concatenate([one, other])
    heights = (np.searchsorted(side, both, side="right") / len(side) for side in (one, other))
    distance = float(np.max(np.abs(np.subtract(*heights))))
    return distance <= 2 * float(np.sqrt(np.log(4 / _FALSE_ALARM) / (2 * len(one))))


def _in_units(one: Any, other: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    scale = float(np.sqrt(np.mean(np.square(other)))) or 1.0
    return np.ravel(one) / scale, np.ravel(other) / scale


def describe_deviation(submission: Sequence[Measured], mistake: Sequence[Measured]) -> str:
    """Return a sentence on the first statistic that is outside its bounds; empty if none is.

    Args:
        submission: Statistics of the submission.
        mistake: The same statistics of a known mistake.

    """
    for a, b in zip(submission, mistake, strict=True):
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
    return np.asarray(~inside)  # NaN is outside


def _near(a: Measured, b: Measured) -> np.ndarray[Any, Any]:
    """Return which values differ by less than half of the width between their bounds.

    The width is a ratio if the lower bound is positive and the upper one finite.
    """
    with np.errstate(all="ignore"):
        width, ratio = (a.high - a.low) / 2, np.sqrt(a.high / a.low)
        apart = np.abs(a.values - b.values)
        larger = np.maximum(np.abs(a.values), np.abs(b.values))
        smaller = np.minimum(np.abs(a.values), np.abs(b.values))
        by_ratio = (a.low > 0) & np.isfinite(a.high)
        bounded = np.where(
            np.isfinite(width), apart <= width, apart <= _UNBOUNDED_TOLERANCE * larger
        )
        return np.asarray(np.where(by_ratio, larger <= ratio * smaller, bounded))
