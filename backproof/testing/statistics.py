"""Statistical checks of random values, each with a false alarm of at most 10⁻¹².

The checks of a mean and of a variance hold for independent normal, uniform and truncated normal
values, as the bounds in ``bands`` do. "Power" in a docstring states wrong values that fail with a
probability of at least 1 − 10⁻⁶.

Values may be zero, infinite or NaN, because they come from a submission. The bounds then become
NaN, and ``assert_bounded`` fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from backproof.testing.assertions import assert_bounded
from backproof.testing.bands import FALSE_ALARM, chi_square_band, sub_gaussian_bound


def assert_variance(values: NDArray[np.float64], variance: float, what: str) -> None:
    """Assert by the χ² test that independent values of mean 0 have a variance.

    The power is that of ``chi_square_band``.

    Args:
        values: The values, an array of any shape.
        variance: The required variance.
        what: The name of the values in messages.

    Raises:
        Mismatch: Their mean square is outside the band.

    """
    low, high = chi_square_band(np.size(values))
    returned = np.mean(np.square(values))
    rule = f"a variance of {variance:.4g}, to the accuracy that {np.size(values)} entries allow"
    edges = low * variance, high * variance
    by = "np.mean(np.square({}))"
    assert_bounded(returned, *edges, f"the variance of {what}", rule, of=values, by=by)


def assert_mean_zero(values: NDArray[np.float64], what: str, std: Any = None) -> None:
    """Assert that independent symmetric values have mean 0 in each row.

    Power: a mean of 0.42σ from 1024 values.

    Args:
        values: The values, of shape (n,) or (rows, n).
        what: The name of the values in messages.
        std: Their standard deviation, a number or one for each row; by default the root mean
            square of each row.

    Raises:
        Mismatch: A mean is further from 0 than chance allows.

    """
    std = np.sqrt(np.mean(np.square(values), axis=-1)) if std is None else std
    bound = sub_gaussian_bound() * std / np.sqrt(np.shape(values)[-1])
    means, by = np.mean(values, axis=-1), "np.mean({}, axis=-1)"
    assert_bounded(means, -bound, bound, f"the mean of {what}", of=values, by=by)


@np.errstate(all="ignore")
def assert_uncorrelated(vectors: ArrayLike, what: str) -> None:
    """Assert that no two of several vectors of random values have the same or opposite direction.

    The bound on a sum Σ x y comes from its own terms. The distribution of the cosine itself depends
    on the family: uniform vectors come closer to one another than normal ones do.

    Power: equal or opposite pairs from 512 entries each; all entries of one sign from 512.

    Args:
        vectors: The vectors, of shape (vectors, n).
        what: The name of a pair of vectors in messages.

    Raises:
        Mismatch: The cosine of a pair is further from 0 than chance allows.

    """
    unit = np.array([vector / np.sqrt(np.sum(np.square(vector))) for vector in np.asarray(vectors)])
    pairs = len(unit) * (len(unit) - 1) // 2
    bound = sub_gaussian_bound(FALSE_ALARM / pairs) * np.sqrt(unit**2 @ (unit**2).T)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, 0.0)
    assert_bounded(cosines, -bound, bound, f"the cosine of {what}")


def assert_distribution(
    values: NDArray[np.float64],
    cdf: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    what: str,
) -> None:
    """Assert that independent values follow a continuous distribution.

    The statistic is Kolmogorov's: the largest distance of the empirical distribution function of n
    values from ``cdf``. It exceeds √(ln(2 / α) / 2n) with a probability of at most α (A. Dvoretzky,
    J. Kiefer and J. Wolfowitz, Ann. Math. Statist. 27, 1956, with the constant of P. Massart, "The
    tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality", Ann. Probab. 18, 1990).

    Power: the magnitudes of a normal and of a uniform family of the same variance, whose
    distribution functions are 0.114 apart, from 3300 values.

    Args:
        values: The values, an array of any shape.
        cdf: The required distribution function, of a sorted vector.
        what: The name of the values in messages.

    Raises:
        Mismatch: The distance is larger than chance allows.

    """
    values = np.sort(np.ravel(values))
    heights, steps = cdf(values), np.arange(len(values) + 1) / len(values)
    distance = max(np.max(heights - steps[:-1]), np.max(steps[1:] - heights))
    bound = np.sqrt(np.log(2 / FALSE_ALARM) / (2 * len(values)))
    assert_bounded(distance, 0.0, bound, f"the distance of {what} from its distribution")
