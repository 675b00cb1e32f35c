"""Checks of random weights: each fails right code with probability 1e-12 at most.

Right weights are independent and normal, uniform or truncated normal, of mean 0 and an exact
variance σ². The last two families have lighter tails, in two senses that the bounds rest on:

- they are strictly sub-Gaussian: E exp(t w) ≤ exp(t² σ² / 2) for every t;
- w² is smaller in convex order than the square of a normal weight of that variance, because
  the two densities cross twice, so E exp(t w²) is smaller too, for t of either sign. For the
  square of a weighted sum of weights, tests/test_statistics.py finds the same numerically.

So what Chernoff's method gives for the normal family holds for all three. "Power" below names
what fails with probability 1 − 1e-6 at least; that file computes both error probabilities.

Zeros and infinities may get here; the bounds then become NaN, and everything fails them.
"""

import math
from collections import Counter

import numpy as np
from scipy.special import gammainccinv, gammaincinv, ndtri

from backproof.testing.assertions import assert_bounded

FALSE_ALARM = 1e-12


def chi_square_band(df, false_alarm=FALSE_ALARM):
    """Bounds on S / df, where S sums the squares of ``df`` weights over their variance.

    S is χ² for normal weights, and these are its exact quantiles, with tails so far below
    ``false_alarm`` (20 times) that Chernoff's bound, which holds for every family, is below it.

    Power: from 610 weights against twice the variance and from 670 against half of it, 1900
    against 3/2 and 2/3, 3740 against 4/3 and 3/4, 4700 against a truncation at 2σ that is not
    rescaled (0.774), 280 against 3 and 1/3, 180 against 4 and 1/4.
    """
    tail = false_alarm / 40
    return 2 * gammaincinv(df / 2, tail) / df, 2 * gammainccinv(df / 2, tail) / df


@np.errstate(all="ignore")
def quadratic_band(A, copies, false_alarm=FALSE_ALARM):
    """Bounds on the mean of ``copies`` forms wᵀ A w / (σ² tr A), for independent vectors w.

    Laurent and Massart's bounds on Σ λ χ², with λ the eigenvalues of A; both come by Chernoff's
    method. Power: a factor 4 or 1/4 in the variance from 1024 weights if A is the identity.
    """
    eigenvalues = np.maximum(np.linalg.eigvalsh(A), 0.0)
    shares = eigenvalues / eigenvalues.sum() / copies
    budget = np.log(2 / false_alarm)
    spread = 2 * np.sqrt(copies * np.sum(shares**2) * budget)
    return 1 - spread, 1 + spread + 2 * shares.max() * budget


def sub_gaussian_bound(false_alarm=FALSE_ALARM):
    """Bound on |Σ aᵢ wᵢ| / (σ ‖a‖), and on |Σ cᵢ| / ‖c‖ for independent symmetric cᵢ.

    The signs of symmetric terms are fair coins, given their sizes, so either is exceeded with
    probability 2 exp(−t² / 2) at most (Chernoff; Hoeffding).
    """
    return np.sqrt(2 * np.log(2 / false_alarm))


def assert_variance(values, variance, what):
    """Independent values of mean 0 have this variance, by the χ² test; its power is the band's."""
    low, high = chi_square_band(np.size(values))
    returned = np.mean(np.square(values))
    rule = f"a variance of {variance:.4g}, to the accuracy that {np.size(values)} entries allow"
    edges = low * variance, high * variance
    by = "np.mean(np.square({}))"
    assert_bounded(returned, *edges, f"the variance of {what}", rule, of=values, by=by)


def assert_mean_zero(values, what, std=None):
    """The means of independent symmetric values, one per row, are as near to 0 as by chance.

    Power: a mean of 0.42σ from 1024 values.

    Args:
        values: The values, in an array of one or two dimensions.
        what: Their name in a message.
        std: Their standard deviation, a number for each row; their root mean square by default.

    """
    std = np.sqrt(np.mean(np.square(values), axis=-1)) if std is None else std
    bound = sub_gaussian_bound() * std / np.sqrt(np.shape(values)[-1])
    means, by = np.mean(values, axis=-1), "np.mean({}, axis=-1)"
    assert_bounded(means, -bound, bound, f"the mean of {what}", of=values, by=by)


@np.errstate(all="ignore")
def assert_uncorrelated(vectors, what):
    """No two of the vectors point the same way or opposite ways, beyond what chance brings.

    The sum Σ x y is judged by its own terms, since the cosine's distribution depends on the
    family: uniform vectors come closer to one another than normal ones do.

    Power: equal or opposite pairs from 512 entries each; all entries of one sign from 512.
    """
    unit = np.array([vector / np.sqrt(np.sum(np.square(vector))) for vector in vectors])
    pairs = len(unit) * (len(unit) - 1) // 2
    bound = sub_gaussian_bound(FALSE_ALARM / pairs) * np.sqrt(unit**2 @ (unit**2).T)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, 0.0)
    assert_bounded(cosines, -bound, bound, f"the cosine of {what}")


def assert_distribution(values, cdf, what):
    """Independent values follow a continuous distribution function ``cdf``.

    The bound √(ln(2 / α) / 2n) on the largest distance between the two functions is Dvoretzky,
    Kiefer and Wolfowitz's, with Massart's constant. Power: the magnitudes of a normal and of a
    uniform family of the same variance are 0.114 apart, told apart from 3300 values.
    """
    values = np.sort(np.ravel(values))
    heights, steps = cdf(values), np.arange(len(values) + 1) / len(values)
    distance = max(np.max(heights - steps[:-1]), np.max(steps[1:] - heights))
    bound = np.sqrt(np.log(2 / FALSE_ALARM) / (2 * len(values)))
    assert_bounded(distance, 0.0, bound, f"the distance of {what} from its distribution")


def largest_normal_band(n, false_alarm=FALSE_ALARM):
    """Bounds on the largest of ``n`` magnitudes of N(0, 1), the two sharing ``false_alarm``.

    Power: for n = 2048 the lower one is 2.46, so a uniform family, which ends at 1.73σ, and one
    that is truncated at 2σ, rescaled (2.27σ) or not, always fail.
    """
    low, high = -np.expm1(np.log(false_alarm / 2) / n), false_alarm / 2 / n
    return -ndtri(low / 2), -ndtri(high / 2)


def largest_uniform_least(n, false_alarm=FALSE_ALARM):
    """The number that the largest of ``n`` numbers from U(−1, 1) exceeds: ((1 + u) / 2)ⁿ = α."""
    return 2 * false_alarm ** (1 / n) - 1


def hypergeometric(m, marked, q):
    """P(k marked rows among q of m), for k = 0, ..., q."""
    ways = [math.comb(marked, k) * math.comb(m - marked, q - k) for k in range(q + 1)]
    return np.array([way / math.comb(m, q) for way in ways])


def mean_band(values, probabilities, draws, checks=1):
    """Bound the mean of ``draws`` independent values of a distribution, from below and above.

    Chernoff's bound, P(mean ≥ t) ≤ exp(draws (log E exp(λ value) − λ t)), holds for every λ > 0;
    the best of many is taken. It is no approximation, so the false alarm is what it says.

    Args:
        values: The possible values.
        probabilities: Of each of them.
        draws: How many are averaged.
        checks: How many such means are judged; they share ``FALSE_ALARM``.

    Returns:
        (low, high): the mean is outside with a probability of at most FALSE_ALARM / checks.

    """
    allowed = math.log(2.0 * checks / FALSE_ALARM) / draws
    possible = np.asarray(probabilities) > 0.0
    values = np.asarray(values, dtype=np.float64)[possible]
    probabilities = np.asarray(probabilities)[possible]
    rates = np.geomspace(1e-3, 1e3, 300) / np.ptp(values)
    low = -_highest_mean(-values, probabilities, rates, allowed)
    return low, _highest_mean(values, probabilities, rates, allowed)


def _highest_mean(values, probabilities, rates, allowed):
    exponents = np.outer(rates, values - values.max())
    log_mean = rates * values.max() + np.log(np.exp(exponents) @ probabilities)
    return float(np.min((log_mean + allowed) / rates))


def count_band(probability, draws, checks):
    """How often something of this probability happens in ``draws`` trials, as (low, high)."""
    low, high = mean_band([0.0, 1.0], [1.0 - probability, probability], draws, checks)
    return low * draws, high * draws


def frequencies(found, possible):
    """Count each tuple that was found, and with 0 those that are possible but were not."""
    counts = Counter(dict.fromkeys(possible, 0))
    counts.update(found)
    return counts
