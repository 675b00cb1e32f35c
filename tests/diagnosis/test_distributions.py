"""Tests of the comparison of random functions by statistics and by distributions."""

import numpy as np
import pytest

from backproof.diagnosis.distributions import (
    describe_deviation,
    deviates,
    deviations_match,
    same_distribution,
)
from backproof.grades.evidence import Measured


def statistics(*values, low=0.9, high=1.1, what="the variance of W,"):
    """Return the statistics of a property, with the same bounds for each value."""
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
    """Other random numbers of the same wrong distribution must lead to the same name."""
    one, other = ALIKE[name]
    assert deviations_match(one, other)
    assert deviations_match(other, one)


@pytest.mark.parametrize("name", UNLIKE)
def test_other_statistics_are_not(name):
    """A mistake of another size is another mistake."""
    one, other = UNLIKE[name]
    assert not deviations_match(one, other)
    assert not deviations_match(other, one)


def test_what_is_inside_its_bounds_tells_nothing():
    """Correct code is inside its bounds, too, so such statistics identify no mistake."""
    assert deviations_match(statistics(1.0), statistics(1.05))
    assert not deviates(statistics(1.0, 1.05))
    assert deviates(statistics(1.0, 1.2))
    assert deviates(statistics(np.nan))


def test_the_estimate_is_of_the_first_that_is_outside():
    """The student reads the measurement that the name of the mistake is derived from."""
    sentence = describe_deviation(statistics(1.0, 2.0), statistics(1.0, 2.1))
    assert sentence == (
        "Measured: the variance of W is 2; this mistake gives 2.1, the rule 0.9 to 1.1."
    )
    assert describe_deviation(statistics(1.0), statistics(1.0)) == ""


def drawn(seed, *shape):
    """Return normal numbers."""
    return np.random.default_rng(seed).standard_normal(shape)


def test_two_samples_of_one_distribution_are_the_same():
    """Each case may draw weights of another scale, so pairs are compared in their own units."""
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
    """A variance alone does not identify a mistake: its distribution must be the same, too."""
    assert not same_distribution([(OTHER[name], drawn(2, 2000))])


def test_the_bulk_alone_tells_a_mean():
    """The largest entries of two samples may agree by chance."""
    one, other = drawn(1, 4000), drawn(2, 4000)
    one[0] = other[0] = 6.0
    assert not same_distribution([(one + np.where(np.abs(one) < 2, 0.4, 0.0), other)])
