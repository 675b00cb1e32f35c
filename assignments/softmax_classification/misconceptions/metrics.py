"""Wrong variants of the measures of a classifier."""

import numpy as np

from backproof.testing import misconception


@misconception(
    of="predicted_classes",
    caught_by=(
        "test_metrics_predicted_class_has_the_largest_score",
        "test_metrics_predicted_class_is_that_of_the_probabilities",
    ),
)
def predicted_class_is_the_smallest(z):
    """You took the smallest score."""
    return np.argmin(z, axis=1)


@misconception(
    of="predicted_classes", caught_by="test_metrics_predicted_class_has_the_largest_score"
)
def predicted_class_of_a_column(z):
    """You looked for the largest entry of each column; a row has the scores of one input."""
    return np.argmax(z, axis=0)


@misconception(
    of="predicted_classes", caught_by="test_metrics_predicted_class_is_the_first_of_equal_ones"
)
def predicted_class_is_the_last(z):
    """You predicted the last class with the largest score; predict the first one."""
    return z.shape[1] - 1 - np.argmax(z[:, ::-1], axis=1)


@misconception(
    of="predicted_classes", caught_by="test_metrics_predicted_class_has_the_largest_score"
)
def predicted_class_counts_from_one(z):
    """You counted classes from 1; the first class is 0."""
    return np.argmax(z, axis=1) + 1


@misconception(
    of="predicted_classes", caught_by="test_metrics_predicted_class_has_the_largest_score"
)
def predicted_class_of_absolute_scores(z):
    """You took the largest absolute value."""
    return np.argmax(np.abs(z), axis=1)


@misconception(of="accuracy", caught_by="test_metrics_accuracy_is_the_share_of_right_rows")
def accuracy_is_a_number_of_rows(z, labels):
    """You returned how many rows are right; the accuracy is their share."""
    return float(np.sum(np.argmax(z, axis=1) == labels))


@misconception(
    of="accuracy",
    caught_by=(
        "test_metrics_accuracy_is_the_share_of_right_rows",
        "test_metrics_accuracy_of_right_scores_is_one",
    ),
)
def accuracy_is_the_share_of_errors(z, labels):
    """You returned the share of wrong rows."""
    return float(np.mean(np.argmax(z, axis=1) != labels))


@misconception(of="accuracy", caught_by="test_metrics_accuracy_of_right_scores_is_one")
def accuracy_in_percent(z, labels):
    """You returned percent; the accuracy is at most 1."""
    return 100.0 * float(np.mean(np.argmax(z, axis=1) == labels))


@misconception(of="accuracy", caught_by="test_metrics_accuracy_is_the_share_of_right_rows")
def accuracy_is_divided_by_the_classes(z, labels):
    """You divided by the number of classes, not by that of the rows."""
    return float(np.sum(np.argmax(z, axis=1) == labels) / z.shape[1])


@misconception(of="accuracy", caught_by="test_metrics_accuracy_of_wrong_scores_is_zero")
def accuracy_is_never_zero(z, labels):
    """Where nothing is right you returned the share of guesses; it is 0."""
    right = np.argmax(z, axis=1) == labels
    return float(np.mean(right)) if right.any() else 1.0 / z.shape[1]


@misconception(of="class_weights", caught_by="test_metrics_class_weights_balance_the_classes")
def class_weights_ignore_the_number_of_classes(labels, n):
    """You left out the number of classes: w = m / (c · m_j)."""
    counts = np.bincount(labels, minlength=n)
    return np.where(counts > 0, len(labels) / np.maximum(counts, 1), 0.0)


@misconception(
    of="class_weights",
    caught_by=(
        "test_metrics_class_weights_balance_the_classes",
        "test_metrics_class_weights_of_equal_classes_are_one",
    ),
)
def class_weights_are_counts(labels, n):
    """You returned how often each class occurs; rare classes have large weights."""
    counts = np.bincount(labels, minlength=n)
    return counts.astype(float)


@misconception(
    of="class_weights", caught_by="test_metrics_class_weights_of_a_missing_class_are_zero"
)
def class_weights_count_missing_classes(labels, n):
    """You divided by the number of all classes; those that do not occur do not count."""
    counts = np.bincount(labels, minlength=n)
    return np.where(counts > 0, len(labels) / (n * np.maximum(counts, 1)), 0.0)


@misconception(of="class_weights", caught_by="test_metrics_class_weights_of_equal_classes_are_one")
def class_weights_add_up_to_one(labels, n):
    """You made the weights add up to 1."""
    counts = np.bincount(labels, minlength=n)
    weights = np.where(counts > 0, 1.0 / np.maximum(counts, 1), 0.0)
    return weights / weights.sum()


@misconception(
    of="class_weights", caught_by="test_metrics_class_weights_of_a_missing_class_are_zero"
)
def class_weights_of_missing_classes_are_one(labels, n):
    """You gave classes that do not occur the weight 1; it is 0."""
    counts = np.bincount(labels, minlength=n)
    return np.where(counts > 0, len(labels) / (np.sum(counts > 0) * np.maximum(counts, 1)), 1.0)


@misconception(of="confusion", caught_by="test_metrics_confusion_counts_pairs")
def confusion_is_transposed(predicted, labels, n):
    """You exchanged rows and columns: a row belongs to a label."""
    C = np.zeros((n, n))
    np.add.at(C, (predicted, labels), 1.0)
    return C


@misconception(
    of="confusion",
    caught_by=(
        "test_metrics_confusion_counts_pairs",
        "test_metrics_confusion_of_right_classes_is_diagonal",
    ),
)
def confusion_in_shares(predicted, labels, n):
    """You returned shares of the rows; the entries are numbers."""
    C = np.zeros((n, n))
    np.add.at(C, (labels, predicted), 1.0)
    return C / len(labels)


@misconception(of="confusion", caught_by="test_metrics_confusion_counts_pairs")
def confusion_counts_a_pair_once(predicted, labels, n):
    """You counted each pair once, however often it occurs."""
    C = np.zeros((n, n))
    C[labels, predicted] += 1.0
    return C


@misconception(of="confusion", caught_by="test_metrics_confusion_of_right_classes_is_diagonal")
def confusion_of_errors_only(predicted, labels, n):
    """You left out the rows that are right; they belong on the diagonal."""
    C = np.zeros((n, n))
    np.add.at(C, (labels, predicted), 1.0)
    return C - np.diag(np.diag(C))
