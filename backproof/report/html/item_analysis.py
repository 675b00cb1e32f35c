"""Item analysis: how difficult each property was, and whether it tells students apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Below so much, a property was passed and failed by strong and weak students alike.
WEAK = 0.1

# Sums of points that differ by less are one score.
_SAME = 1e-9


@dataclass(frozen=True)
class Item:
    """One property over a class.

    Attributes:
        difficulty: The mean share of its points that was earned: 1 if everybody earned all;
            ``None`` where it has no points.
        discrimination: The correlation of the points earned here with those earned in all other
            properties; ``None`` where either is the same for everybody.

    """

    difficulty: float | None
    discrimination: float | None


def analyse(points: NDArray[np.float64], most: Sequence[float]) -> list[Item]:
    """Analyse each property of a class.

    Args:
        points: The points earned: a row for each student, a column for each property.
        most: The points that there are, for each property.

    """
    rest = points.sum(axis=1)[:, np.newaxis] - points
    return [
        Item(difficulty(earned, best), discrimination(earned, others))
        for earned, others, best in zip(points.T, rest.T, most, strict=True)
    ]


def difficulty(earned: NDArray[np.float64], most: float) -> float | None:
    """Give the mean share of the points that was earned; ``None`` where there are none."""
    return float(np.mean(earned) / most) if most and earned.size else None


def discrimination(earned: NDArray[np.float64], others: NDArray[np.float64]) -> float | None:
    """Correlate the points of a property with those of all others, Pearson's r.

    For a property that is passed or failed as a whole this is the point-biserial correlation. The
    property's own points are not in the sum, as they would correlate with themselves.

    Returns:
        The correlation, or ``None`` where one of them does not vary.

    """
    if earned.size < 2 or np.ptp(earned) < _SAME or np.ptp(others) < _SAME:
        return None
    here, there = earned - earned.mean(), others - others.mean()
    return float(here @ there / np.sqrt((here @ here) * (there @ there)))
