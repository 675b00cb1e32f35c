"""Mistakes in the mean squared error and in its gradient."""

import functools

import numpy as np

from backproof.testing import misconception
from reference import losses


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_the_mean_over_all_entries")
def value_has_a_factor_one_half(prediction, target):
    """You put a factor ½ before the loss; the mean squared error has none."""
    return losses.mean_squared_error(prediction, target) / 2.0


@misconception(
    of="mean_squared_error",
    caught_by=(
        "test_losses_value_is_kept_by_a_duplicated_batch",
        "test_losses_value_of_a_single_row_or_output_is_the_mean",
    ),
)
def value_is_the_sum(prediction, target):
    """You summed the squared differences without dividing by their number m·n."""
    return float(np.sum((prediction - target) ** 2))


@misconception(
    of="mean_squared_error",
    caught_by=(
        "test_losses_value_is_the_mean_over_all_entries",
        "test_losses_value_of_a_single_row_or_output_is_the_mean",
    ),
)
def value_is_the_mean_over_the_rows_only(prediction, target):
    """You divided by the number of rows m only; the mean runs over all m·n entries."""
    return float(np.sum((prediction - target) ** 2) / len(prediction))


@misconception(
    of="mean_squared_error",
    caught_by=(
        "test_losses_value_is_the_mean_over_all_entries",
        "test_losses_value_is_kept_by_a_duplicated_batch",
    ),
)
def value_is_the_mean_over_the_outputs_only(prediction, target):
    """You divided by the number of outputs n only; the mean runs over all m·n entries."""
    return float(np.sum((prediction - target) ** 2) / prediction.shape[1])


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_the_mean_over_all_entries")
def value_corrects_the_degrees_of_freedom(prediction, target):
    """You divided by m·n − 1, as for a sample variance; the mean divides by m·n."""
    return float(np.sum((prediction - target) ** 2) / max(prediction.size - 1, 1))


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_quadratic")
def value_has_a_root(prediction, target):
    """You took the root of the mean squared error."""
    return losses.mean_squared_error(prediction, target) ** 0.5


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_quadratic")
def value_is_the_mean_absolute_error(prediction, target):
    """You averaged the absolute differences instead of their squares."""
    return float(np.mean(np.abs(prediction - target)))


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_quadratic")
def value_clips_the_differences(prediction, target):
    """You limited the differences to [−1, 1] before squaring them."""
    return float(np.mean(np.clip(prediction - target, -1.0, 1.0) ** 2))


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_never_negative")
def value_forgets_the_square(prediction, target):
    """You averaged the differences without squaring them, so errors cancel one another."""
    return float(np.mean(prediction - target))


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_the_mean_over_all_entries")
def value_squares_the_mean(prediction, target):
    """You squared the mean difference; the squares have to be taken before the mean."""
    return float(np.mean(prediction - target) ** 2)


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_one_number")
def value_is_a_number_for_each_row(prediction, target):
    """You averaged over the outputs only and returned one loss for each row."""
    return np.mean((prediction - target) ** 2, axis=1)


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_one_number")
def value_is_a_number_for_each_output(prediction, target):
    """You averaged over the rows only and returned one loss for each output."""
    return np.mean((prediction - target) ** 2, axis=0)


@misconception(
    of="mean_squared_error", caught_by="test_losses_value_of_a_single_row_or_output_is_the_mean"
)
def value_broadcasts_a_flat_target(prediction, target):
    """You flattened the target of a single output: (m, 1) − (m,) is a table of m·m differences."""
    flat = target.ravel() if target.shape[1] == 1 else target
    return float(np.mean((prediction - flat) ** 2))


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_zero_at_the_target")
def value_adds_a_small_constant(prediction, target):
    """You added a small constant, which no division or logarithm here needs."""
    return losses.mean_squared_error(prediction, target) + 1e-8


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_zero_at_the_target")
def value_decays_the_prediction(prediction, target):
    """You added a penalty on the size of the prediction, which is no part of this loss."""
    return losses.mean_squared_error(prediction, target) + 0.01 * float(np.mean(prediction**2))


@misconception(
    of="mean_squared_error",
    caught_by=("test_losses_value_is_symmetric", "test_losses_give_no_warning"),
)
def value_is_relative_to_the_target(prediction, target):
    """You divided the differences by the target, which fails where it is 0."""
    return float(np.mean(((prediction - target) / target) ** 2))


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_accurate_far_from_zero")
def value_expands_the_square(prediction, target):
    """You summed p² − 2pt + t²: between large numbers that are almost equal no digit is left."""
    return float(np.mean(prediction**2 - 2.0 * prediction * target + target**2))


@misconception(of="mean_squared_error", caught_by="test_losses_leave_their_arguments_unchanged")
def value_subtracts_in_place(prediction, target):
    """You subtracted the target from the prediction in place, so the caller's array changed."""
    prediction -= target
    return float(np.mean(prediction**2))


@misconception(
    of="mean_squared_error_gradient",
    caught_by=(
        "test_losses_gradient_fits_its_own_loss",
        "test_losses_gradient_is_divided_by_all_entries",
        "test_losses_gradient_is_the_slope_in_each_entry",
        "test_losses_gradient_of_a_single_row_or_output_is_divided_by_all_entries",
    ),
)
def gradient_misses_the_factor_two(prediction, target):
    """You left out the factor 2 that the square leaves behind when it is differentiated."""
    return losses.mean_squared_error_gradient(prediction, target) / 2.0


@misconception(
    of="mean_squared_error_gradient",
    caught_by=(
        "test_losses_gradient_is_divided_by_all_entries",
        "test_losses_gradient_is_the_slope_in_each_entry",
    ),
)
def gradient_is_divided_by_the_rows_only(prediction, target):
    """You divided by the number of rows m only; the loss is a mean over all m·n entries."""
    return 2.0 * (prediction - target) / len(prediction)


@misconception(
    of="mean_squared_error_gradient",
    caught_by=(
        "test_losses_gradient_is_halved_by_a_duplicated_batch",
        "test_losses_gradient_is_the_slope_in_each_entry",
    ),
)
def gradient_is_divided_by_the_outputs_only(prediction, target):
    """You divided by the number of outputs n only; the loss is a mean over all m·n entries."""
    return 2.0 * (prediction - target) / prediction.shape[1]


@misconception(
    of="mean_squared_error_gradient",
    caught_by=(
        "test_losses_gradient_is_halved_by_a_duplicated_batch",
        "test_losses_gradient_of_a_single_row_or_output_is_divided_by_all_entries",
    ),
)
def gradient_is_that_of_the_sum(prediction, target):
    """You differentiated the sum of the squares: the 1/(m n) of the mean is missing."""
    return 2.0 * (prediction - target)


@misconception(
    of="mean_squared_error_gradient",
    caught_by="test_losses_gradient_is_halved_by_a_duplicated_batch",
)
def gradient_is_divided_by_all_entries_twice(prediction, target):
    """You divided by m·n twice: once is what makes the sum a mean."""
    return losses.mean_squared_error_gradient(prediction, target) / prediction.size


@misconception(
    of="mean_squared_error_gradient", caught_by="test_losses_gradient_is_the_slope_in_each_entry"
)
def gradient_has_the_wrong_sign(prediction, target):
    """You returned 2 (target − prediction) / (m n); the minus belongs to the descent step."""
    return -losses.mean_squared_error_gradient(prediction, target)


@misconception(of="mean_squared_error_gradient", caught_by="test_losses_gradient_is_antisymmetric")
def gradient_loses_its_sign(prediction, target):
    """You took the absolute differences: the gradient has to say in which direction to go."""
    return np.abs(losses.mean_squared_error_gradient(prediction, target))


@misconception(
    of="mean_squared_error_gradient",
    caught_by="test_losses_gradient_is_linear_in_the_differences",
)
def gradient_is_that_of_the_absolute_error(prediction, target):
    """You returned the signs of the differences; that is the gradient of the absolute error."""
    return np.sign(prediction - target) / prediction.size


@misconception(
    of="mean_squared_error_gradient",
    caught_by="test_losses_gradient_is_linear_in_the_differences",
)
def gradient_is_clipped(prediction, target):
    """You limited the gradient to [−0.5, 0.5]; the derivative of the loss has no limit."""
    return np.clip(losses.mean_squared_error_gradient(prediction, target), -0.5, 0.5)


@misconception(
    of="mean_squared_error_gradient",
    caught_by=("test_losses_gradient_is_zero_at_the_target", "test_losses_give_no_warning"),
)
def gradient_is_that_of_the_root(prediction, target):
    """You differentiated the root of the mean squared error, which has no slope at the target."""
    root = np.sqrt(np.mean((prediction - target) ** 2))
    return (prediction - target) / (prediction.size * root)


@misconception(
    of="mean_squared_error_gradient", caught_by="test_losses_gradient_is_zero_at_the_target"
)
def gradient_forgets_the_target(prediction, target):
    """You left the target out, so the predictions are drawn to 0."""
    return 2.0 * prediction / prediction.size


@misconception(
    of="mean_squared_error_gradient", caught_by="test_losses_gradient_is_accurate_far_from_zero"
)
def gradient_is_a_forward_difference(prediction, target):
    """You estimated the slope from two values of the loss; the formula is exact and cheaper."""
    step = 1e-7
    slopes = np.zeros_like(prediction)
    for index in np.ndindex(prediction.shape):
        moved = prediction.copy()
        moved[index] += step
        rise = np.mean((moved - target) ** 2) - np.mean((prediction - target) ** 2)
        slopes[index] = rise / step
    return slopes


@misconception(
    of="mean_squared_error_gradient",
    caught_by="test_losses_gradient_has_the_shape_of_the_prediction",
)
def gradient_is_averaged_over_the_rows(prediction, target):
    """You averaged the gradient over the rows; every entry of the prediction has its own slope."""
    return 2.0 * np.mean(prediction - target, axis=0) / prediction.shape[1]


@misconception(
    of="mean_squared_error_gradient",
    caught_by="test_losses_gradient_has_the_shape_of_the_prediction",
)
def gradient_is_flat(prediction, target):
    """You returned the gradient as one long vector; it has the shape (m, n) of the prediction."""
    return losses.mean_squared_error_gradient(prediction, target).ravel()


@misconception(
    of="mean_squared_error_gradient",
    caught_by=(
        "test_losses_gradient_of_a_single_row_or_output_is_divided_by_all_entries",
        "test_losses_gradient_has_the_shape_of_the_prediction",
    ),
)
def gradient_broadcasts_a_flat_target(prediction, target):
    """You flattened the target of a single output: (m, 1) − (m,) has the shape (m, m)."""
    flat = target.ravel() if target.shape[1] == 1 else target
    return 2.0 * (prediction - flat) / prediction.size


@misconception(of="mean_squared_error_gradient", caught_by="test_losses_gradient_is_float64")
def gradient_rounds_to_float32(prediction, target):
    """You converted to float32, which keeps only 7 digits."""
    return losses.mean_squared_error_gradient(prediction, target).astype(np.float32)


@misconception(
    of="mean_squared_error_gradient", caught_by="test_losses_leave_their_arguments_unchanged"
)
def gradient_overwrites_the_prediction(prediction, target):
    """You computed the gradient in the caller's prediction, which then was overwritten."""
    prediction[...] = losses.mean_squared_error_gradient(prediction, target)
    return prediction


@misconception(of="mean_squared_error", caught_by="test_losses_square_batches_are_no_exception")
def value_turns_a_square_target(prediction, target):
    """You transposed the target where it is square; entries belong to their own row and column."""
    turned = target.T if target.shape[0] == target.shape[1] else target
    return losses.mean_squared_error(prediction, turned)


@misconception(
    of="mean_squared_error_gradient", caught_by="test_losses_count_differences_of_any_size"
)
def gradient_has_a_dead_zone(prediction, target):
    """You ignored differences below 0.01; every difference has its gradient."""
    gradient = losses.mean_squared_error_gradient(prediction, target)
    return np.where(np.abs(prediction - target) < 0.01, 0.0, gradient)


@misconception(
    of="mean_squared_error_gradient", caught_by="test_losses_count_differences_of_any_size"
)
def gradient_is_bounded(prediction, target):
    """You clipped the gradient to [−100, 100]; the gradient of a square has no bound."""
    return np.clip(losses.mean_squared_error_gradient(prediction, target), -100.0, 100.0)


# One half, and other divisors.


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_the_mean_over_all_entries")
def value_is_half_the_sum(prediction, target):
    """You computed ½ Σ (p − t)²; the mean squared error is the mean over all m·n entries."""
    return float(np.sum((prediction - target) ** 2) / 2.0)


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_the_mean_over_all_entries")
def value_is_half_the_mean_over_the_rows(prediction, target):
    """You divided the sum of the squares by 2m; the mean divides by m·n, without a factor ½."""
    return float(np.sum((prediction - target) ** 2) / (2.0 * len(prediction)))


@misconception(
    of="mean_squared_error_gradient",
    caught_by="test_losses_gradient_is_halved_by_a_duplicated_batch",
)
def gradient_is_the_difference(prediction, target):
    """You returned p − t, the gradient of ½ Σ (p − t)²; that of the mean is 2 (p − t) / (m n)."""
    return prediction - target


@misconception(
    of="mean_squared_error_gradient",
    caught_by="test_losses_gradient_is_divided_by_all_entries",
)
def gradient_is_the_mean_difference_over_the_rows(prediction, target):
    """You returned (p − t) / m; the gradient of the mean over all entries is 2 (p − t) / (m n)."""
    return (prediction - target) / len(prediction)


@misconception(
    of="mean_squared_error_gradient",
    caught_by="test_losses_gradient_has_the_shape_of_the_prediction",
)
def gradient_is_one_number(prediction, target):
    """You averaged the gradient into one number; every entry of the prediction has its own."""
    return 2.0 * np.mean(prediction - target)


@misconception(
    of="mean_squared_error_gradient", caught_by="test_losses_gradient_is_linear_in_the_differences"
)
def gradient_squares_the_differences(prediction, target):
    """You returned the squares of the differences; the derivative of a square is not squared."""
    return np.square(prediction - target) * 2.0 / prediction.size


@misconception(of="mean_squared_error", caught_by="test_losses_value_is_one_number")
def value_is_a_number_for_each_entry(prediction, target):
    """You returned the squared differences themselves; the loss is their mean, one number."""
    return np.square(prediction - target)


# What shows in large batches or in the next call only. The sizes are arbitrary, so mistakes have
# variants with others.

LARGE = "test_losses_large_batches_are_no_exception"
OUTLIVES = "test_losses_results_outlive_the_next_call"


def _also(mistake, maker, *numbers):
    """Add the same mistake with other numbers."""
    mistake.__variants__ = tuple(functools.partial(maker, number) for number in numbers)


def _value_of_rows(most, prediction, target):
    return losses.mean_squared_error(prediction[:most], target[:most])


@misconception(of="mean_squared_error", caught_by=LARGE)
def value_counts_the_first_rows(prediction, target):
    """You averaged over the first rows of a large batch only. All entries count."""
    return _value_of_rows(64, prediction, target)


_also(value_counts_the_first_rows, _value_of_rows, 256, 1024)


def _value_of_outputs(most, prediction, target):
    return losses.mean_squared_error(prediction[:, :most], target[:, :most])


@misconception(of="mean_squared_error", caught_by=LARGE)
def value_counts_the_first_outputs(prediction, target):
    """You averaged over the first outputs only. All entries count."""
    return _value_of_outputs(64, prediction, target)


_also(value_counts_the_first_outputs, _value_of_outputs, 256, 1024)


def _gradient_for_at_most(most, prediction, target):
    slopes = losses.mean_squared_error_gradient(prediction, target)
    return slopes * max(prediction.size / most, 1.0)


@misconception(of="mean_squared_error_gradient", caught_by=LARGE)
def gradient_limits_its_divisor(prediction, target):
    """You limited the number that you divide by. It is m·n, however large that is."""
    return _gradient_for_at_most(64, prediction, target)


_also(gradient_limits_its_divisor, _gradient_for_at_most, 256, 1024)


def _gradient_of_rows(most, prediction, target):
    slopes = losses.mean_squared_error_gradient(prediction, target)
    slopes[most:] = 0.0
    return slopes


@misconception(of="mean_squared_error_gradient", caught_by=LARGE)
def gradient_fills_the_first_rows(prediction, target):
    """You computed the first rows of a large batch only. Each entry has its slope."""
    return _gradient_of_rows(64, prediction, target)


_also(gradient_fills_the_first_rows, _gradient_of_rows, 256, 1024)


@misconception(of="mean_squared_error_gradient", caught_by=OUTLIVES)
def gradient_returns_one_array_every_time(prediction, target):
    """You wrote the gradient into an array that the next call overwrites."""
    out = _gradients.setdefault(prediction.shape, np.empty(prediction.shape))
    out[...] = losses.mean_squared_error_gradient(prediction, target)
    return out


_gradients = {}
