"""When two random functions behave alike: by a property's statistics, and by what they return."""

import numpy as np
import pytest

from backproof.diagnosis.distributions import estimate, resemble, same_distribution, tells
from backproof.grades.evidence import Measured


def statistics(*values, low=0.9, high=1.1, what="the variance of W,"):
    """Make a property's statistics, one set of them."""
    values = np.array(values)
    return [Measured(what, values, np.full(values.shape, low), np.full(values.shape, high))]


ALIKE = {
    "outside by as much": (statistics(2.0), statistics(2.1)),
    "one of them outside": (statistics(1.0, 2.0), statistics(1.05, 2.1)),
    "below by as much": (statistics(0.5), statistics(0.52)),
    "without an upper bound": (
        statistics(0.5, low=1.0, high=np.inf),
        statistics(0.55, low=1.0, high=np.inf),
    ),
}
UNLIKE = {
    "outside by more": (statistics(2.0), statistics(3.0)),
    "on the other side": (statistics(2.0), statistics(0.5)),
    "inside": (statistics(2.0), statistics(1.0)),
    "inside, the other one not": (statistics(1.0), statistics(2.0)),
    "another one outside": (statistics(1.0, 2.0), statistics(2.0, 1.0)),
    "one more outside": (statistics(1.0, 2.0), statistics(1.2, 2.0)),
    "of another shape": (statistics(2.0), statistics(2.0, 2.0)),
    "of something else": (statistics(2.0), statistics(2.0, what="the mean of W")),
    "nothing measured": (statistics(2.0), []),
    "without an upper bound": (
        statistics(0.1, low=1.0, high=np.inf),
        statistics(0.9, low=1.0, high=np.inf),
    ),
}


@pytest.mark.parametrize("name", ALIKE)
def test_the_same_statistics_outside_by_as_much_are_alike(name):
    """As far as chance may bring them apart, and whichever is first."""
    one, other = ALIKE[name]
    assert resemble(one, other) is True
    assert resemble(other, one) is True


@pytest.mark.parametrize("name", UNLIKE)
def test_other_statistics_are_not(name):
    """Whether by what is outside, or by how much."""
    one, other = UNLIKE[name]
    assert resemble(one, other) is False
    assert resemble(other, one) is False


def test_what_is_inside_its_bounds_tells_nothing():
    """Right code is inside as well."""
    assert resemble(statistics(1.0), statistics(1.05)) is None
    assert not tells(statistics(1.0, 1.05))
    assert tells(statistics(1.0, 1.2))
    assert tells(statistics(np.nan))


def test_the_estimate_is_of_the_first_that_is_outside():
    """What was measured, what the mistake gives, and what the rule allows."""
    said = estimate(statistics(1.0, 2.0), statistics(1.0, 2.1))
    assert said == (
        "Measured: the variance of W is 2; this mistake gives 2.1, the rule 0.9 to 1.1."
    )
    assert estimate(statistics(1.0), statistics(1.0)) == ""


def drawn(seed, *shape):
    """Draw normal numbers."""
    return np.random.default_rng(seed).standard_normal(shape)


def test_two_samples_of_one_distribution_are_the_same():
    """Whatever their scale is, pair by pair, if it is the same in both."""
    pairs = [(drawn(1, 50, 40), drawn(2, 50, 40)), (9.0 * drawn(3, 50), 9.0 * drawn(4, 50))]
    assert same_distribution(pairs)
    assert same_distribution([])


OTHER = {
    "another scale": 1.3 * drawn(1, 2000),
    "another family": np.sqrt(3.0) * np.random.default_rng(1).uniform(-1.0, 1.0, 2000),
    "another mean": drawn(1, 2000) + 0.4,
    "cut off tails": np.clip(drawn(1, 2000), -2.2, 2.2),
}


@pytest.mark.parametrize("name", OTHER)
def test_samples_of_two_distributions_are_not(name):
    """By the bulk of them, or by the largest."""
    assert not same_distribution([(OTHER[name], drawn(2, 2000))])


def test_the_bulk_alone_tells_a_mean():
    """Where the largest entries agree."""
    one, other = drawn(1, 4000), drawn(2, 4000)
    one[0] = other[0] = 6.0
    assert not same_distribution([(one + np.where(np.abs(one) < 2, 0.4, 0.0), other)])
