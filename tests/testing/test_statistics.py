"""Checks of random values pass right ones and fail wrong ones with the power that they state."""

import numpy as np
import pytest
from scipy.special import erf

from backproof.testing import statistics
from backproof.testing.bands import FALSE_ALARM, sub_gaussian_bound
from tests.support.assertions import fails
from tests.testing.families import CUTS, draw

MISS = 1e-6


def normal_cdf(t):
    """P(|w| ≤ t) for N(0, 1)."""
    return erf(t / np.sqrt(2.0))


def uniform_cdf(t):
    """P(|w| ≤ t) for U(−1, 1)."""
    return np.minimum(t, 1.0)


def test_variance_check_passes_the_variance_and_fails_twice_of_it():
    """The χ² band is computed for variance 1 and must be scaled to the required one."""
    w = 3.0 * np.random.default_rng(5).standard_normal(1024)
    assert not fails(statistics.assert_variance, w, 9.0, "W")
    assert fails(statistics.assert_variance, w, 4.5, "W")
    assert fails(statistics.assert_variance, w, 18.0, "W")


def test_mean_check_has_the_power_that_it_states():
    """An author relies on the stated power: here the score's distance from the bound, in its sd."""
    rng = np.random.default_rng(2)
    w = 0.42 + rng.standard_normal((1000, 1024))
    scores = w.sum(axis=1) / np.sqrt(np.sum(w**2, axis=1))
    assert scores.mean() - 4.76 * scores.std() > sub_gaussian_bound()
    assert all(fails(statistics.assert_mean_zero, row, "W") for row in w[:200])


@pytest.mark.parametrize("cut", [None, *CUTS])
def test_correlation_check_sees_equal_and_opposite_vectors(cut):
    """Copied or mirrored rows of weights are the mistakes that this check is for."""
    rng = np.random.default_rng(3)
    w = rng.standard_normal((500, 512)) if cut is None else draw(cut, (500, 512), rng)
    scores = np.sum(w**2, axis=1) / np.sqrt(np.sum(w**4, axis=1))
    assert scores.mean() - 6 * scores.std() > sub_gaussian_bound(FALSE_ALARM / 3)
    assert fails(statistics.assert_uncorrelated, [w[0], w[1], w[0]], "rows")
    assert fails(statistics.assert_uncorrelated, [w[0], w[1], -3 * w[0]], "rows")
    assert fails(statistics.assert_uncorrelated, np.abs(w[:2]), "rows")
    assert not fails(statistics.assert_uncorrelated, w[:20], "rows")


def test_distribution_check_tells_the_families_apart():
    """The stated power follows from the same inequality, applied to the wrong family."""
    t = np.linspace(0, 4, 4001)
    distance = np.max(np.abs(normal_cdf(t) - uniform_cdf(t / np.sqrt(3))))
    bound = np.sqrt(np.log(2 / FALSE_ALARM) / (2 * 3300))
    assert 2 * np.exp(-2 * 3300 * (distance - bound) ** 2) <= MISS
    rng = np.random.default_rng(4)
    normal, uniform = np.abs(rng.standard_normal(4096)), np.abs(rng.uniform(-1, 1, 4096))
    check = statistics.assert_distribution
    assert not fails(check, normal, normal_cdf, "|W|")
    assert not fails(check, uniform, uniform_cdf, "|W|")
    assert fails(check, uniform * np.sqrt(3), normal_cdf, "|W|")
    assert fails(check, normal / np.sqrt(3), uniform_cdf, "|W|")


def test_checks_fail_values_that_are_not_finite():
    """A submission may return NaN, infinity or zeros only, and none of them may pass."""
    for value in (np.nan, np.inf, 0.0):
        w = np.full((2, 512), value)
        assert fails(statistics.assert_variance, w, 1.0, "W")
        assert fails(statistics.assert_uncorrelated, w, "rows")
