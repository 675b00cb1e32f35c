"""A linear classifier: scores, gradients, steps, training."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given

from backproof.testing import (
    as_array,
    assert_bounded,
    assert_close,
    assert_equal,
    assert_one_of,
    assert_slope,
    assert_unchanged,
    edge,
    unpack,
)
from backproof.testing.differences import gradient
from properties import oracles
from properties.strategies import data


@cache
def clusters():
    """Return three clusters of 20 points that lines separate, and their labels."""
    rng = np.random.default_rng(5)
    centres = np.array([[2.0, 0.0], [-1.0, 2.0], [-1.0, -2.0]])
    labels = np.tile([0, 1, 2], 20)
    return centres[labels] + rng.uniform(-0.5, 0.5, (60, 2)), labels


def trained(submission, seed=0, **settings):
    """Train on the clusters; return the model and the losses."""
    X, labels = clusters()
    result = submission.classifier.train(X, labels, 3, np.random.default_rng(seed), **settings)
    return unpack(result, "model", "losses")


@given(case=data())
def test_classifier_scores_are_linear(submission, case):
    """Each class has a row of weights: z = X Wᵀ + b."""
    returned = submission.classifier.scores(case.X, case.W, case.b)
    assert_close(returned, oracles.scores(case.X, case.W, case.b), "z")


@given(case=data())
def test_classifier_gradients_follow_the_chain_rule(submission, case):
    """With δ = (p − y) / m: dW = δᵀ X and db = Σ_rows δ."""
    delta = oracles.gradient(oracles.scores(case.X, case.W, case.b), case.labels)
    result = submission.classifier.gradients(case.X, case.W, case.b, case.labels)
    dW, db = unpack(result, "dW", "db")
    assert_close(dW, delta.T @ case.X, "dW")
    assert_close(db, delta.sum(axis=0), "db")


@given(case=data())
def test_classifier_gradients_are_slopes(submission, case):
    """DW is the slope of the cross-entropy of the scores in each weight."""
    slopes, bounds = gradient(
        lambda W: oracles.loss(oracles.scores(case.X, W, case.b), case.labels), case.W
    )
    result = submission.classifier.gradients(case.X, case.W, case.b, case.labels)
    assert_slope(unpack(result, "dW", "db")[0], slopes, bounds, "dW")


@edge
@given(case=data())
def test_classifier_gradients_leave_the_weights_unchanged(submission, case):
    """Inputs and parameters stay as they were."""
    gradients = submission.classifier.gradients
    assert_unchanged(gradients.observe(case.X, case.W, case.b, case.labels))


@given(case=data())
def test_classifier_step_goes_against_the_gradient(submission, case):
    """W moves to W − η dW and b to b − η db."""
    dW, db = 2.0 * case.W + 1.0, 1.0 - case.b
    W, b = unpack(submission.classifier.step(case.W, case.b, dW, db, 0.25), "W", "b")
    assert_close(W, case.W - 0.25 * dW, "W")
    assert_close(b, case.b - 0.25 * db, "b")


@edge
@given(case=data())
def test_classifier_step_returns_new_arrays(submission, case):
    """The arrays that were handed over stay as they were."""
    assert_unchanged(submission.classifier.step.observe(case.W, case.b, case.W, case.b, 0.5))


def test_classifier_training_separates_clusters(submission):
    """Clusters that lines separate are classified without an error after training."""
    X, labels = clusters()
    model, _ = trained(submission)
    assert_equal(submission.classifier.predict(model, X), labels, "the classes")


def test_classifier_training_lowers_the_loss(submission):
    """From log 3 at equal scores, the loss falls below 0.1 in 20 epochs, one number per epoch."""
    losses = as_array(trained(submission)[1], "losses", (20,))
    assert_bounded(losses[0], 0.0, np.log(3.0), "the first loss")
    assert_bounded(losses[-1], 0.0, 0.1, "the last loss")


def test_classifier_first_epoch_of_one_batch_is_one_step(submission):
    """A batch of all rows from zero weights: the loss after one step by the gradient."""
    X, labels = clusters()
    delta = oracles.gradient(np.zeros((60, 3)), labels)
    z = oracles.scores(X, -0.5 * delta.T @ X, -0.5 * delta.sum(axis=0))
    _, losses = trained(submission, batch_size=100, epochs=1, learning_rate=0.5)
    assert_close(losses, [oracles.loss(z, labels)], "losses")


def test_classifier_batches_hold_batch_size_rows(submission):
    """Three rows make batches of two and of one: the loss is that of one order of them."""
    X, labels = np.array([[1.0], [-2.0], [0.5]]), np.array([0, 1, 1])
    result = submission.classifier.train(X, labels, 2, np.random.default_rng(3), 2, 1, 0.5)
    orders = {f"row {last} last": [[i for i in range(3) if i != last], [last]] for last in range(3)}
    required = {
        name: np.array([oracles.loss_after(X, labels, 2, batches, 0.5)])
        for name, batches in orders.items()
    }
    assert_one_of(unpack(result, "model", "losses")[1], required, "losses")


@edge
def test_classifier_training_has_defaults(submission):
    """Without settings: batches of 16 rows, 20 epochs, a learning rate of 0.5."""
    X, labels = np.tile([[1.0, -0.5]], (17, 1)), np.ones(17, dtype=np.int64)
    result = submission.classifier.train(X, labels, 2, np.random.default_rng(0))
    steps = [[[0]] * (2 * epoch) for epoch in range(1, 21)]
    required = [oracles.loss_after(X, labels, 2, batches, 0.5) for batches in steps]
    assert_close(unpack(result, "model", "losses")[1], required, "losses")


def test_classifier_small_batches_take_more_steps(submission):
    """With a step for each batch of 4, one epoch gets further than one step for all rows."""
    _, losses = trained(submission, batch_size=4, epochs=1, learning_rate=0.1)
    assert_bounded(as_array(losses, "losses", (1,)), 0.0, 0.6, "the loss after an epoch")


@edge
@pytest.mark.parametrize("seed", [1, 2])
def test_classifier_training_depends_on_the_generator_alone(submission, seed):
    """The same state of the generator gives the same losses."""
    first, second = (as_array(trained(submission, seed, epochs=2)[1], "losses") for _ in "ab")
    assert_close(second, first, "losses")


@edge
def test_classifier_predicts_any_number_of_rows(submission):
    """A model classifies one row, and many."""
    X, labels = clusters()
    model, _ = trained(submission)
    assert_equal(submission.classifier.predict(model, X[7:8]), labels[7:8], "the class")
