"""Wrong variants of softmax, its logarithm, and labels as rows."""

import numpy as np

from backproof.testing import misconception


@misconception(of="softmax", caught_by="test_softmax_divides_by_the_sum_of_the_row")
def softmax_over_the_batch(z):
    """You added up the rows of the batch. The sum runs over the classes of a row."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=0, keepdims=True)


@misconception(of="softmax", caught_by="test_softmax_divides_by_the_sum_of_the_row")
def softmax_over_all_entries(z):
    """You divided by the sum of all entries. Each row has a sum of its own."""
    powers = np.exp(z - z.max())
    return powers / powers.sum()


@misconception(of="softmax", caught_by="test_softmax_of_large_scores_is_right")
def softmax_without_a_shift(z):
    """You computed exp(z) itself, which overflows. Subtract the largest score of the row first."""
    powers = np.exp(z)
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(of="softmax", caught_by="test_softmax_of_large_scores_is_right")
def softmax_shifts_by_the_smallest(z):
    """You subtracted the smallest score of the row, so exp overflows; subtract the largest."""
    powers = np.exp(z - z.min(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(of="softmax", caught_by="test_softmax_of_large_scores_is_right")
def softmax_shifts_by_the_largest_of_all(z):
    """You subtracted the largest score of the batch, so a row may become 0; each has its own."""
    powers = np.exp(z - z.max())
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(of="softmax", caught_by="test_softmax_of_large_scores_is_right")
def softmax_cuts_large_scores_off(z):
    """You cut scores off at 100, so two larger ones look alike."""
    powers = np.exp(np.clip(z, -100.0, 100.0))
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(of="softmax", caught_by="test_softmax_divides_by_the_sum_of_the_row")
def softmax_is_not_divided(z):
    """You did not divide by the sum of the row."""
    return np.exp(np.minimum(z, 700.0))


@misconception(of="softmax", caught_by="test_softmax_divides_by_the_sum_of_the_row")
def softmax_divides_by_the_largest(z):
    """You divided by the largest power of the row, not by the sum."""
    return np.exp(z - z.max(axis=1, keepdims=True))


@misconception(of="softmax", caught_by="test_softmax_divides_by_the_sum_of_the_row")
def softmax_of_squares(z):
    """You took squares in place of exponentials."""
    powers = z**2 + 1e-300
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(of="softmax", caught_by="test_softmax_divides_by_the_sum_of_the_row")
def softmax_to_base_two(z):
    """You took powers of 2 in place of e."""
    powers = 2.0 ** (z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(of="softmax", caught_by="test_softmax_divides_by_the_sum_of_the_row")
def softmax_of_negative_scores(z):
    """You took exp(−z), so the smallest score gets the largest probability."""
    powers = np.exp(z.min(axis=1, keepdims=True) - z)
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(
    of="softmax",
    caught_by=("test_softmax_divides_by_the_sum_of_the_row", "test_softmax_rows_are_distributions"),
)
def softmax_returns_logarithms(z):
    """You returned the logarithms of the probabilities."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return z - z.max(axis=1, keepdims=True) - np.log(powers.sum(axis=1, keepdims=True))


@misconception(of="softmax", caught_by="test_softmax_divides_by_the_sum_of_the_row")
def softmax_of_each_score_alone(z):
    """You took the sigmoid of each score, so the probabilities of a row do not add up to 1."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


@misconception(of="softmax", caught_by="test_softmax_divides_by_the_sum_of_the_row")
def softmax_of_half_scores(z):
    """You halved the scores first."""
    powers = np.exp((z - z.max(axis=1, keepdims=True)) / 2)
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(of="softmax", caught_by="test_softmax_divides_by_the_sum_of_the_row")
def softmax_with_something_added(z):
    """You added a small number to the sum, so the probabilities do not add up to 1."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / (powers.sum(axis=1, keepdims=True) + 1e-6)


@misconception(of="softmax", caught_by="test_softmax_divides_by_the_sum_of_the_row")
def softmax_in_single_precision(z):
    """You computed in float32, which is not accurate enough."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


@misconception(
    of="softmax",
    caught_by=("test_softmax_divides_by_the_sum_of_the_row", "test_softmax_rows_are_distributions"),
)
def softmax_uses_the_first_row(z):
    """You divided every row by the sum of the first one."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers[:1].sum(axis=1, keepdims=True)


@misconception(of="softmax", caught_by="test_softmax_divides_by_the_sum_of_the_row")
def softmax_picks_the_largest(z):
    """You returned 1 for the largest score and 0 for the others."""
    return np.eye(z.shape[1])[z.argmax(axis=1)]


@misconception(of="softmax", caught_by="test_softmax_of_two_classes_is_the_sigmoid")
def softmax_of_two_classes_is_exchanged(z):
    """With two classes you exchanged their probabilities."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    return p[:, ::-1] if z.shape[1] == 2 else p


@misconception(of="softmax", caught_by="test_softmax_of_a_single_class_is_one")
def softmax_of_one_class_is_a_sigmoid(z):
    """With a single class you took the sigmoid; one class alone has the probability 1."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    return 0.5 * (1.0 + np.tanh(0.5 * z)) if z.shape[1] == 1 else p


@misconception(of="softmax", caught_by="test_softmax_ignores_a_common_shift")
def softmax_of_absolute_scores(z):
    """You took the absolute values of the scores first."""
    z = np.abs(z)
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(of="softmax", caught_by="test_softmax_follows_an_exchange_of_the_classes")
def softmax_doubles_the_last_class(z):
    """You counted the last class twice in the sum."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / (powers.sum(axis=1, keepdims=True) + powers[:, -1:])


@misconception(of="softmax", caught_by="test_softmax_of_a_row_is_that_of_the_row_alone")
def softmax_of_one_row_is_flat(z):
    """For a single row you returned equal probabilities."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return (
        np.full(z.shape, 1.0 / z.shape[1])
        if len(z) == 1
        else powers / powers.sum(axis=1, keepdims=True)
    )


@misconception(of="softmax", caught_by="test_softmax_functions_leave_z_unchanged")
def softmax_writes_into_z(z):
    """You subtracted the largest score in z itself, so the caller's scores change."""
    z -= z.max(axis=1, keepdims=True)
    powers = np.exp(z)
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(of="log_sum_exp", caught_by="test_softmax_log_sum_exp_of_large_scores_is_right")
def log_sum_exp_overflows(z):
    """You computed exp(z) itself, which overflows. Take the largest score out of the sum first."""
    return np.log(np.exp(z).sum(axis=1))


@misconception(of="log_sum_exp", caught_by="test_softmax_functions_give_no_warning")
def log_sum_exp_warns(z):
    """You computed exp(z) and corrected the overflow afterwards; the warning stays."""
    plain = np.log(np.exp(z).sum(axis=1))
    largest = z.max(axis=1)
    right = largest + np.log(np.exp(z - largest[:, None]).sum(axis=1))
    return np.where(np.isfinite(plain), plain, right)


@misconception(of="log_sum_exp", caught_by="test_softmax_log_sum_exp_is_the_logarithm_of_the_sum")
def log_sum_exp_over_the_batch(z):
    """You added up the rows of the batch. The sum runs over the classes of a row."""
    largest = z.max(axis=0)
    return largest + np.log(np.exp(z - largest).sum(axis=0))


@misconception(of="log_sum_exp", caught_by="test_softmax_log_sum_exp_is_the_logarithm_of_the_sum")
def log_sum_exp_is_a_column(z):
    """You returned a column (m, 1); it has one entry for each row, (m,)."""
    largest = z.max(axis=1, keepdims=True)
    return largest + np.log(np.exp(z - largest).sum(axis=1, keepdims=True))


@misconception(of="log_sum_exp", caught_by="test_softmax_log_sum_exp_is_the_logarithm_of_the_sum")
def log_sum_exp_is_a_mean(z):
    """You took the mean of the exponentials, not the sum."""
    largest = z.max(axis=1)
    return largest + np.log(np.exp(z - largest[:, None]).mean(axis=1))


@misconception(of="log_sum_exp", caught_by="test_softmax_log_sum_exp_is_the_logarithm_of_the_sum")
def log_sum_exp_is_the_largest(z):
    """You returned the largest score alone."""
    return z.max(axis=1)


@misconception(
    of="log_sum_exp",
    caught_by=(
        "test_softmax_log_sum_exp_is_the_logarithm_of_the_sum",
        "test_softmax_log_sum_exp_moves_with_the_scores",
    ),
)
def log_sum_exp_forgets_the_largest(z):
    """You subtracted the largest score and did not add it again."""
    return np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1))


@misconception(of="log_sum_exp", caught_by="test_softmax_log_sum_exp_is_the_logarithm_of_the_sum")
def log_sum_exp_to_base_two(z):
    """You took the logarithm to base 2."""
    largest = z.max(axis=1)
    return largest + np.log2(np.exp(z - largest[:, None]).sum(axis=1))


@misconception(
    of="log_softmax", caught_by="test_softmax_log_softmax_of_tiny_probabilities_is_finite"
)
def log_softmax_by_the_probabilities(z):
    """You took the logarithm of the probabilities, which may be 0 as floats."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return np.log(powers / powers.sum(axis=1, keepdims=True))


@misconception(
    of="log_softmax", caught_by="test_softmax_log_softmax_of_tiny_probabilities_is_finite"
)
def log_softmax_by_guarded_probabilities(z):
    """You kept the probabilities above a small number, which makes small ones wrong."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return np.log(np.maximum(powers / powers.sum(axis=1, keepdims=True), 1e-300))


@misconception(of="log_softmax", caught_by="test_softmax_log_softmax_is_the_logarithm")
def log_softmax_subtracts_the_largest_only(z):
    """You subtracted the largest score, and not the logarithm of the sum."""
    return z - z.max(axis=1, keepdims=True)


@misconception(of="log_softmax", caught_by="test_softmax_log_softmax_is_the_logarithm")
def log_softmax_is_the_probability(z):
    """You returned the probabilities, without the logarithm."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@misconception(of="log_softmax", caught_by="test_softmax_log_softmax_is_the_logarithm")
def log_softmax_to_base_ten(z):
    """You took the logarithm to base 10."""
    shifted = z - z.max(axis=1, keepdims=True)
    return (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))) / np.log(10.0)


@misconception(of="log_softmax", caught_by="test_softmax_log_softmax_is_the_logarithm")
def log_softmax_is_positive(z):
    """You returned −log p; the logarithm of a probability is not positive."""
    shifted = z - z.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1, keepdims=True)) - shifted


@misconception(of="one_hot", caught_by="test_softmax_one_hot_has_a_column_for_every_class")
def one_hot_up_to_the_largest_label(labels, n):
    """You made columns up to the largest label only; n says how many there are."""
    return np.eye(max(n if len(labels) > 2 else 0, labels.max() + 1))[labels]


@misconception(of="one_hot", caught_by="test_softmax_one_hot_is_float64")
def one_hot_of_integers(labels, n):
    """You returned integers; the entries are float64."""
    return np.eye(n, dtype=np.int64)[labels]


@misconception(of="one_hot", caught_by="test_softmax_one_hot_is_one_at_the_label")
def one_hot_counts_from_one(labels, n):
    """You counted classes from 1; the first class is 0."""
    return np.eye(n)[labels - 1]


@misconception(of="one_hot", caught_by="test_softmax_one_hot_is_one_at_the_label")
def one_hot_with_minus_one(labels, n):
    """You wrote −1 where 0 belongs."""
    return 2.0 * np.eye(n)[labels] - 1.0


@misconception(of="one_hot", caught_by="test_softmax_one_hot_is_one_at_the_label")
def one_hot_up_to_the_label(labels, n):
    """You marked all classes up to the label."""
    return np.tri(n)[labels]
