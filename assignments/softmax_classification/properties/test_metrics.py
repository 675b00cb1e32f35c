"""Predicted classes, accuracy, weights of classes, confusion."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backproof.testing import assert_close, assert_equal, edge
from properties import oracles
from properties.strategies import batches, label_pairs


@given(batch=batches())
def test_metrics_predicted_class_has_the_largest_score(submission, batch):
    """The predicted class of a row is the one with the largest score."""
    assert_equal(submission.metrics.predicted_classes(batch.z), oracles.classes(batch.z), "classes")


@given(batch=batches(), factor=st.sampled_from([0.5, 3.0]))
def test_metrics_predicted_class_is_that_of_the_probabilities(submission, batch, factor):
    """Probabilities and positive multiples of scores have the same order, so the same class."""
    returned = submission.metrics.predicted_classes(factor * batch.z)
    assert_equal(returned, oracles.classes(batch.z), "classes")


@edge
def test_metrics_predicted_class_is_the_first_of_equal_ones(submission):
    """The predicted class is the first one that has the largest score."""
    z = np.array([[1.0, 2.0, 2.0], [3.0, 3.0, 3.0], [0.0, -1.0, 0.0]])
    assert_equal(submission.metrics.predicted_classes(z), np.array([1, 0, 0]), "classes")


@given(batch=batches())
def test_metrics_accuracy_is_the_share_of_right_rows(submission, batch):
    """It is the number of rows with the right class, divided by m."""
    required = np.mean(oracles.classes(batch.z) == batch.labels)
    assert_close(submission.metrics.accuracy(batch.z, batch.labels), required, "the accuracy")


@given(batch=batches())
def test_metrics_accuracy_of_right_scores_is_one(submission, batch):
    """Where the label has the largest score in every row, the accuracy is 1."""
    right = oracles.targets(batch.labels, batch.n)
    assert_close(submission.metrics.accuracy(right, batch.labels), 1.0, "the accuracy")


@edge
@given(batch=batches())
def test_metrics_accuracy_of_wrong_scores_is_zero(submission, batch):
    """Where the label has the smallest score in every row, the accuracy is 0."""
    wrong = -oracles.targets(batch.labels, batch.n)
    assert_close(submission.metrics.accuracy(wrong, batch.labels), 0.0, "the accuracy")


@given(drawn=label_pairs())
def test_metrics_class_weights_balance_the_classes(submission, drawn):
    """Every class that occurs has the weight m / (c · m_j)."""
    labels, _, n = drawn
    counts = [labels.tolist().count(j) for j in range(n)]
    present = sum(count > 0 for count in counts)
    required = [len(labels) / (present * count) if count else 0.0 for count in counts]
    assert_close(submission.metrics.class_weights(labels, n), required, "w")


@given(m=st.integers(1, 4), n=st.integers(2, 4))
def test_metrics_class_weights_of_equal_classes_are_one(submission, m, n):
    """Where all classes occur equally often, each weight is 1."""
    labels = np.tile(np.arange(n), m)
    assert_close(submission.metrics.class_weights(labels, n), np.ones(n), "w")


@edge
def test_metrics_class_weights_of_a_missing_class_are_zero(submission):
    """A class without rows has the weight 0, and the others count alike."""
    returned = submission.metrics.class_weights(np.array([2, 0, 2, 2]), 4)
    assert_close(returned, [2.0, 0.0, 2.0 / 3.0, 0.0], "w")


@given(drawn=label_pairs())
def test_metrics_confusion_counts_pairs(submission, drawn):
    """C[i, j] is the number of rows with the label i and the predicted class j."""
    predicted, labels, n = drawn
    required = np.zeros((n, n))
    for label, found in zip(labels.tolist(), predicted.tolist(), strict=True):
        required[label, found] += 1.0
    assert_equal(submission.metrics.confusion(predicted, labels, n), required, "C")


@given(drawn=label_pairs())
def test_metrics_confusion_of_right_classes_is_diagonal(submission, drawn):
    """If every row is right, C has the numbers of the labels on its diagonal."""
    labels, _, n = drawn
    required = np.diag([float(labels.tolist().count(j)) for j in range(n)])
    assert_equal(submission.metrics.confusion(labels, labels, n), required, "C")
