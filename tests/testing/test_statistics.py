"""How often the statistical checks fail right weights, and how surely they fail wrong ones."""

import numpy as np
import pytest
from scipy.special import bdtrc, chdtr, chdtrc, erf, ndtr

from backproof.submission.messages import Mismatch
from backproof.testing import statistics
from backproof.testing.statistics import FALSE_ALARM
from properties.oracles.initialization import MAGNITUDES

MISS = 1e-6
# Numbers of weights, or degrees of freedom, that the properties use.
SIZES = (160, 640, 1536, 2048, 4096, 8192)
# The end of each family in standard deviations of the normal that it is cut from; 0 is uniform.
CUTS = (0.0, 0.5, 1.0, 2.0, 3.0)


def grid(cut):
    """The points and probabilities of a family of variance 1, for Gauss-Legendre quadrature."""
    nodes, probabilities = np.polynomial.legendre.leggauss(200)
    probabilities = probabilities * np.exp(-((cut * nodes) ** 2) / 2)
    probabilities /= probabilities.sum()
    return nodes / np.sqrt(np.sum(probabilities * nodes**2)), probabilities


def draw(cut, shape, rng):
    """Weights of a family of variance 1."""
    points, probabilities = grid(cut)
    return rng.choice(points, shape, p=probabilities)


def fails(check, *arguments):
    """Tell whether a check fails on its arguments."""
    try:
        check(*arguments)
    except Mismatch:
        return True
    return False


@pytest.mark.parametrize("df", SIZES)
def test_chi_square_band_holds_for_normal_weights(df):
    """The exact tails beyond both bounds stay below the false alarm."""
    low, high = statistics.chi_square_band(df)
    assert chdtr(df, df * low) + chdtrc(df, df * high) <= FALSE_ALARM


@pytest.mark.parametrize("df", SIZES)
def test_chi_square_band_holds_for_every_family(df):
    """So does Chernoff's bound, which the lighter families share."""
    bounds = np.array(statistics.chi_square_band(df))
    assert np.sum(np.exp(-df / 2 * (bounds - 1 - np.log(bounds)))) <= FALSE_ALARM


@pytest.mark.parametrize("cut", CUTS)
def test_families_have_smaller_exponential_moments_of_the_square(cut):
    """E exp(t w²) ≤ (1 − 2t)^(−1/2) for t of either sign."""
    points, probabilities = grid(cut)
    t = np.array([-20, -5, -2, -1, -0.5, -0.2, -0.05, 0.05, 0.1, 0.2, 0.3, 0.4, 0.45])[:, None]
    assert (np.exp(t * points**2) @ probabilities <= (1 - 2 * t[:, 0]) ** -0.5).all()


@pytest.mark.parametrize("cut", CUTS)
def test_families_are_strictly_sub_gaussian(cut):
    """E exp(t w) ≤ exp(t² / 2)."""
    points, probabilities = grid(cut)
    t = np.linspace(0.1, 10, 50)
    assert (np.exp(np.multiply.outer(t, points)) @ probabilities <= np.exp(t**2 / 2)).all()


@pytest.mark.parametrize("cut", CUTS)
def test_sums_of_weights_have_smaller_exponential_moments_of_the_square(cut):
    """E exp(−t (a·w)²) ≤ (1 + 2t)^(−1/2) for ‖a‖ = 1, by E exp(i g (a·w)) with g normal."""
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
    """The exact probability that a wrong variance passes."""
    low, high = statistics.chi_square_band(df)
    assert chdtr(df, df * high / ratio) - chdtr(df, df * low / ratio) <= MISS


@pytest.mark.parametrize("wrong", [4.0, 0.25])
def test_quadratic_band_has_the_power_that_it_states(wrong):
    """Its exact power where A is the identity and the form is χ²."""
    low, high = statistics.quadratic_band(np.eye(16), 64)
    assert chdtr(1024, 1024 * high / wrong) - chdtr(1024, 1024 * low / wrong) <= MISS


@pytest.mark.parametrize("cut", CUTS)
def test_quadratic_band_fails_no_more_often_than_it_states(cut):
    """At a false alarm of 5 %, which can be counted, with eigenvalues far apart."""
    rng = np.random.default_rng(1)
    A = np.diag([8.0, 4.0, 2.0, 1.0, 0.5, 0.25])
    w = draw(cut, (1000, 16, 6), rng)
    means = np.einsum("rci,ij,rcj->r", w, A, w) / 16 / np.trace(A)
    low, high = statistics.quadratic_band(A, 16, 0.05)
    assert np.mean((means < low) | (means > high)) <= 0.05


@pytest.mark.parametrize("n", [16, 64, 512, 1024])
def test_sub_gaussian_bound_holds_for_signs(n):
    """Fair coins come closest to it; their exact binomial tail stays below the false alarm."""
    most = np.floor((n + statistics.sub_gaussian_bound() * np.sqrt(n)) / 2)
    assert 2 * bdtrc(min(most, n), n, 0.5) <= FALSE_ALARM


def test_mean_check_has_the_power_that_it_states():
    """A shift by 0.42σ of 1024 normal weights: the score's distance from the bound, in its sd."""
    rng = np.random.default_rng(2)
    w = 0.42 + rng.standard_normal((1000, 1024))
    scores = w.sum(axis=1) / np.sqrt(np.sum(w**2, axis=1))
    assert scores.mean() - 4.76 * scores.std() > statistics.sub_gaussian_bound()
    assert all(fails(statistics.assert_mean_zero, row, "W") for row in w[:200])


@pytest.mark.parametrize("cut", [None, *CUTS])
def test_correlation_check_sees_equal_and_opposite_vectors(cut):
    """512 entries, three vectors: the score of equal ones is far above the bound, in its sd."""
    rng = np.random.default_rng(3)
    w = rng.standard_normal((500, 512)) if cut is None else draw(cut, (500, 512), rng)
    scores = np.sum(w**2, axis=1) / np.sqrt(np.sum(w**4, axis=1))
    assert scores.mean() - 6 * scores.std() > statistics.sub_gaussian_bound(FALSE_ALARM / 3)
    assert fails(statistics.assert_uncorrelated, [w[0], w[1], w[0]], "rows")
    assert fails(statistics.assert_uncorrelated, [w[0], w[1], -3 * w[0]], "rows")
    assert fails(statistics.assert_uncorrelated, np.abs(w[:2]), "rows")
    assert not fails(statistics.assert_uncorrelated, w[:20], "rows")


def test_distribution_check_tells_the_families_apart():
    """Beyond the bound on D, Dvoretzky, Kiefer and Wolfowitz bound the miss as well."""
    t = np.linspace(0, 4, 4001)
    distance = np.max(np.abs(MAGNITUDES["normal"](t) - MAGNITUDES["uniform"](t / np.sqrt(3))))
    bound = np.sqrt(np.log(2 / FALSE_ALARM) / (2 * 3300))
    assert 2 * np.exp(-2 * 3300 * (distance - bound) ** 2) <= MISS
    rng = np.random.default_rng(4)
    normal, uniform = np.abs(rng.standard_normal(4096)), np.abs(rng.uniform(-1, 1, 4096))
    check = statistics.assert_distribution
    assert not fails(check, normal, MAGNITUDES["normal"], "|W|")
    assert not fails(check, uniform, MAGNITUDES["uniform"], "|W|")
    assert fails(check, uniform * np.sqrt(3), MAGNITUDES["normal"], "|W|")
    assert fails(check, normal / np.sqrt(3), MAGNITUDES["uniform"], "|W|")


def test_largest_normal_band_is_exact():
    """P(max < low) + P(max > high), and the families that end below the lower bound."""
    low, high = statistics.largest_normal_band(2048)
    assert erf(low / np.sqrt(2)) ** 2048 + 2 * 2048 * ndtr(-high) <= 1.0001 * FALSE_ALARM
    assert max(grid(2.0)[0].max(), np.sqrt(3)) < low


def test_largest_uniform_number_is_exact():
    """P(max < u) = ((1 + u) / 2)ⁿ."""
    least = statistics.largest_uniform_least(2048)
    assert ((1 + least) / 2) ** 2048 == pytest.approx(FALSE_ALARM)
    assert least > 0.97
