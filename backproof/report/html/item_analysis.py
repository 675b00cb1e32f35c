"""Item analysis: the difficulty and the discrimination of each property."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Below this discrimination, strong and weak students pass a property about equally often.
WEAK = 0.1

# Differences below this are rounding errors of sums of points.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Item:
    """The analysis of one property over a class.

    Attributes:
        difficulty: The mean share of its points that was earned, 1 if everyone earned all;
            ``None`` if it has no points.
        discrimination: The correlation of the points earned here with those earned in all other
            properties; ``None`` if either does not vary.

    """

    difficulty: float | None
    discrimination: float | None


def analyse(points: NDArray[np.float64], max_points: Sequence[float]) -> list[Item]:
    """Analyse each property of a class.

    Args:
        points: The points earned: a row for each student, a column for each property.
        max_points: The maximal points of each property.

    """
    rest = points.sum(axis=1)[:, np.newaxis] - points
    return [
        Item(difficulty(earned, best), discrimination(earned, others))
        for earned, others, best in zip(points.T, rest.T, max_points, strict=True)
    ]


def difficulty(earned: NDArray[np.float64], max_points: float) -> float | None:
    """Return the mean share of the points that was earned; ``None`` if there are no points."""
    return float(np.mean(earned) / max_points) if max_points and earned.size else None


def discrimination(earned: NDArray[np.float64], others: NDArray[np.float64]) -> float | None:
    """Return Pearson's correlation of the points of a property with those of all others.

    For a property that is passed or failed as a whole this is the point-biserial correlation. The
    property's own points are left out of the others, because they would correlate with themselves.

    Returns:
        The correlation, or ``None`` if either does not vary.

    """
    if earned.size < 2 or np.ptp(earned) < _ROUNDING or np.ptp(others) < _ROUNDING:
        return None
    here, there = earned - earned.mean(), others - others.mean()
    return float(here @ there / np.sqrt((here @ here) * (there @ there)))
