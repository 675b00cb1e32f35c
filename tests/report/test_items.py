"""Item analysis, against values computed by hand and by other libraries."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from backproof.report.html.item_analysis import analyse, difficulty, discrimination


def test_difficulty_is_the_mean_share_of_the_points():
    """Three of four students earn both points, one earns half of one: 6.5 of 8."""
    assert difficulty(np.array([2.0, 2.0, 2.0, 0.5]), 2.0) == pytest.approx(6.5 / 8)


def test_a_property_without_points_has_no_difficulty():
    """A share of 0 points does not exist, nor a mean over nobody."""
    assert difficulty(np.zeros(3), 0.0) is None
    assert difficulty(np.zeros(0), 1.0) is None


def test_discrimination_by_hand():
    """With x = 0, 0, 1, 1 and y = 1, 3, 2, 4: Σ dx dy = 1, Σ dx² = 1, Σ dy² = 5, so r = 1/√5."""
    x, y = np.array([0.0, 0.0, 1.0, 1.0]), np.array([1.0, 3.0, 2.0, 4.0])
    assert discrimination(x, y) == pytest.approx(1 / np.sqrt(5))


def test_of_passed_and_failed_it_is_the_point_biserial_correlation():
    """SciPy computes it independently, from the means of the groups."""
    rng = np.random.default_rng(0)
    passed, others = rng.random(50) < 0.6, rng.normal(size=50)
    expected = stats.pointbiserialr(passed, others).statistic
    assert discrimination(3.0 * passed, others) == pytest.approx(expected)


def test_what_does_not_vary_has_no_discrimination():
    """Rounding errors must not give a correlation where everyone has the same score."""
    rising = np.array([0.0, 1.0, 2.0])
    assert discrimination(np.ones(3), rising) is None
    assert discrimination(rising, 0.1 + 1e-12 * rising) is None
    assert discrimination(np.ones(1), np.ones(1)) is None


@given(arrays(float, st.tuples(st.integers(3, 20), st.integers(2, 6)), elements=st.floats(0, 4)))
def test_the_points_of_a_property_are_not_in_the_sum_that_it_is_held_against(points):
    """A property correlates with itself, so including it would flatter every property."""
    assume(np.all(np.std(points, axis=0) > 1e-3))
    items = analyse(points, [4.0] * points.shape[1])
    for column, item in enumerate(items):
        others = np.delete(points, column, axis=1).sum(axis=1)
        if np.ptp(others) > 1e-3:
            expected = np.corrcoef(points[:, column], others)[0, 1]
            assert item.discrimination == pytest.approx(expected, abs=1e-6)
        assert item.difficulty == pytest.approx(np.mean(points[:, column]) / 4)
