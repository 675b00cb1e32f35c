"""Softmax: values, invariances, large scores; labels as rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_no_warning,
    assert_unchanged,
    edge,
)
from backproof.testing.strategies import arrays
from properties import oracles
from properties.strategies import batches, label_pairs

SCORES = arrays((2, 3))
LARGE = np.array([[1000.0, 999.0, -1000.0], [-1000.0, -1000.0, -999.5], [0.0, 1000.0, 1000.0]])
FUNCTIONS = ("log_sum_exp", "softmax", "log_softmax")


@given(z=SCORES)
def test_softmax_divides_by_the_sum_of_the_row(submission, z):
    """Each row is divided by its own sum: p[i, j] = exp(z[i, j]) / Σ_k exp(z[i, k])."""
    assert_close(submission.softmax.softmax(z), oracles.probabilities(z), "p")


@given(batch=batches())
def test_softmax_rows_are_distributions(submission, batch):
    """The probabilities of a row add up to 1, for any number of rows and classes."""
    p = submission.softmax.softmax(batch.z)
    assert_close(p, oracles.probabilities(batch.z), "p")


@given(z=SCORES, shift=st.sampled_from([1.0, -2.0, 5.0]))
def test_softmax_ignores_a_common_shift(submission, z, shift):
    """Only differences of scores count: softmax(z + c) = softmax(z)."""
    assert_close(submission.softmax.softmax(z + shift), oracles.probabilities(z), "p")


@given(z=arrays((3, 2)))
def test_softmax_of_two_classes_is_the_sigmoid(submission, z):
    """With two classes, p[i, 0] = 1 / (1 + exp(z[i, 1] − z[i, 0]))."""
    first = 1.0 / (1.0 + np.exp(z[:, 1] - z[:, 0]))
    assert_close(submission.softmax.softmax(z), np.stack([first, 1.0 - first], axis=1), "p")


@given(z=SCORES)
def test_softmax_follows_an_exchange_of_the_classes(submission, z):
    """Classes have no order: exchanged scores have exchanged probabilities."""
    assert_close(submission.softmax.softmax(z[:, ::-1]), oracles.probabilities(z)[:, ::-1], "p")


@given(z=SCORES)
def test_softmax_of_a_row_is_that_of_the_row_alone(submission, z):
    """Rows do not influence one another: softmax of one row is that row of softmax."""
    assert_close(submission.softmax.softmax(z[:1]), oracles.probabilities(z)[:1], "p")


@edge
@given(z=arrays((3, 1)))
def test_softmax_of_a_single_class_is_one(submission, z):
    """One class alone is certain: p[i, 0] = 1."""
    assert_close(submission.softmax.softmax(z), np.ones((3, 1)), "p")


@edge
def test_softmax_of_large_scores_is_right(submission):
    """exp(1000) is too large for float64, but p is not: |z| = 1000 is allowed."""
    assert_close(submission.softmax.softmax(LARGE), oracles.probabilities(LARGE), "p")


@edge
@pytest.mark.parametrize("name", FUNCTIONS)
def test_softmax_functions_give_no_warning(submission, name):
    """Nothing overflows for |z| ≤ 1000, so there is no warning."""
    assert_no_warning(getattr(submission.softmax, name).observe(LARGE))


@edge
@pytest.mark.parametrize("name", FUNCTIONS)
@given(z=SCORES)
def test_softmax_functions_leave_z_unchanged(submission, name, z):
    """The scores stay as they were."""
    assert_unchanged(getattr(submission.softmax, name).observe(z))


@given(z=SCORES)
def test_softmax_log_sum_exp_is_the_logarithm_of_the_sum(submission, z):
    """It has one entry for each row: a[i] = log Σ_k exp(z[i, k])."""
    assert_close(submission.softmax.log_sum_exp(z), oracles.log_sums(z), "a")


@given(z=arrays((3, 2)), shift=st.sampled_from([1.0, -4.0]))
def test_softmax_log_sum_exp_moves_with_the_scores(submission, z, shift):
    """A common shift moves it as far: log Σ exp(z + c) = c + log Σ exp(z)."""
    returned = submission.softmax.log_sum_exp(z + shift)
    assert_close(returned, oracles.log_sums(z) + shift, "a")


@edge
def test_softmax_log_sum_exp_of_large_scores_is_right(submission):
    """It is at least the largest score, so it is finite for |z| = 1000."""
    assert_close(submission.softmax.log_sum_exp(LARGE), oracles.log_sums(LARGE), "a")


@given(z=SCORES)
def test_softmax_log_softmax_is_the_logarithm(submission, z):
    """It is the logarithm of softmax: log p[i, j] = z[i, j] − log Σ_k exp(z[i, k])."""
    assert_close(submission.softmax.log_softmax(z), oracles.logarithms(z), "log p")


@edge
def test_softmax_log_softmax_of_tiny_probabilities_is_finite(submission):
    """P may be 0 as a float where log p is −2000: no logarithm of p is needed."""
    assert_close(submission.softmax.log_softmax(LARGE), oracles.logarithms(LARGE), "log p")


@given(drawn=label_pairs())
def test_softmax_one_hot_is_one_at_the_label(submission, drawn):
    """Each row is 1 at its label and 0 elsewhere."""
    labels, _, n = drawn
    assert_equal(submission.softmax.one_hot(labels, n), oracles.targets(labels, n), "y")


@edge
def test_softmax_one_hot_has_a_column_for_every_class(submission):
    """A class without a row has a column, too: n says how many there are."""
    labels = np.array([1, 0])
    assert_equal(submission.softmax.one_hot(labels, 4), oracles.targets(labels, 4), "y")


@edge
def test_softmax_one_hot_is_float64(submission):
    """Differences with probabilities are taken, so its entries are float64."""
    assert_dtype(submission.softmax.one_hot(np.array([1, 0, 1]), 2), "y", (3, 2))
