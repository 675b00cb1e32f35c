"""Right values are outside the bounds as seldom as promised, and wrong ones as often."""

import numpy as np
import pytest
from scipy.special import bdtr, bdtrc, chdtr, chdtrc, erf, ndtr

from backproof.testing import bands
from backproof.testing.bands import FALSE_ALARM
from tests.testing.families import CUTS, draw, grid

MISS = 1e-6
# Numbers of values, or degrees of freedom, that the properties use.
SIZES = (160, 640, 1536, 2048, 4096, 8192)


@pytest.mark.parametrize("df", SIZES)
def test_chi_square_band_holds_for_normal_values(df):
    """The tails of χ² itself are exact; together they must stay below the false alarm."""
    low, high = bands.chi_square_band(df)
    assert chdtr(df, df * low) + chdtrc(df, df * high) <= FALSE_ALARM


@pytest.mark.parametrize("df", SIZES)
def test_chi_square_band_holds_for_every_family(df):
    """The lighter families share only Chernoff's bound, so that one must be small enough, too."""
    bounds = np.array(bands.chi_square_band(df))
    assert np.sum(np.exp(-df / 2 * (bounds - 1 - np.log(bounds)))) <= FALSE_ALARM


@pytest.mark.parametrize("cut", CUTS)
def test_families_have_smaller_exponential_moments_of_the_square(cut):
    """The χ² band rests on E exp(t w²) ≤ (1 − 2t)^(−1/2), for t of either sign."""
    points, probabilities = grid(cut)
    t = np.array([-20, -5, -2, -1, -0.5, -0.2, -0.05, 0.05, 0.1, 0.2, 0.3, 0.4, 0.45])[:, None]
    assert (np.exp(t * points**2) @ probabilities <= (1 - 2 * t[:, 0]) ** -0.5).all()


@pytest.mark.parametrize("cut", CUTS)
def test_families_are_strictly_sub_gaussian(cut):
    """The bound on sums rests on E exp(t w) ≤ exp(t² / 2)."""
    points, probabilities = grid(cut)
    t = np.linspace(0.1, 10, 50)
    assert (np.exp(np.multiply.outer(t, points)) @ probabilities <= np.exp(t**2 / 2)).all()


@pytest.mark.parametrize("cut", CUTS)
def test_weighted_sums_have_smaller_exponential_moments_of_the_square(cut):
    """The quadratic band rests on E exp(−t (a·w)²) ≤ (1 + 2t)^(−1/2) for ‖a‖ = 1.

    The left side is E exp(i √(2t) g (a·w)) with g normal.
    """
    points, probabilities = grid(cut)
    g, weights = np.polynomial.hermite_e.hermegauss(120)
    rng = np.random.default_rng(0)
    for n in (1, 2, 3, 8, 8, 8):
        a = rng.standard_normal(n) * rng.choice([1.0, 0.1], n)
        a /= np.linalg.norm(a)
        for t in (0.05, 0.2, 0.5, 1.0, 2.0, 5.0):
            angles = np.sqrt(2 * t) * np.multiply.outer(np.multiply.outer(g, a), points)
            transform = np.prod(np.cos(angles) @ probabilities, axis=1)
            assert weights @ transform / weights.sum() <= (1 + 2 * t) ** -0.5


@pytest.mark.parametrize(
    ("ratio", "df"),
    [
        *((4.0, 150), (0.25, 180), (3.0, 280), (1 / 3, 280), (2.0, 610), (0.5, 670)),
        *((1.5, 1900), (2 / 3, 1900), (4 / 3, 3740), (0.75, 3740), (0.7737, 4700)),
    ],
)
def test_chi_square_band_has_the_power_that_it_states(ratio, df):
    """An author chooses the number of values by the stated power, here computed exactly."""
    low, high = bands.chi_square_band(df)
    assert chdtr(df, df * high / ratio) - chdtr(df, df * low / ratio) <= MISS


@pytest.mark.parametrize("wrong", [4.0, 0.25])
def test_quadratic_band_has_the_power_that_it_states(wrong):
    """The form is χ² if A is the identity, so the stated power can be computed exactly."""
    low, high = bands.quadratic_band(np.eye(16), 64)
    assert chdtr(1024, 1024 * high / wrong) - chdtr(1024, 1024 * low / wrong) <= MISS


@pytest.mark.parametrize("cut", CUTS)
def test_quadratic_band_fails_no_more_often_than_it_states(cut):
    """A false alarm of 5 % can be counted; eigenvalues far apart are the hard case."""
    rng = np.random.default_rng(1)
    A = np.diag([8.0, 4.0, 2.0, 1.0, 0.5, 0.25])
    w = draw(cut, (1000, 16, 6), rng)
    means = np.einsum("rci,ij,rcj->r", w, A, w) / 16 / np.trace(A)
    low, high = bands.quadratic_band(A, 16, 0.05)
    assert np.mean((means < low) | (means > high)) <= 0.05


@pytest.mark.parametrize("n", [16, 64, 512, 1024])
def test_sub_gaussian_bound_holds_for_signs(n):
    """Fair coins come closest to the bound; their exact tail must stay below the false alarm."""
    most = np.floor((n + bands.sub_gaussian_bound() * np.sqrt(n)) / 2)
    assert 2 * bdtrc(min(most, n), n, 0.5) <= FALSE_ALARM


def test_largest_normal_band_is_exact():
    """P(max < low) + P(max > high) is exact, and families with a short end fail for certain."""
    low, high = bands.largest_normal_band(2048)
    assert erf(low / np.sqrt(2)) ** 2048 + 2 * 2048 * ndtr(-high) <= 1.0001 * FALSE_ALARM
    assert max(grid(2.0)[0].max(), np.sqrt(3)) < low


def test_largest_uniform_number_is_exact():
    """Only the exact quantile of ((1 + u) / 2)ⁿ has the stated false alarm."""
    least = bands.largest_uniform_least(2048)
    assert ((1 + least) / 2) ** 2048 == pytest.approx(FALSE_ALARM)
    assert least > 0.97


@pytest.mark.parametrize(("m", "marked", "q"), [(10, 4, 3), (5, 5, 2), (8, 1, 8), (6, 0, 2)])
def test_hypergeometric_is_a_distribution_with_the_right_mean(m, marked, q):
    """A wrong weight would shift every band that is computed from it."""
    probabilities = bands.hypergeometric(m, marked, q)
    assert probabilities.sum() == pytest.approx(1.0)
    assert probabilities @ np.arange(q + 1) == pytest.approx(q * marked / m)


@pytest.mark.parametrize(("probability", "draws"), [(1 / 24, 800), (0.5, 60), (0.1, 320)])
def test_count_band_holds_by_the_exact_binomial_tails(probability, draws):
    """The false alarm is shared by all events that are judged together."""
    low, high = bands.count_band(probability, draws, 24)
    below, above = np.ceil(low) - 1, np.floor(high)
    outside = bdtr(below, draws, probability) if below >= 0 else 0.0
    assert outside + bdtrc(above, draws, probability) <= FALSE_ALARM / 24


def test_count_band_excludes_what_is_far_from_the_expectation():
    """A band that holds everything would judge nothing."""
    low, high = bands.count_band(1 / 24, 800, 24)
    assert 0 < low < 800 / 24 < high < 3 * 800 / 24


def test_mean_band_ignores_impossible_values():
    """A value of probability 0 must not widen the band."""
    plain = bands.mean_band([0.0, 1.0], [0.5, 0.5], 100)
    assert bands.mean_band([0.0, 1.0, 1e6], [0.5, 0.5, 0.0], 100) == plain


def test_frequencies_count_what_never_came():
    """An outcome that never comes is the worst deviation, so it needs a count of 0."""
    assert dict(bands.frequencies(["a", "c", "a"], ["a", "b"])) == {"a": 2, "b": 0, "c": 1}
