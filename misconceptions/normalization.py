"""Mistakes in the statistics of features, in the two maps and in their inverses."""

import functools

import numpy as np

from backproof.testing import misconception, spelling
from reference import normalization


def _or_one(width):
    return np.where(np.asarray(width) == 0.0, 1.0, width)


def _share(X, minimum, maximum):
    return np.where(maximum > minimum, (X - minimum) / _or_one(maximum - minimum), 0.5)


@misconception(
    of="standardization_statistics",
    caught_by=(
        "test_normalization_mean_is_taken_per_feature",
        "test_normalization_features_do_not_influence_each_other",
        "test_normalization_standardizes_the_lecture_table",
    ),
)
def statistics_over_the_whole_table(X):
    """You took one mean and one deviation over all features together."""
    n = X.shape[1]
    return np.full(n, X.mean()), np.full(n, X.std())


@misconception(
    of="standardization_statistics", caught_by="test_normalization_mean_is_taken_per_feature"
)
def statistics_over_the_rows(X):
    """You averaged over each row (axis 1); a feature is a column (axis 0)."""
    return X.mean(axis=1), X.std(axis=1)


@misconception(
    of="standardization_statistics", caught_by="test_normalization_mean_is_taken_per_feature"
)
def statistics_take_the_median(X):
    """You returned the median; it is the mean that has to become 0."""
    return np.median(X, axis=0), normalization.standardization_statistics(X)[1]


@misconception(
    of="standardization_statistics", caught_by="test_normalization_mean_is_taken_per_feature"
)
def statistics_are_swapped(X):
    """You returned (std, mean); the order is (mean, std)."""
    mean, std = normalization.standardization_statistics(X)
    return std, mean


@misconception(
    of="standardization_statistics",
    caught_by=(
        "test_normalization_std_divides_by_the_number_of_rows",
        "test_normalization_standardized_features_have_mean_0_and_deviation_1",
    ),
)
def statistics_divide_by_m_minus_one(X):
    """You divided by m - 1 (ddof 1); the population deviation divides by m."""
    mean, std = normalization.standardization_statistics(X)
    return mean, std * np.sqrt(len(X) / max(len(X) - 1, 1))


@misconception(
    of="standardization_statistics",
    caught_by="test_normalization_std_divides_by_the_number_of_rows",
)
def statistics_return_the_variance(X):
    """You returned the variance; the deviation is its square root."""
    mean, std = normalization.standardization_statistics(X)
    return mean, std**2


@misconception(
    of="standardization_statistics",
    caught_by="test_normalization_std_divides_by_the_number_of_rows",
)
def statistics_add_the_squares_up(X):
    """You took the root of the sum of the squares; it is their mean."""
    mean, std = normalization.standardization_statistics(X)
    return mean, std * np.sqrt(len(X))


@misconception(
    of="standardization_statistics",
    caught_by="test_normalization_std_divides_by_the_number_of_rows",
)
def statistics_take_the_mean_distance(X):
    """You took the mean of the distances |X - mean|; the deviation comes from their squares."""
    mean, _ = normalization.standardization_statistics(X)
    return mean, np.abs(X - mean).mean(axis=0)


@misconception(
    of="standardization_statistics",
    caught_by=(
        "test_normalization_statistics_are_right_at_any_scale",
        "test_normalization_barely_varying_features_follow_the_formulas",
    ),
)
def statistics_in_one_pass(X):
    """You used E[x²] - mean²: far from 0 the difference of two large numbers is mostly rounding."""
    mean = X.mean(axis=0)
    with np.errstate(invalid="ignore"):
        std = np.sqrt((X**2).mean(axis=0) - mean**2)
    return mean, np.where(np.ptp(X, axis=0) == 0.0, 0.0, std)


@misconception(
    of="standardization_statistics",
    caught_by=(
        "test_normalization_statistics_are_right_at_any_scale",
        "test_normalization_standardized_features_have_mean_0_and_deviation_1",
    ),
)
def statistics_add_epsilon_to_the_deviation(X):
    """You added 1e-8 to the deviation, which doubles that of a feature of scale 1e-8."""
    mean, std = normalization.standardization_statistics(X)
    return mean, std + 1e-8


@misconception(
    of="standardization_statistics",
    caught_by="test_normalization_statistics_are_right_at_any_scale",
)
def statistics_add_epsilon_to_the_variance(X):
    """You added 1e-8 to the variance, which swamps features of scale 1e-4 and below."""
    mean, std = normalization.standardization_statistics(X)
    return mean, np.sqrt(std**2 + 1e-8)


@misconception(
    of="standardization_statistics",
    caught_by="test_normalization_statistics_are_right_at_any_scale",
)
def statistics_take_small_deviations_for_none(X):
    """You took every deviation below 1e-6 for none; only maximum == minimum is constant."""
    mean, std = normalization.standardization_statistics(X)
    return mean, np.where(std < 1e-6, 1.0, std)


@misconception(
    of="standardization_statistics",
    caught_by="test_normalization_statistics_are_right_at_any_scale",
)
def statistics_in_float32(X):
    """You computed in float32, which keeps only 7 digits: too few for a small spread far from 0."""
    mean, std = normalization.standardization_statistics(X.astype(np.float32))
    return mean, std


@misconception(
    of="standardization_statistics",
    caught_by="test_normalization_constant_features_are_standardized_to_zero",
)
def statistics_leave_constant_features_a_rest(X):
    """You rely on std == 0, but 0.1 repeated has a mean of 0.1 + 1e-17 and a deviation of 1e-17."""
    return X.mean(axis=0), X.std(axis=0)


@misconception(
    of="standardization_statistics",
    caught_by="test_normalization_constant_features_are_standardized_to_zero",
)
def statistics_do_not_centre_constant_features(X):
    """You left constant features as they are, with mean 0 and deviation 1; they become 0."""
    mean, std = normalization.standardization_statistics(X)
    constant = np.ptp(X, axis=0) == 0.0
    return np.where(constant, 0.0, mean), np.where(constant, 1.0, std)


@misconception(
    of="standardization_statistics",
    caught_by=(
        "test_normalization_keeps_the_order_of_the_features",
        "test_normalization_features_do_not_influence_each_other",
    ),
)
def statistics_take_the_first_deviation_for_all(X):
    """You used the first feature's deviation for all of them."""
    mean, std = normalization.standardization_statistics(X)
    return mean, np.full_like(std, std[0])


@misconception(
    of="standardization_statistics",
    caught_by="test_normalization_constant_features_leave_the_others_alone",
)
def statistics_give_up_at_a_constant_feature(X):
    """You set all deviations to 1 as soon as one feature is constant."""
    mean, std = normalization.standardization_statistics(X)
    return mean, np.ones_like(std) if (std == 0.0).any() else std


@misconception(
    of="standardization_statistics",
    caught_by="test_normalization_results_have_the_shapes_of_the_contract",
)
def statistics_keep_two_dimensions(X):
    """You returned statistics of shape (1, n), as keepdims=True does; they are (n,)."""
    mean, std = normalization.standardization_statistics(X)
    return mean[None, :], std[None, :]


@misconception(
    of="standardization_statistics",
    caught_by="test_normalization_leaves_its_arguments_unchanged",
)
def statistics_centre_the_callers_data(X):
    """You subtracted the mean from X in place, so the caller's data changed."""
    mean, std = normalization.standardization_statistics(X)
    X -= mean
    return mean, std


@misconception(
    of="standardize",
    caught_by=(
        "test_normalization_standardize_uses_the_given_statistics",
        "test_normalization_treats_rows_alone",
    ),
)
def standardize_takes_new_statistics(X, mean, std):
    """You computed mean and deviation of the data at hand; new data use the training data's."""
    return normalization.standardize(X, *normalization.standardization_statistics(X))


@misconception(
    of="standardize", caught_by="test_normalization_standardize_uses_the_given_statistics"
)
def standardize_does_not_centre(X, mean, std):
    """You divided by the deviation without subtracting the mean."""
    return X / _or_one(std)


@misconception(
    of="standardize", caught_by="test_normalization_standardize_uses_the_given_statistics"
)
def standardize_does_not_scale(X, mean, std):
    """You subtracted the mean without dividing by the deviation."""
    return X - mean


@misconception(of="standardize", caught_by="test_normalization_does_not_depend_on_units")
def standardize_multiplies(X, mean, std):
    """You multiplied by the deviation; a wide feature has to become narrower."""
    return (X - mean) * std


@misconception(
    of="standardize", caught_by="test_normalization_standardize_uses_the_given_statistics"
)
def standardize_divides_by_the_variance(X, mean, std):
    """You divided by std², as if std were not a root already."""
    with np.errstate(all="ignore"):
        return (X - mean) / _or_one(np.square(std))


@misconception(
    of="standardize", caught_by="test_normalization_standardize_uses_the_given_statistics"
)
def standardize_divides_before_subtracting(X, mean, std):
    """You divided X alone by the deviation, then subtracted the mean: parentheses are missing."""
    return X / _or_one(std) - mean


@misconception(
    of="standardize",
    caught_by=(
        "test_normalization_standardize_uses_the_given_statistics",
        "test_normalization_does_not_depend_on_units",
        "test_normalization_undoes_its_inverse",
    ),
)
def standardize_adds_epsilon(X, mean, std):
    """You added a small ε to the deviation, which shrinks a feature with a spread of that size."""
    return (X - mean) / (np.asarray(std) + 1e-8)


@misconception(
    of="standardize", caught_by="test_normalization_standardize_uses_the_given_statistics"
)
def standardize_takes_small_deviations_for_none(X, mean, std):
    """You took every deviation below 1e-12 for none; only maximum == minimum is constant."""
    return (X - mean) / np.where(np.asarray(std) < 1e-12, 1.0, std)


@misconception(
    of="standardize", caught_by="test_normalization_standardize_uses_the_given_statistics"
)
def standardize_clips(X, mean, std):
    """You clipped the result to [-3, 3]; new data may lie further out."""
    return np.clip(normalization.standardize(X, mean, std), -3.0, 3.0)


@misconception(
    of="standardize",
    caught_by=(
        "test_normalization_constant_features_are_standardized_to_zero",
        "test_normalization_gives_no_warning",
    ),
)
def standardize_divides_by_zero(X, mean, std):
    """You divided by a deviation of 0: a constant feature becomes 0/0, not a number."""
    return (X - mean) / std


@misconception(
    of="standardize",
    caught_by="test_normalization_constant_features_are_standardized_to_zero",
)
def standardize_leaves_constant_features(X, mean, std):
    """You left features of deviation 0 as they are; they have to be centred, too."""
    return np.where(np.asarray(std) == 0.0, X, normalization.standardize(X, mean, std))


@misconception(
    of="standardize",
    caught_by="test_normalization_constant_features_are_standardized_to_zero",
)
def standardize_drops_constant_features(X, mean, std):
    """You left constant features out, so Z has fewer columns than X."""
    return normalization.standardize(X, mean, std)[:, np.asarray(std) > 0.0]


@misconception(
    of="standardize",
    caught_by="test_normalization_constant_features_stay_finite_on_new_data",
)
def standardize_replaces_nan_only(X, mean, std):
    """You replaced 0/0 by 0, but new values of a constant feature give x/0, which is infinite."""
    with np.errstate(all="ignore"):
        Z = (X - mean) / std
    return np.where(np.isnan(Z), 0.0, Z)


@misconception(of="standardize", caught_by="test_normalization_results_are_float64")
def standardize_rounds_to_float32(X, mean, std):
    """You returned float32, which keeps only 7 digits."""
    with np.errstate(all="ignore"):
        return normalization.standardize(X, mean, std).astype(np.float32)


@misconception(of="standardize", caught_by="test_normalization_leaves_its_arguments_unchanged")
def standardize_works_in_place(X, mean, std):
    """You subtracted and divided in place, so the caller's data changed."""
    X -= mean
    X /= _or_one(std)
    return X


@misconception(
    of="unstandardize",
    caught_by=(
        "test_normalization_unstandardize_multiplies_then_adds",
        "test_normalization_inverses_undo",
    ),
)
def unstandardize_adds_first(Z, mean, std):
    """You added the mean before multiplying by the deviation; undo the steps in reverse order."""
    return (Z + mean) * std


@misconception(
    of="unstandardize",
    caught_by=(
        "test_normalization_unstandardize_multiplies_then_adds",
        "test_normalization_undoes_its_inverse",
    ),
)
def unstandardize_forgets_the_mean(Z, mean, std):
    """You multiplied by the deviation and did not add the mean again."""
    return Z * std


@misconception(
    of="unstandardize", caught_by="test_normalization_unstandardize_multiplies_then_adds"
)
def unstandardize_divides(Z, mean, std):
    """You divided by the deviation again; the inverse multiplies by it."""
    return Z / _or_one(std) + mean


@misconception(
    of="unstandardize", caught_by="test_normalization_unstandardize_multiplies_then_adds"
)
def unstandardize_adds_epsilon(Z, mean, std):
    """You multiplied by std + 1e-8, which doubles a feature of scale 1e-8."""
    return Z * (np.asarray(std) + 1e-8) + mean


@misconception(
    of="unstandardize", caught_by="test_normalization_constant_features_get_their_value_back"
)
def unstandardize_loses_constant_features(Z, mean, std):
    """You returned 0 for features of deviation 0; they have their value, the mean."""
    return np.where(np.asarray(std) == 0.0, 0.0, normalization.unstandardize(Z, mean, std))


@misconception(of="unstandardize", caught_by="test_normalization_leaves_its_arguments_unchanged")
def unstandardize_works_in_place(Z, mean, std):
    """You multiplied Z in place, so the caller's data changed."""
    Z *= std
    return Z + mean


@misconception(
    of="range_statistics",
    caught_by=(
        "test_normalization_range_statistics_are_the_extremes",
        "test_normalization_features_do_not_influence_each_other",
        "test_normalization_rescales_the_lecture_table",
    ),
)
def range_over_the_whole_table(X):
    """You took one minimum and one maximum over all features together."""
    n = X.shape[1]
    return np.full(n, X.min()), np.full(n, X.max())


@misconception(
    of="range_statistics", caught_by="test_normalization_range_statistics_are_the_extremes"
)
def range_is_swapped(X):
    """You returned (maximum, minimum); the order is (minimum, maximum)."""
    minimum, maximum = normalization.range_statistics(X)
    return maximum, minimum


@misconception(
    of="range_statistics", caught_by="test_normalization_range_statistics_are_the_extremes"
)
def range_gives_the_spread(X):
    """You returned the spread as the second statistic; it is the maximum."""
    minimum, maximum = normalization.range_statistics(X)
    return minimum, maximum - minimum


@misconception(
    of="range_statistics",
    caught_by=(
        "test_normalization_rescaled_features_fill_the_default_range",
        "test_normalization_does_not_depend_on_units",
    ),
)
def range_is_symmetric(X):
    """You used the largest magnitude for both ends, so only one end of the range is reached."""
    largest = np.abs(X).max(axis=0)
    return -largest, largest


@misconception(
    of="range_statistics",
    caught_by="test_normalization_rescaled_features_fill_the_default_range",
)
def range_starts_at_zero(X):
    """You took 0 for the minimum of every feature."""
    minimum, maximum = normalization.range_statistics(X)
    return np.zeros_like(minimum), maximum


@misconception(
    of="range_statistics",
    caught_by="test_normalization_results_have_the_shapes_of_the_contract",
)
def range_keeps_two_dimensions(X):
    """You returned statistics of shape (1, n), as keepdims=True does; they are (n,)."""
    return X.min(axis=0, keepdims=True), X.max(axis=0, keepdims=True)


@misconception(
    of="rescale", caught_by="test_normalization_rescaled_features_fill_the_default_range"
)
def rescale_always_to_zero_and_one(X, minimum, maximum, low=-1.0, high=1.0):
    """You rescaled to [0, 1], whatever low and high are."""
    return normalization.rescale(X, minimum, maximum, 0.0, 1.0)


@misconception(
    of="rescale",
    caught_by=(
        "test_normalization_rescale_is_linear_and_does_not_clip",
        "test_normalization_rescales_the_lecture_table",
    ),
)
def rescale_always_to_the_default(X, minimum, maximum, low=-1.0, high=1.0):
    """You rescaled to [-1, 1], whatever low and high are."""
    return normalization.rescale(X, minimum, maximum)


@misconception(of="rescale", caught_by="test_normalization_rescale_is_linear_and_does_not_clip")
def rescale_clips(X, minimum, maximum, low=-1.0, high=1.0):
    """You clipped the result to [low, high]; new data may lie outside."""
    return np.clip(normalization.rescale(X, minimum, maximum, low, high), low, high)


@misconception(of="rescale", caught_by="test_normalization_rescale_is_linear_and_does_not_clip")
def rescale_turns_the_range_round(X, minimum, maximum, low=-1.0, high=1.0):
    """You swapped low and high: the minimum goes to low."""
    return high + (low - high) * _share(X, minimum, maximum)


@misconception(
    of="rescale", caught_by="test_normalization_rescaled_features_fill_the_default_range"
)
def rescale_multiplies_by_high(X, minimum, maximum, low=-1.0, high=1.0):
    """You multiplied by high; the width of the range is high - low."""
    return low + high * _share(X, minimum, maximum)


@misconception(of="rescale", caught_by="test_normalization_rescale_is_linear_and_does_not_clip")
def rescale_does_not_subtract_the_minimum(X, minimum, maximum, low=-1.0, high=1.0):
    """You divided X by the spread without subtracting the minimum first."""
    return low + (high - low) * X / _or_one(np.subtract(maximum, minimum))


@misconception(of="rescale", caught_by="test_normalization_does_not_depend_on_units")
def rescale_divides_by_the_maximum(X, minimum, maximum, low=-1.0, high=1.0):
    """You divided by the maximum; it is the spread, maximum - minimum."""
    return low + (high - low) * (X - minimum) / _or_one(maximum)


@misconception(of="rescale", caught_by="test_normalization_treats_rows_alone")
def rescale_takes_a_new_range(X, minimum, maximum, low=-1.0, high=1.0):
    """You took minimum and maximum of the data at hand; new data use the training data's."""
    return normalization.rescale(X, *normalization.range_statistics(X), low, high)


@misconception(
    of="rescale",
    caught_by=(
        "test_normalization_rescaled_features_fill_the_default_range",
        "test_normalization_rescale_is_linear_and_does_not_clip",
    ),
)
def rescale_adds_epsilon(X, minimum, maximum, low=-1.0, high=1.0):
    """You added 1e-8 to the spread, so a feature of that scale fills a part of the range only."""
    spread = np.subtract(maximum, minimum)
    share = np.where(spread == 0.0, 0.5, (X - minimum) / (spread + 1e-8))
    return low + (high - low) * share


@misconception(
    of="rescale",
    caught_by=(
        "test_normalization_barely_varying_features_follow_the_formulas",
        "test_normalization_rescale_is_linear_and_does_not_clip",
    ),
)
def rescale_takes_small_spreads_for_none(X, minimum, maximum, low=-1.0, high=1.0):
    """You used np.isclose, which takes small spreads for none; compare maximum == minimum."""
    Z = normalization.rescale(X, minimum, maximum, low, high)
    return np.where(np.isclose(minimum, maximum), (low + high) / 2, Z)


@misconception(of="rescale", caught_by="test_normalization_rescale_is_linear_and_does_not_clip")
def rescale_rounds_down(X, minimum, maximum, low=-1.0, high=1.0):
    """You divided with //, which rounds down to whole numbers."""
    return low + (high - low) * np.floor(_share(X, minimum, maximum))


@misconception(
    of="rescale",
    caught_by=(
        "test_normalization_constant_features_are_rescaled_to_the_middle",
        "test_normalization_gives_no_warning",
    ),
)
def rescale_divides_by_zero(X, minimum, maximum, low=-1.0, high=1.0):
    """You divided by a spread of 0: a constant feature becomes 0/0, not a number."""
    return low + (high - low) * ((X - minimum) / np.subtract(maximum, minimum))


@misconception(
    of="rescale",
    caught_by="test_normalization_constant_features_are_rescaled_to_the_middle",
)
def rescale_sends_constant_features_to_low(X, minimum, maximum, low=-1.0, high=1.0):
    """You rescaled constant features to low; they belong in the middle of the range."""
    return low + (high - low) * (X - minimum) / _or_one(np.subtract(maximum, minimum))


@misconception(
    of="rescale",
    caught_by="test_normalization_constant_features_are_rescaled_to_the_middle",
)
def rescale_sends_constant_features_to_zero(X, minimum, maximum, low=-1.0, high=1.0):
    """You rescaled constant features to 0; the middle of the range is (low + high) / 2."""
    Z = normalization.rescale(X, minimum, maximum, low, high)
    return np.where(np.equal(minimum, maximum), 0.0, Z)


@misconception(
    of="rescale",
    caught_by="test_normalization_constant_features_stay_finite_on_new_data",
)
def rescale_replaces_nan_only(X, minimum, maximum, low=-1.0, high=1.0):
    """You replaced 0/0 by ½, but new values of a constant feature give x/0, which is infinite."""
    with np.errstate(all="ignore"):
        share = (X - minimum) / np.subtract(maximum, minimum)
    return low + (high - low) * np.where(np.isnan(share), 0.5, share)


@misconception(of="rescale", caught_by="test_normalization_leaves_its_arguments_unchanged")
def rescale_works_in_place(X, minimum, maximum, low=-1.0, high=1.0):
    """You subtracted the minimum in place, so the caller's data changed."""
    Z = normalization.rescale(X, minimum, maximum, low, high)
    X -= minimum
    return Z


@misconception(
    of="unrescale",
    caught_by=(
        "test_normalization_unrescale_is_the_inverse_line",
        "test_normalization_inverses_undo",
    ),
)
def unrescale_forgets_low(Z, minimum, maximum, low=-1.0, high=1.0):
    """You divided Z by high - low without subtracting low first."""
    return minimum + np.subtract(maximum, minimum) * Z / (high - low)


@misconception(
    of="unrescale",
    caught_by=(
        "test_normalization_unrescale_is_the_inverse_line",
        "test_normalization_undoes_its_inverse",
    ),
)
def unrescale_forgets_the_minimum(Z, minimum, maximum, low=-1.0, high=1.0):
    """You did not add the minimum again."""
    return np.subtract(maximum, minimum) * (Z - low) / (high - low)


@misconception(of="unrescale", caught_by="test_normalization_unrescale_is_the_inverse_line")
def unrescale_always_from_the_default(Z, minimum, maximum, low=-1.0, high=1.0):
    """You took Z to lie in [-1, 1], whatever low and high are."""
    return normalization.unrescale(Z, minimum, maximum)


@misconception(of="unrescale", caught_by="test_normalization_unrescale_is_the_inverse_line")
def unrescale_multiplies_by_the_maximum(Z, minimum, maximum, low=-1.0, high=1.0):
    """You multiplied by the maximum; it is the spread, maximum - minimum."""
    return minimum + np.asarray(maximum) * (Z - low) / (high - low)


@misconception(
    of="unrescale", caught_by="test_normalization_constant_features_get_their_value_back"
)
def unrescale_adds_the_middle(Z, minimum, maximum, low=-1.0, high=1.0):
    """You added half of the width to constant features; their spread is 0, so nothing is added."""
    share = (Z - low) / (high - low)
    return minimum + _or_one(np.subtract(maximum, minimum)) * share


@misconception(of="unrescale", caught_by="test_normalization_gives_no_warning")
def unrescale_divides_by_the_slope(Z, minimum, maximum, low=-1.0, high=1.0):
    """You divided by (high - low) / (maximum - minimum), infinite for a constant feature."""
    return minimum + (Z - low) / ((high - low) / np.subtract(maximum, minimum))


@misconception(
    of="standardize",
    caught_by="test_normalization_leaves_statistics_of_constant_features_unchanged",
)
def standardize_mends_the_callers_deviations(X, mean, std):
    """You set deviations of 0 to 1 in the array that you were given; take a copy first."""
    std[std == 0.0] = 1.0
    return normalization.standardize(X, mean, std)


# What shows far from the data, on nearly constant features, with many rows or in the next call.
# The numbers at which it does are arbitrary, so mistakes have variants with others.

FAR = "test_normalization_maps_go_on_far_from_the_data"
EVERY_ROW = "test_normalization_statistics_count_every_row"
BARELY = "test_normalization_barely_varying_features_follow_the_formulas"
OUTLIVES = "test_normalization_results_outlive_the_next_call"


def _also(mistake, maker, *numbers):
    """Add the same mistake with other numbers."""
    mistake.__variants__ = tuple(functools.partial(maker, number) for number in numbers)


def _in_one_array(buffers, table):
    """Write a table into the array of its shape, which is made once."""
    out = buffers.setdefault(table.shape, np.empty(table.shape))
    out[...] = table
    return out


def _of_first_rows(most, X):
    return normalization.standardization_statistics(X[:most])


@misconception(of="standardization_statistics", caught_by=EVERY_ROW)
def statistics_of_the_first_rows(X):
    """You took the statistics of the first rows only. All rows count."""
    return _of_first_rows(100, X)


_also(statistics_of_the_first_rows, _of_first_rows, 64, 1000)


def _without_outliers(most, X):
    return normalization.standardization_statistics(np.clip(X, -most, most))


@misconception(of="standardization_statistics", caught_by=EVERY_ROW)
def statistics_clip_the_data(X):
    """You clipped large values before you averaged. They count in full."""
    return _without_outliers(1e6, X)


_also(statistics_clip_the_data, _without_outliers, 1e4, 5e8)


def _constant_below(share, X):
    mean, std = normalization.standardization_statistics(X)
    return mean, np.where(std < share * np.abs(mean), 1.0, std)


@misconception(of="standardization_statistics", caught_by=BARELY)
def statistics_take_relatively_small_deviations_for_none(X):
    """You took deviations that are small beside the mean for none. Those features vary, too."""
    return _constant_below(1e-12, X)


_also(statistics_take_relatively_small_deviations_for_none, _constant_below, 1e-11, 1e-9)


def _at_least(least, X):
    mean, std = normalization.standardization_statistics(X)
    return mean, np.where(std == 0.0, std, np.maximum(std, least))


@misconception(of="standardization_statistics", caught_by=BARELY)
def statistics_have_a_least_deviation(X):
    """You raised small deviations to a least one. They stay as they are."""
    return _at_least(1e-12, X)


_also(statistics_have_a_least_deviation, _at_least, 1e-13, 1e-10)


@misconception(of="standardization_statistics", caught_by=OUTLIVES)
def statistics_return_the_same_arrays_every_time(X):
    """You wrote the statistics into arrays that the next call overwrites."""
    mean, std = normalization.standardization_statistics(X)
    return _in_one_array(_means, mean), _in_one_array(_deviations, std)


_means, _deviations = {}, {}


def _standardize_clipped(most, X, mean, std):
    return np.clip(normalization.standardize(X, mean, std), -most, most)


@misconception(of="standardize", caught_by=FAR)
def standardize_clips_far_away(X, mean, std):
    """You clipped the result far from 0. New data may lie anywhere."""
    return _standardize_clipped(1000.0, X, mean, std)


_also(standardize_clips_far_away, _standardize_clipped, 5.0, 20.0, 1e4, 1e6)


@misconception(of="standardize", caught_by=FAR)
def standardize_maps_the_first_rows(X, mean, std):
    """You standardised the first thousand rows and left the others as they were."""
    return np.concatenate([normalization.standardize(X[:1000], mean, std), X[1000:]])


@misconception(of="standardize", caught_by=OUTLIVES)
def standardize_returns_one_array_every_time(X, mean, std):
    """You wrote Z into an array that the next call overwrites."""
    return _in_one_array(_standardized, normalization.standardize(X, mean, std))


_standardized = {}


def _unstandardize_clipped(most, Z, mean, std):
    return normalization.unstandardize(np.clip(Z, -most, most), mean, std)


@misconception(of="unstandardize", caught_by=FAR)
def unstandardize_clips_far_away(Z, mean, std):
    """You clipped Z far from 0. A prediction may lie anywhere."""
    return _unstandardize_clipped(1000.0, Z, mean, std)


_also(unstandardize_clips_far_away, _unstandardize_clipped, 5.0, 20.0, 1e4, 1e6)


@misconception(of="unstandardize", caught_by=FAR)
def unstandardize_clips_its_result(Z, mean, std):
    """You clipped the result. The data may have any size."""
    return np.clip(normalization.unstandardize(Z, mean, std), -1e6, 1e6)


@misconception(of="unstandardize", caught_by=OUTLIVES)
def unstandardize_returns_one_array_every_time(Z, mean, std):
    """You wrote X into an array that the next call overwrites."""
    return _in_one_array(_unstandardized, normalization.unstandardize(Z, mean, std))


_unstandardized = {}


def _range_of_first_rows(most, X):
    return normalization.range_statistics(X[:most])


@misconception(of="range_statistics", caught_by=EVERY_ROW)
def range_of_the_first_rows(X):
    """You took the range of the first rows only. All rows count."""
    return _range_of_first_rows(100, X)


_also(range_of_the_first_rows, _range_of_first_rows, 64, 1000)


@misconception(of="range_statistics", caught_by=EVERY_ROW)
def range_leaves_outliers_out(X):
    """You left out the hundredth part of the rows at each end. They count, too."""
    low, high = np.quantile(X, [0.01, 0.99], axis=0, method="nearest")
    return low, high


@misconception(of="range_statistics", caught_by=OUTLIVES)
def range_returns_the_same_arrays_every_time(X):
    """You wrote the range into arrays that the next call overwrites."""
    minimum, maximum = normalization.range_statistics(X)
    return _in_one_array(_minima, minimum), _in_one_array(_maxima, maximum)


_minima, _maxima = {}, {}


def _rescale_clipped(most, X, minimum, maximum, low=-1.0, high=1.0):
    return np.clip(normalization.rescale(X, minimum, maximum, low, high), -most, most)


@misconception(of="rescale", caught_by=FAR)
def rescale_clips_far_away(X, minimum, maximum, low=-1.0, high=1.0):
    """You clipped the result to a fixed range. It may lie anywhere."""
    return _rescale_clipped(1e4, X, minimum, maximum, low, high)


_also(rescale_clips_far_away, _rescale_clipped, 1000.0, 1e5, 1e8)


def _rescale_near(most, X, minimum, maximum, low=-1.0, high=1.0):
    share = np.clip(_share(X, minimum, maximum), -most, most)
    return low + (high - low) * share


@misconception(of="rescale", caught_by=FAR)
def rescale_clips_the_share(X, minimum, maximum, low=-1.0, high=1.0):
    """You clipped the distance from the minimum. New data may lie anywhere."""
    return _rescale_near(1e3, X, minimum, maximum, low, high)


_also(rescale_clips_the_share, _rescale_near, 200.0, 1e5)


def _middle_below(share, X, minimum, maximum, low=-1.0, high=1.0):
    Z = normalization.rescale(X, minimum, maximum, low, high)
    small = np.asarray(maximum) - minimum < share * np.abs(maximum)
    return np.where(small, (low + high) / 2, Z)


@misconception(of="rescale", caught_by=BARELY)
def rescale_takes_relatively_small_spreads_for_none(X, minimum, maximum, low=-1.0, high=1.0):
    """You took spreads that are small beside the values for none. Those features vary, too."""
    return _middle_below(1e-12, X, minimum, maximum, low, high)


_also(rescale_takes_relatively_small_spreads_for_none, _middle_below, 1e-11, 1e-9)


def _middle_where_tiny(least, X, minimum, maximum, low=-1.0, high=1.0):
    Z = normalization.rescale(X, minimum, maximum, low, high)
    return np.where(np.asarray(maximum) - minimum < least, (low + high) / 2, Z)


@misconception(of="rescale", caught_by=BARELY)
def rescale_takes_tiny_spreads_for_none(X, minimum, maximum, low=-1.0, high=1.0):
    """You took tiny spreads for none. Only maximum == minimum is constant for certain."""
    return _middle_where_tiny(1e-12, X, minimum, maximum, low, high)


_also(rescale_takes_tiny_spreads_for_none, _middle_where_tiny, 1e-13, 1e-10)


@misconception(of="rescale", caught_by=OUTLIVES)
def rescale_returns_one_array_every_time(X, minimum, maximum, low=-1.0, high=1.0):
    """You wrote Z into an array that the next call overwrites."""
    return _in_one_array(_rescaled, normalization.rescale(X, minimum, maximum, low, high))


_rescaled = {}


def _unrescale_clipped(most, Z, minimum, maximum, low=-1.0, high=1.0):
    return normalization.unrescale(np.clip(Z, -most, most), minimum, maximum, low, high)


@misconception(of="unrescale", caught_by=FAR)
def unrescale_clips_far_away(Z, minimum, maximum, low=-1.0, high=1.0):
    """You clipped Z. It may lie anywhere."""
    return _unrescale_clipped(1000.0, Z, minimum, maximum, low, high)


_also(unrescale_clips_far_away, _unrescale_clipped, 100.0, 1e4, 1e6)


@misconception(of="unrescale", caught_by=FAR)
def unrescale_clips_its_result(Z, minimum, maximum, low=-1.0, high=1.0):
    """You clipped the result. The data may have any size."""
    return np.clip(normalization.unrescale(Z, minimum, maximum, low, high), -1e6, 1e6)


@misconception(of="unrescale", caught_by=OUTLIVES)
def unrescale_returns_one_array_every_time(Z, minimum, maximum, low=-1.0, high=1.0):
    """You wrote X into an array that the next call overwrites."""
    return _in_one_array(_unrescaled, normalization.unrescale(Z, minimum, maximum, low, high))


_unrescaled = {}


# Defaults, parentheses, and spellings of the mistakes above.


@misconception(
    of="rescale", caught_by="test_normalization_rescaled_features_fill_the_default_range"
)
def rescale_goes_from_zero_by_default(X, minimum, maximum, low=0.0, high=1.0):
    """You gave low the default 0; without low and high the range is [-1, 1]."""
    return normalization.rescale(X, minimum, maximum, low, high)


@misconception(of="unrescale", caught_by="test_normalization_inverses_undo")
def unrescale_goes_from_zero_by_default(Z, minimum, maximum, low=0.0, high=1.0):
    """You gave low the default 0 in unrescale; without low and high the range is [-1, 1]."""
    return normalization.unrescale(Z, minimum, maximum, low, high)


@spelling(of=statistics_over_the_whole_table)
def _statistics_are_two_numbers(X):
    return np.mean(X), np.std(X)


@spelling(of=statistics_over_the_rows)
def _statistics_over_the_rows_as_a_column(X):
    return X.mean(axis=1, keepdims=True), X.std(axis=1, keepdims=True)


@spelling(of=range_over_the_whole_table)
def _range_is_two_numbers(X):
    return np.min(X), np.max(X)


@spelling(of=statistics_in_one_pass)
def _statistics_in_one_pass_with_a_rest(X):
    mean = np.mean(X, axis=0)
    return mean, np.sqrt(np.maximum(np.mean(X**2, axis=0) - mean**2, 0.0))


@spelling(of=statistics_in_one_pass)
def _statistics_in_one_pass_with_nan(X):
    mean = X.mean(axis=0)
    return mean, np.sqrt((X**2).mean(axis=0) - mean**2)


@misconception(
    of="standardize", caught_by="test_normalization_standardize_uses_the_given_statistics"
)
def standardize_divides_the_mean_alone(X, mean, std):
    """You divided the mean alone by the deviation, X − mean / std: parentheses are missing."""
    return X - mean / _or_one(std)


@misconception(
    of="standardize", caught_by="test_normalization_standardize_uses_the_given_statistics"
)
def standardize_takes_a_new_mean(X, mean, std):
    """You subtracted the mean of the data at hand; new data use the training data's mean."""
    return (X - X.mean(axis=0)) / _or_one(std)


@misconception(
    of="unstandardize", caught_by="test_normalization_unstandardize_multiplies_then_adds"
)
def unstandardize_standardizes_again(Z, mean, std):
    """You standardised again, (Z − mean) / std; the inverse multiplies by std and adds the mean."""
    return (Z - mean) / _or_one(std)


@spelling(of=unstandardize_standardizes_again)
def _unstandardize_divides_by_zero(Z, mean, std):
    return (Z - mean) / std


@misconception(
    of="unstandardize", caught_by="test_normalization_unstandardize_multiplies_then_adds"
)
def unstandardize_subtracts_the_mean(Z, mean, std):
    """You subtracted the mean after multiplying by std; the inverse adds it."""
    return Z * std - mean


@misconception(of="unrescale", caught_by="test_normalization_unrescale_is_the_inverse_line")
def unrescale_subtracts_the_minimum(Z, minimum, maximum, low=-1.0, high=1.0):
    """You subtracted the minimum at the end; the inverse adds it."""
    return (Z - low) / (high - low) * np.subtract(maximum, minimum) - minimum


@misconception(
    of="rescale", caught_by="test_normalization_rescaled_features_fill_the_default_range"
)
def rescale_forgets_to_add_low(X, minimum, maximum, low=-1.0, high=1.0):
    """You did not add low, so the range starts at 0."""
    return (high - low) * _share(X, minimum, maximum)


@spelling(of=standardize_adds_epsilon)
def _standardize_adds_a_smaller_epsilon(X, mean, std):
    return (X - mean) / (np.asarray(std) + 1e-10)


@spelling(of=standardize_adds_epsilon)
def _standardize_adds_a_tiny_epsilon(X, mean, std):
    return (X - mean) / (np.asarray(std) + 1e-12)


@spelling(of=standardize_adds_epsilon)
def _standardize_adds_a_larger_epsilon(X, mean, std):
    return (X - mean) / (np.asarray(std) + 1e-7)


@spelling(of=standardize_adds_epsilon)
def _standardize_adds_a_millionth(X, mean, std):
    return (X - mean) / (np.asarray(std) + 1e-6)


@spelling(of=standardize_adds_epsilon)
def _standardize_adds_epsilon_in_the_root(X, mean, std):
    return (X - mean) / np.sqrt(np.square(std) + 1e-8)


@spelling(of=rescale_adds_epsilon)
def _rescale_adds_epsilon_to_constant_features_too(X, minimum, maximum, low=-1.0, high=1.0):
    share = (X - minimum) / (np.subtract(maximum, minimum) + 1e-8)
    return low + (high - low) * share


@misconception(
    of="standardization_statistics",
    caught_by="test_normalization_results_have_the_shapes_of_the_contract",
)
def statistics_are_the_mean_alone(X):
    """You returned the mean alone; return the pair (mean, std)."""
    return X.mean(axis=0)
