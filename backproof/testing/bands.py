"""Bounds that a statistic of right code leaves with a probability of at most 10⁻¹².

The false alarm is the probability that right code is outside. "Power" in a docstring states wrong
values that are outside with a probability of at least 1 − 10⁻⁶. Both are computed in
``tests/testing/test_bands.py``.

The bounds on random values with mean 0 hold for independent normal, uniform and truncated normal
values of the required variance σ². The last two families have lighter tails than the first:

- They are strictly sub-Gaussian: E exp(t w) ≤ exp(t² σ² / 2) for every t.
- w² is smaller in convex order than the square of a normal value of that variance, because the two
  densities cross twice, so E exp(t w²) is smaller for every t. The tests confirm the same
  numerically for the square of a weighted sum of values.

So a bound that Chernoff's method gives for normal values holds for all three families
(H. Chernoff, "A measure of asymptotic efficiency for tests of a hypothesis based on the sum of
observations", Ann. Math. Statist. 23, 1952).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import (  # type: ignore[import-untyped]  # scipy has no annotations
    gammainccinv,
    gammaincinv,
    ndtri,
)

FALSE_ALARM = 1e-12


def chi_square_band(df: Any, false_alarm: float = FALSE_ALARM) -> tuple[Any, Any]:
    """Return bounds on S / df, where S is the sum of ``df`` squares (w / σ)² of values w.

    S follows the χ² distribution for normal values, and the bounds are its exact quantiles. Their
    tails are 20 times smaller than ``false_alarm``, so that Chernoff's bound, which holds for all
    families, is also below it.

    Power: from 610 values against twice the variance and from 670 against half of it, 1900
    against 3/2 and 2/3, 3740 against 4/3 and 3/4, 4700 against a truncation at 2σ that is not
    rescaled (0.774), 280 against 3 and 1/3, 180 against 4 and 1/4.

    Args:
        df: The degrees of freedom, a number or an array.
        false_alarm: The probability that S / df is outside the bounds.

    Returns:
        (low, high), each shaped like ``df``.

    """
    tail = false_alarm / 40
    return 2 * gammaincinv(df / 2, tail) / df, 2 * gammainccinv(df / 2, tail) / df


@np.errstate(all="ignore")
def quadratic_band(
    A: NDArray[np.float64], copies: int, false_alarm: float = FALSE_ALARM
) -> tuple[Any, Any]:
    """Return bounds on the mean of ``copies`` forms wᵀ A w / (σ² tr A) of independent vectors w.

    These are the bounds on sums Σ λ χ², with λ the eigenvalues of A, of B. Laurent and P. Massart,
    "Adaptive estimation of a quadratic functional by model selection", Ann. Statist. 28, 2000,
    Lemma 1. Their proof is by Chernoff's method.

    Power: a factor 4 or 1/4 in the variance from 1024 values if A is the identity.

    Args:
        A: A symmetric positive semidefinite matrix (n, n).
        copies: The number of vectors w (n,).
        false_alarm: The probability that the mean is outside the bounds.

    Returns:
        (low, high); NaN if A is zero.

    """
    eigenvalues = np.maximum(np.linalg.eigvalsh(A), 0.0)
    shares = eigenvalues / eigenvalues.sum() / copies
    budget = np.log(2 / false_alarm)
    spread = 2 * np.sqrt(copies * np.sum(shares**2) * budget)
    return 1 - spread, 1 + spread + 2 * shares.max() * budget


def sub_gaussian_bound(false_alarm: float = FALSE_ALARM) -> Any:
    """Return t = √(2 ln(2 / false_alarm)), the bound on |Σ aᵢ wᵢ| / (σ ‖a‖).

    It also bounds |Σ cᵢ| / ‖c‖ for independent symmetric cᵢ, whose signs are fair coins given
    their sizes. Both are exceeded with probability 2 exp(−t² / 2) at most: the first by Chernoff's
    method, the second by W. Hoeffding, "Probability inequalities for sums of bounded random
    variables", J. Amer. Statist. Assoc. 58, 1963.
    """
    return np.sqrt(2 * np.log(2 / false_alarm))


def largest_normal_band(n: int, false_alarm: float = FALSE_ALARM) -> tuple[Any, Any]:
    """Return bounds on the largest of ``n`` magnitudes of N(0, 1).

    The two bounds share ``false_alarm`` equally.

    Power: for n = 2048 the lower bound is 2.46, so a uniform family, which ends at 1.73σ, and one
    that is truncated at 2σ, rescaled (2.27σ) or not, always fail.

    Returns:
        (low, high).

    """
    low, high = -np.expm1(np.log(false_alarm / 2) / n), false_alarm / 2 / n
    return -ndtri(low / 2), -ndtri(high / 2)


def largest_uniform_least(n: int, false_alarm: float = FALSE_ALARM) -> float:
    """Return u with ((1 + u) / 2)ⁿ = false_alarm, a lower bound on the largest of n from U(−1, 1).

    The largest of ``n`` numbers is below u with the probability ``false_alarm``.
    """
    return float(2 * false_alarm ** (1 / n) - 1)


def hypergeometric(m: int, marked: int, q: int) -> NDArray[np.float64]:
    """Return the probabilities of k marked ones among q of m, for k = 0, ..., q.

    Args:
        m: The size of the population.
        marked: The number of marked ones in it.
        q: The number drawn without replacement.

    Returns:
        A vector (q + 1,) with sum 1.

    """
    ways = [math.comb(marked, k) * math.comb(m - marked, q - k) for k in range(q + 1)]
    return np.array([way / math.comb(m, q) for way in ways])


def mean_band(
    values: ArrayLike, probabilities: ArrayLike, draws: int, checks: int = 1
) -> tuple[float, float]:
    """Return bounds on the mean of ``draws`` independent values of a discrete distribution.

    By Chernoff's bound, P(mean ≥ t) ≤ exp(draws (ln E exp(λ value) − λ t)) for every λ > 0. The
    least t over a range of λ is taken, so the bounds hold exactly and not only for many draws.

    Args:
        values: The possible values, a vector (n,).
        probabilities: Their probabilities (n,).
        draws: The number of values in the mean.
        checks: The number of means that are judged together, which share ``FALSE_ALARM``.

    Returns:
        (low, high); the mean is outside with a probability of at most FALSE_ALARM / checks.

    """
    allowed = math.log(2.0 * checks / FALSE_ALARM) / draws
    possible = np.asarray(probabilities) > 0.0
    values = np.asarray(values, dtype=np.float64)[possible]
    probabilities = np.asarray(probabilities)[possible]
    rates = np.geomspace(1e-3, 1e3, 300) / np.ptp(values)
    low = -_highest_mean(-values, probabilities, rates, allowed)
    return low, _highest_mean(values, probabilities, rates, allowed)


def _highest_mean(
    values: NDArray[np.float64],
    probabilities: NDArray[np.float64],
    rates: NDArray[np.float64],
    allowed: float,
) -> float:
    exponents = np.outer(rates, values - values.max())
    log_mean = rates * values.max() + np.log(np.exp(exponents) @ probabilities)
    return float(np.min((log_mean + allowed) / rates))


def count_band(probability: float, draws: int, checks: int) -> tuple[float, float]:
    """Return bounds on how often an event of one probability happens in independent draws.

    Args:
        probability: The probability of the event in a draw.
        draws: The number of draws.
        checks: The number of events that are judged together, as in ``mean_band``.

    Returns:
        (low, high), in events.

    """
    low, high = mean_band([0.0, 1.0], [1.0 - probability, probability], draws, checks)
    return low * draws, high * draws


def frequencies(outcomes: Iterable[Hashable], possible: Iterable[Hashable]) -> Counter[Hashable]:
    """Count how often each outcome occurs; a possible outcome that does not occur counts 0."""
    counts = Counter(dict.fromkeys(possible, 0))
    counts.update(outcomes)
    return counts
