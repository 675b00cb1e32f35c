"""Wrong variants of the cross-entropy and its gradient."""

import numpy as np

from backproof.testing import misconception
from reference import softmax


@misconception(
    of="value",
    caught_by=(
        "test_cross_entropy_value_is_the_mean_of_the_logarithms",
        "test_cross_entropy_value_is_kept_by_a_duplicated_batch",
    ),
)
def value_is_a_sum(p, labels):
    """You added up the rows; the loss is their mean."""
    return -float(np.sum(np.log(p[np.arange(len(p)), labels])))


@misconception(of="value", caught_by="test_cross_entropy_value_is_the_mean_of_the_logarithms")
def value_is_negative(p, labels):
    """You left out the minus sign, so the loss is not positive."""
    return float(np.mean(np.log(p[np.arange(len(p)), labels])))


@misconception(of="value", caught_by="test_cross_entropy_value_is_the_mean_of_the_logarithms")
def value_is_divided_by_all_entries(p, labels):
    """You divided by m n; the mean is over the m rows."""
    return -float(np.sum(np.log(p[np.arange(len(p)), labels])) / p.size)


@misconception(of="value", caught_by="test_cross_entropy_value_of_no_opinion_is_log_n")
def value_to_base_two(p, labels):
    """You took the logarithm to base 2."""
    return -float(np.mean(np.log2(p[np.arange(len(p)), labels])))


@misconception(of="value", caught_by="test_cross_entropy_value_of_no_opinion_is_log_n")
def value_is_the_missing_probability(p, labels):
    """You took 1 − p in place of −log p."""
    return float(np.mean(1.0 - p[np.arange(len(p)), labels]))


@misconception(of="value", caught_by="test_cross_entropy_value_is_the_mean_of_the_logarithms")
def value_of_the_first_class(p, labels):
    """You took the probability of the first class in every row, not that of the label."""
    return -float(np.mean(np.log(p[:, 0])))


@misconception(of="value", caught_by="test_cross_entropy_value_of_certainty_is_zero")
def value_with_something_added(p, labels):
    """You added a small number to the probabilities, which changes the loss."""
    return -float(np.mean(np.log(p[np.arange(len(p)), labels] + 1e-6)))


@misconception(of="value", caught_by="test_cross_entropy_value_is_the_mean_of_the_logarithms")
def value_is_the_largest(p, labels):
    """You took the largest loss of a row; the loss is the mean."""
    return -float(np.min(np.log(p[np.arange(len(p)), labels])))


@misconception(of="value", caught_by="test_cross_entropy_value_of_certainty_is_zero")
def value_counts_all_classes(p, labels):
    """You added up the logarithms of all classes; only that of the label counts."""
    return -float(np.sum(np.log(p)) / len(p))


@misconception(of="of_targets", caught_by="test_cross_entropy_of_targets_agrees_with_labels")
def of_targets_is_a_sum(p, targets):
    """You added up the rows; the loss is their mean."""
    return -float(np.sum(targets * np.log(np.where(targets > 0, p, 1.0))))


@misconception(of="of_targets", caught_by="test_cross_entropy_of_targets_agrees_with_labels")
def of_targets_is_divided_by_all_entries(p, targets):
    """You divided by m n; the mean is over the m rows."""
    return -float(np.mean(targets * np.log(np.where(targets > 0, p, 1.0))))


@misconception(of="of_targets", caught_by="test_cross_entropy_of_targets_takes_0_log_0_for_0")
def of_targets_multiplies_0_by_infinity(p, targets):
    """You computed 0 · log 0, which is NaN; it counts as 0."""
    with np.errstate(all="ignore"):
        return -float(np.sum(targets * np.log(p)) / len(p))


@misconception(of="of_targets", caught_by="test_cross_entropy_of_targets_weighs_every_class")
def of_targets_takes_the_likeliest_class(p, targets):
    """You took the likeliest target alone; every class counts by its target."""
    return -float(np.mean(np.log(p[np.arange(len(p)), targets.argmax(axis=1)])))


@misconception(of="of_targets", caught_by="test_cross_entropy_of_targets_agrees_with_labels")
def of_targets_to_base_two(p, targets):
    """You took the logarithm to base 2."""
    return -float(np.sum(targets * np.log2(np.where(targets > 0, p, 1.0))) / len(p))


@misconception(of="of_targets", caught_by="test_cross_entropy_of_targets_agrees_with_labels")
def of_targets_adds_the_other_classes(p, targets):
    """You added (1 − y) log(1 − p), which belongs to classes that do not exclude one another."""
    other = np.log(np.where(targets < 1, np.maximum(1.0 - p, 1e-300), 1.0))
    return -float(
        np.sum(targets * np.log(np.where(targets > 0, p, 1.0)) + (1.0 - targets) * other) / len(p)
    )


@misconception(of="of_targets", caught_by="test_cross_entropy_of_targets_weighs_every_class")
def of_targets_exchanges_its_arguments(p, targets):
    """You exchanged p and the targets: the logarithm is that of p."""
    return -float(np.sum(p * np.log(np.maximum(targets, 1e-300))) / len(p))


@misconception(of="of_targets", caught_by="test_cross_entropy_of_targets_agrees_with_labels")
def of_targets_is_negative(p, targets):
    """You left out the minus sign, so the loss is not positive."""
    return float(np.sum(targets * np.log(np.where(targets > 0, p, 1.0))) / len(p))


@misconception(of="of_scores", caught_by="test_cross_entropy_of_scores_of_large_scores_is_right")
def of_scores_by_the_probabilities(z, labels):
    """You took the logarithm of softmax(z), which may be 0 as a float; use log softmax."""
    with np.errstate(divide="ignore"):
        return -float(np.mean(np.log(softmax.softmax(z)[np.arange(len(z)), labels])))


@misconception(of="of_scores", caught_by="test_cross_entropy_of_large_scores_gives_no_warning")
def of_scores_warns(z, labels):
    """You computed exp(z) itself and corrected the overflow afterwards; the warning stays."""
    np.exp(z)
    return -float(np.mean(softmax.log_softmax(z)[np.arange(len(z)), labels]))


@misconception(of="of_scores", caught_by="test_cross_entropy_of_scores_is_that_of_softmax")
def of_scores_is_a_sum(z, labels):
    """You added up the rows; the loss is their mean."""
    return -float(np.sum(softmax.log_softmax(z)[np.arange(len(z)), labels]))


@misconception(
    of="of_scores",
    caught_by=(
        "test_cross_entropy_of_scores_is_that_of_softmax",
        "test_cross_entropy_of_scores_ignores_a_common_shift",
    ),
)
def of_scores_without_softmax(z, labels):
    """You took the scores for logarithms of probabilities; softmax is missing."""
    return -float(np.mean(z[np.arange(len(z)), labels]))


@misconception(of="of_scores", caught_by="test_cross_entropy_of_scores_is_that_of_softmax")
def of_scores_subtracts_the_largest_only(z, labels):
    """You subtracted the largest score, and not the logarithm of the sum."""
    return -float(np.mean((z - z.max(axis=1, keepdims=True))[np.arange(len(z)), labels]))


@misconception(of="of_scores", caught_by="test_cross_entropy_of_scores_is_that_of_softmax")
def of_scores_is_divided_by_all_entries(z, labels):
    """You divided by m n; the mean is over the m rows."""
    return -float(np.sum(softmax.log_softmax(z)[np.arange(len(z)), labels]) / z.size)


@misconception(of="of_scores", caught_by="test_cross_entropy_of_scores_is_that_of_softmax")
def of_scores_by_sigmoids(z, labels):
    """You took the sigmoid of each score in place of softmax."""
    return float(np.mean(np.logaddexp(0.0, -z[np.arange(len(z)), labels])))


@misconception(of="of_scores", caught_by="test_cross_entropy_of_scores_is_that_of_softmax")
def of_scores_takes_softmax_twice(z, labels):
    """You took softmax twice: the scores go in as they are."""
    z = softmax.softmax(z)
    return -float(np.mean(softmax.log_softmax(z)[np.arange(len(z)), labels]))


@misconception(
    of="gradient",
    caught_by=(
        "test_cross_entropy_gradient_is_p_minus_y",
        "test_cross_entropy_gradient_is_halved_by_a_duplicated_batch",
    ),
)
def gradient_is_not_divided(z, labels):
    """You did not divide by m, which the mean over the rows asks for."""
    return softmax.softmax(z) - softmax.one_hot(labels, z.shape[1])


@misconception(of="gradient", caught_by="test_cross_entropy_gradient_is_p_minus_y")
def gradient_is_divided_by_all_entries(z, labels):
    """You divided by m n; the loss is a mean over the m rows."""
    return (softmax.softmax(z) - softmax.one_hot(labels, z.shape[1])) / z.size


@misconception(of="gradient", caught_by="test_cross_entropy_gradient_is_p_minus_y")
def gradient_is_divided_by_the_classes(z, labels):
    """You divided by the number of classes, not by that of the rows."""
    return (softmax.softmax(z) - softmax.one_hot(labels, z.shape[1])) / z.shape[1]


@misconception(
    of="gradient",
    caught_by=(
        "test_cross_entropy_gradient_is_p_minus_y",
        "test_cross_entropy_gradient_is_the_slope",
    ),
)
def gradient_is_p(z, labels):
    """You left out the labels: the gradient is p − y."""
    return softmax.softmax(z) / len(z)


@misconception(
    of="gradient",
    caught_by=(
        "test_cross_entropy_gradient_is_p_minus_y",
        "test_cross_entropy_gradient_is_the_slope",
    ),
)
def gradient_is_y_minus_p(z, labels):
    """You exchanged p and y: the gradient is p − y."""
    return -(softmax.softmax(z) - softmax.one_hot(labels, z.shape[1])) / len(z)


@misconception(of="gradient", caught_by="test_cross_entropy_gradient_is_p_minus_y")
def gradient_at_the_label_only(z, labels):
    """You changed the entries of the labels only; every class has a gradient."""
    return (
        (softmax.softmax(z) - softmax.one_hot(labels, z.shape[1]))
        * softmax.one_hot(labels, z.shape[1])
        / len(z)
    )


@misconception(of="gradient", caught_by="test_cross_entropy_gradient_is_p_minus_y")
def gradient_of_squared_errors(z, labels):
    """You multiplied by p (1 − p), which belongs to squared errors of sigmoids."""
    p = softmax.softmax(z)
    return (softmax.softmax(z) - softmax.one_hot(labels, z.shape[1])) * p * (1.0 - p) / len(z)


@misconception(of="gradient", caught_by="test_cross_entropy_gradient_of_large_scores_is_right")
def gradient_of_scores_cut_off(z, labels):
    """You cut scores off at 500, so two larger ones look alike."""
    z = np.clip(z, -500.0, 500.0)
    return (softmax.softmax(z) - softmax.one_hot(labels, z.shape[1])) / len(z)


@misconception(of="gradient", caught_by="test_cross_entropy_leaves_the_scores_unchanged")
def gradient_writes_into_z(z, labels):
    """You subtracted the largest score in z itself, so the caller's scores change."""
    z -= z.max(axis=1, keepdims=True)
    return (softmax.softmax(z) - softmax.one_hot(labels, z.shape[1])) / len(z)
