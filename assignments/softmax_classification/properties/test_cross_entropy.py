"""The cross-entropy: of probabilities, of targets, of scores; its gradient p − y."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import (
    assert_close,
    assert_no_warning,
    assert_slope,
    assert_unchanged,
    edge,
)
from backproof.testing.differences import gradient
from backproof.testing.strategies import arrays
from properties import oracles
from properties.strategies import batches

LARGE = np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 999.0]])
WRONG = np.array([1, 2])


@given(batch=batches())
def test_cross_entropy_value_is_the_mean_of_the_logarithms(submission, batch):
    """It is the mean over the rows: l = −(1/m) Σ_i log p[i, y_i]."""
    p = oracles.probabilities(batch.z)
    required = oracles.loss(batch.z, batch.labels)
    assert_close(submission.cross_entropy.value(p, batch.labels), required, "l")


@given(batch=batches())
def test_cross_entropy_value_of_certainty_is_zero(submission, batch):
    """The loss is 0 if the right class has probability 1: l = 0 for p[i, y_i] = 1."""
    p = 0.5 * (oracles.targets(batch.labels, batch.n) + 1.0)
    sure = np.where(p == 1.0, 1.0, 0.25)
    assert_close(submission.cross_entropy.value(sure, batch.labels), 0.0, "l")


@given(batch=batches())
def test_cross_entropy_value_of_no_opinion_is_log_n(submission, batch):
    """Equal probabilities cost log n, whatever the labels are."""
    p = np.full(batch.z.shape, 1.0 / batch.n)
    assert_close(submission.cross_entropy.value(p, batch.labels), np.log(batch.n), "l")


@given(batch=batches())
def test_cross_entropy_value_is_kept_by_a_duplicated_batch(submission, batch):
    """A mean does not change if every row is there twice."""
    twice = batch.twice()
    returned = submission.cross_entropy.value(oracles.probabilities(twice.z), twice.labels)
    assert_close(returned, oracles.loss(batch.z, batch.labels), "l")


@given(batch=batches())
def test_cross_entropy_of_targets_agrees_with_labels(submission, batch):
    """Rows of 0 and 1 are labels: l = −(1/m) Σ_i Σ_j y[i, j] log p[i, j]."""
    p, y = oracles.probabilities(batch.z), oracles.targets(batch.labels, batch.n)
    required = oracles.loss(batch.z, batch.labels)
    assert_close(submission.cross_entropy.of_targets(p, y), required, "l")


@given(batch=batches(), other=arrays((4, 4)))
def test_cross_entropy_of_targets_weighs_every_class(submission, batch, other):
    """Targets may be any probabilities: each class counts by its target."""
    m, n = batch.z.shape
    p, y = oracles.probabilities(batch.z), oracles.probabilities(other[:m, :n])
    required = oracles.loss_of_targets(p, y)
    assert_close(submission.cross_entropy.of_targets(p, y), required, "l")


@edge
def test_cross_entropy_of_targets_takes_0_log_0_for_0(submission):
    """A class that is impossible, rightly so, costs nothing: 0 log 0 = 0."""
    p, y = np.array([[0.0, 0.5, 0.5], [1.0, 0.0, 0.0]]), np.array([[0.0, 1.0, 0.0], [1.0, 0, 0]])
    call = submission.cross_entropy.of_targets.observe(p, y)
    assert_close(call.result, np.log(2.0) / 2, "l")


@given(batch=batches())
def test_cross_entropy_of_scores_is_that_of_softmax(submission, batch):
    """It is the cross-entropy of softmax(z): l = −(1/m) Σ_i log softmax(z)[i, y_i]."""
    required = oracles.loss(batch.z, batch.labels)
    assert_close(submission.cross_entropy.of_scores(batch.z, batch.labels), required, "l")


@given(batch=batches(), shift=st.sampled_from([1.0, -3.0, 10.0]))
def test_cross_entropy_of_scores_ignores_a_common_shift(submission, batch, shift):
    """Only differences of scores count: l(z + c) = l(z)."""
    returned = submission.cross_entropy.of_scores(batch.z + shift, batch.labels)
    assert_close(returned, oracles.loss(batch.z, batch.labels), "l")


@edge
def test_cross_entropy_of_scores_of_large_scores_is_right(submission):
    """softmax(z) may be 0 as a float, and the loss is finite: l = 1000 for these scores."""
    call = submission.cross_entropy.of_scores.observe(LARGE, WRONG)
    assert_close(call.result, oracles.loss(LARGE, WRONG), "l")


@edge
@pytest.mark.parametrize("name", ["of_scores", "gradient"])
def test_cross_entropy_of_large_scores_gives_no_warning(submission, name):
    """Nothing overflows for |z| ≤ 1000, so there is no warning."""
    assert_no_warning(getattr(submission.cross_entropy, name).observe(LARGE, WRONG))


@given(batch=batches())
def test_cross_entropy_gradient_is_p_minus_y(submission, batch):
    """The gradient in the scores is ∂l/∂z = (p − y) / m."""
    required = oracles.gradient(batch.z, batch.labels)
    assert_close(submission.cross_entropy.gradient(batch.z, batch.labels), required, "∂l/∂z")


@given(batch=batches())
def test_cross_entropy_gradient_is_the_slope(submission, batch):
    """The gradient is the slope of the loss in each score."""
    slopes, bounds = gradient(lambda z: oracles.loss(z, batch.labels), batch.z)
    returned = submission.cross_entropy.gradient(batch.z, batch.labels)
    assert_slope(returned, slopes, bounds, "∂l/∂z")


@given(batch=batches())
def test_cross_entropy_gradient_is_halved_by_a_duplicated_batch(submission, batch):
    """Each row counts 1/m: with every row twice, each has half of its gradient."""
    twice = batch.twice()
    required = np.tile(oracles.gradient(batch.z, batch.labels), (2, 1)) / 2
    assert_close(submission.cross_entropy.gradient(twice.z, twice.labels), required, "∂l/∂z")


@edge
def test_cross_entropy_gradient_of_large_scores_is_right(submission):
    """For |z| = 1000 the gradient is p − y, divided by m."""
    call = submission.cross_entropy.gradient.observe(LARGE, WRONG)
    assert_close(call.result, oracles.gradient(LARGE, WRONG), "∂l/∂z")


@edge
@given(batch=batches())
def test_cross_entropy_leaves_the_scores_unchanged(submission, batch):
    """Scores and labels stay as they were."""
    assert_unchanged(submission.cross_entropy.of_scores.observe(batch.z, batch.labels))
    assert_unchanged(submission.cross_entropy.gradient.observe(batch.z, batch.labels))
