"""Normalization, per feature: statistics, the two maps and their inverses, constant features."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given

from backproof.testing import (
    TOLERANCE,
    as_array,
    assert_close,
    assert_equal,
    assert_float64,
    assert_no_warning,
    assert_that,
    assert_unchanged,
    edge,
    unpack,
)
from properties.oracles import normalization as oracle
from properties.strategies.normalization import (
    ALL_FEATURES,
    BARELY_VARYING,
    FAR_ROWS,
    LECTURE,
    LECTURE_PART,
    affine_maps,
    constant_features,
    mixed_features,
    ordinary_features,
    six_uneven_features,
    target_ranges,
    uneven_features,
)

# The map, with the function that gives its statistics and the one that undoes it.
SCHEMES = {
    "standardize": ("standardization_statistics", "unstandardize"),
    "rescale": ("range_statistics", "unrescale"),
}
each_scheme = pytest.mark.parametrize("scheme", list(SCHEMES))
FITS = [statistics for statistics, _ in SCHEMES.values()]
# Each map with statistics, and a target range, that new data may lie far outside of.
MAPS = {
    "standardize": ([3.0, -0.5], [2.0, 0.25]),
    "unstandardize": ([3.0, -2e4], [2.0, 1e4]),
    "rescale": ([0.0, -100.0], [100.0, 400.0], -2e5, 1e6),
    "unrescale": ([0.0, -1e5], [100.0, 1e6], -2.0, 5.0),
}
# The oracle of each map.
MADE = {
    "standardize": "standardized",
    "unstandardize": "unstandardized",
    "rescale": "rescaled",
    "unrescale": "unrescaled",
}
each_map = pytest.mark.parametrize("function", list(MAPS))
each_function = pytest.mark.parametrize("function", [*FITS, *MAPS])

# The contract's relative accuracy of statistics.
STATISTICS = 1e-6
# What that leaves of a normalised feature whose mean is less than 9 standard deviations from 0.
NORMALIZED = 10 * STATISTICS
# A feature 8e5 standard deviations from 0 has lost 6 of 16 digits in a formula such as x · a + b,
# and keeps 1e-9 with little to spare.
FAR = 10 * TOLERANCE
# 1 ± 1e-10 has 6 digits left, a spread of 1e-13 of the values 3, and the contract promises none of
# them: enough to see that it varies, where a constant feature would be 1 off.
BARELY = np.array([1e-2, 1e-2, 1e-2, 0.25, 0.25, 0.25, 1e-2])
# By contract a constant feature is standardised to 0 within this.
CONSTANT = 1e-6


def fitted(submission, scheme, X):
    """The scheme's pair of statistics of X, as arrays: what a caller hands on."""
    return as_statistics(getattr(submission.normalization, SCHEMES[scheme][0])(X), X)


def as_statistics(returned, X):
    """Copy a pair of statistics of X into arrays with an entry for each feature."""
    names = ("the first statistic", "the second statistic")
    pair = unpack(returned, *names)
    return [as_array(part, what, X.shape[1:]) for part, what in zip(pair, names, strict=True)]


def apply(submission, function, data, statistics, *target):
    """Call one of the maps on data; copy what it returns into an array shaped as the data."""
    returned = getattr(submission.normalization, function)(data, *statistics, *target)
    return as_array(returned, f"what {function} returns", data.shape)


def normalized(submission, scheme, X, new=None):
    """Normalise X, or new data, by the statistics of X."""
    data = X if new is None else new
    return apply(submission, scheme, data, fitted(submission, scheme, X))


def there_and_back(submission, scheme, X, data):
    """Normalise data by the statistics of X, and undo it."""
    statistics = fitted(submission, scheme, X)
    Z = apply(submission, scheme, data, statistics)
    return apply(submission, SCHEMES[scheme][1], Z, statistics)


def back_and_there(submission, scheme, X, Z):
    """Undo the scheme on Z, by the statistics of X, and apply it again."""
    statistics = fitted(submission, scheme, X)
    data = apply(submission, SCHEMES[scheme][1], Z, statistics)
    return apply(submission, scheme, data, statistics)


def observed(submission, scheme, X):
    """Observe the scheme's three functions, one after the other, on X."""
    unit, (statistics, inverse) = submission.normalization, SCHEMES[scheme]
    fit = getattr(unit, statistics).observe(X)
    pair = as_statistics(fit.result, X)
    forth = getattr(unit, scheme).observe(X, *pair)
    Z = as_array(forth.result, f"what {scheme} returns", X.shape)
    return fit, forth, getattr(unit, inverse).observe(Z, *pair)


def handed_ours(submission, scheme, X):
    """Observe the scheme's three functions with statistics, and a Z, of ours."""
    unit, (statistics, inverse) = submission.normalization, SCHEMES[scheme]
    fit, pair = getattr(unit, statistics).observe(X), oracle.statistics(scheme, X)
    forth = getattr(unit, scheme).observe(X, *pair)
    return fit, forth, getattr(unit, inverse).observe(oracle.normalized(scheme, X, X), *pair)


def map_arguments(function):
    """The statistics, as arrays, and the target range that a map is given in ``MAPS``."""
    first, second, *target = MAPS[function]
    return np.array(first), np.array(second), *target


@cache
def far_result(function):
    """What a map makes of ``FAR_ROWS``."""
    return getattr(oracle, MADE[function])(FAR_ROWS, *map_arguments(function))


def call_arguments(function, X):
    """Arguments for any of the six functions: X, with statistics for a map."""
    return (X,) if function in FITS else (X, *oracle.statistics(scheme_of(function), X))


def scheme_of(function):
    """The scheme to which a map or an inverse belongs."""
    return "standardize" if "standardize" in function else "rescale"


def copied(function, returned):
    """Copy what a function returned for the lecture's table: a pair of statistics, or a table."""
    if function in FITS:
        return np.array(as_statistics(returned, LECTURE))
    return as_array(returned, f"what {function} returns", LECTURE.shape)


def relative(bound, table):
    """Bounds on the errors of each feature, relative to its magnitude, which may be tiny."""
    return bound * np.abs(table).max(axis=0)


def assert_finite(Z):
    """Every entry is a finite number."""
    strange = Z[~np.isfinite(Z)]
    assert_that(strange.size == 0, f"Z holds {strange[:1]}", "finite numbers")


@given(data=ordinary_features())
def test_normalization_mean_is_taken_per_feature(submission, data):
    """Each feature has a mean of its own: mean[j] = Σ_i X[i, j] / m."""
    mean, _ = unpack(submission.normalization.standardization_statistics(data.X), "mean", "std")
    allowed = STATISTICS * (np.abs(oracle.mean(data.X)) + oracle.std(data.X))
    assert_close(mean, oracle.mean(data.X), "mean", tolerance=allowed)


@given(data=ordinary_features())
def test_normalization_std_divides_by_the_number_of_rows(submission, data):
    """The deviation is the population one: std[j] = √(Σ_i (X[i, j] − mean[j])² / m)."""
    _, std = unpack(submission.normalization.standardization_statistics(data.X), "mean", "std")
    required = oracle.std(data.X)
    assert_close(std, required, "std", tolerance=STATISTICS * required)


@edge
@given(data=uneven_features())
def test_normalization_statistics_are_right_at_any_scale(submission, data):
    """Mean and std are right to 1e-6, relative, at any scale, and with |mean| up to 1e6 std."""
    returned = submission.normalization.standardization_statistics(data.X)
    mean, std = unpack(returned, "mean", "std")
    centre, spread = oracle.mean(data.X), oracle.std(data.X)
    assert_close(mean, centre, "mean", tolerance=STATISTICS * (np.abs(centre) + spread))
    assert_close(std, spread, "std", tolerance=STATISTICS * spread)


@given(data=uneven_features())
def test_normalization_range_statistics_are_the_extremes(submission, data):
    """The range of each feature is from its smallest to its largest value in the training data."""
    returned = submission.normalization.range_statistics(data.X)
    minimum, maximum = unpack(returned, "minimum", "maximum")
    low, high = oracle.extremes(data.X)
    assert_close(minimum, low, "minimum", tolerance=relative(TOLERANCE, data.X))
    assert_close(maximum, high, "maximum", tolerance=relative(TOLERANCE, data.X))


@given(data=uneven_features())
def test_normalization_standardize_uses_the_given_statistics(submission, data):
    """New data are standardised by the training data's statistics: Z = (X − mean) / std."""
    mean, std = oracle.mean(data.X), oracle.std(data.X)
    returned = submission.normalization.standardize(data.new, mean, std)
    assert_close(returned, oracle.standardized(data.new, mean, std), "Z", tolerance=FAR)


@given(data=uneven_features())
def test_normalization_unstandardize_multiplies_then_adds(submission, data):
    """The inverse gives every feature its deviation and its mean again: X = Z std + mean."""
    mean, std = oracle.mean(data.X), oracle.std(data.X)
    Z = oracle.standardized(data.new, mean, std)
    returned = submission.normalization.unstandardize(Z, mean, std)
    assert_close(returned, data.new, "X", tolerance=relative(FAR, data.new))


@given(data=uneven_features(), target=target_ranges())
def test_normalization_rescale_is_linear_and_does_not_clip(submission, data, target):
    """Z = low + (high − low) (X − minimum) / (maximum − minimum), unclipped for new data, too."""
    low, high = oracle.extremes(data.X)
    returned = submission.normalization.rescale(data.new, low, high, *target)
    required = oracle.rescaled(data.new, low, high, *target)
    assert_close(returned, required, "Z", tolerance=FAR)


@given(data=uneven_features(), target=target_ranges())
def test_normalization_unrescale_is_the_inverse_line(submission, data, target):
    """The inverse is X = minimum + (maximum − minimum) (Z − low) / (high − low)."""
    (minimum, maximum), (low, high) = oracle.extremes(data.X), target
    Z = oracle.rescaled(data.new, minimum, maximum, low, high)
    returned = submission.normalization.unrescale(Z, minimum, maximum, low, high)
    assert_close(returned, data.new, "X", tolerance=relative(FAR, data.new))


@given(data=uneven_features())
def test_normalization_standardized_features_have_mean_0_and_deviation_1(submission, data):
    """Standardised by its own statistics, every feature has mean 0 and standard deviation 1."""
    Z = normalized(submission, "standardize", data.X)
    allowed = STATISTICS * (1.0 + np.abs(oracle.mean(data.X)) / oracle.std(data.X))
    assert_close(oracle.centre(Z), np.zeros_like(allowed), "the mean of Z", tolerance=allowed)
    ones = np.ones_like(allowed)
    assert_close(oracle.deviation(Z), ones, "the std of Z", tolerance=2 * STATISTICS)


@given(data=uneven_features())
def test_normalization_rescaled_features_fill_the_default_range(submission, data):
    """Rescaled by its own range, every feature goes from −1 to 1 unless another range is given."""
    Z = normalized(submission, "rescale", data.X)
    assert_close(Z.min(axis=0), -np.ones_like(Z[0]), "the minimum of Z", tolerance=FAR)
    assert_close(Z.max(axis=0), np.ones_like(Z[0]), "the maximum of Z", tolerance=FAR)


@each_scheme
@given(data=uneven_features())
def test_normalization_inverses_undo(submission, scheme, data):
    """Training data and new data come back: unstandardize(standardize(X)) = X, so for rescale."""
    both = np.concatenate([data.X, data.new])
    returned = there_and_back(submission, scheme, data.X, both)
    assert_close(returned, both, "X, then the new data,", tolerance=relative(FAR, both))


@each_scheme
@given(data=uneven_features())
def test_normalization_undoes_its_inverse(submission, scheme, data):
    """What got its units back can be normalised again: standardize(unstandardize(Z)) = Z."""
    Z = oracle.normalized(scheme, data.X, data.new)
    assert_close(back_and_there(submission, scheme, data.X, Z), Z, "Z", tolerance=FAR)


@each_scheme
@given(data=uneven_features())
def test_normalization_treats_rows_alone(submission, scheme, data):
    """A row's result depends on that row and the statistics alone, not on the rows beside it."""
    together = normalized(submission, scheme, data.X)[-1:]
    alone = normalized(submission, scheme, data.X, data.X[-1:])
    assert_close(together, alone, "Z, its last row,", tolerance=FAR)


@each_scheme
@given(data=six_uneven_features())
def test_normalization_features_do_not_influence_each_other(submission, scheme, data):
    """A change of the first three features, even by 1e140, leaves the others as they are."""
    changed = data.X.copy()
    changed[:, :3] *= -1e140
    returned = normalized(submission, scheme, changed)[:, 3:]
    required = normalized(submission, scheme, data.X)[:, 3:]
    assert_close(returned, required, "Z[:, 3:]", tolerance=FAR)


@each_scheme
@given(data=uneven_features())
def test_normalization_keeps_the_order_of_the_features(submission, scheme, data):
    """With the columns of X in another order, the columns of Z are in that order, too."""
    returned = normalized(submission, scheme, data.X[:, ::-1])
    required = normalized(submission, scheme, data.X)[:, ::-1]
    assert_close(returned, required, "Z", tolerance=FAR)


@each_scheme
@given(data=ordinary_features(), units=affine_maps())
def test_normalization_does_not_depend_on_units(submission, scheme, data, units):
    """Other units a (X + c) give the same Z, its sign reversed if a < 0."""
    a, c = units
    returned = normalized(submission, scheme, a * (data.X + c))
    required = np.sign(a) * normalized(submission, scheme, data.X)
    assert_close(returned, required, "Z", tolerance=NORMALIZED)


@edge
@given(data=constant_features())
def test_normalization_constant_features_are_standardized_to_zero(submission, data):
    """A feature with one value only, 0.1 repeated included, has Z = 0: no 0/0, no blown-up rest."""
    Z = normalized(submission, "standardize", data.X)
    assert_close(Z, np.zeros(data.X.shape), "Z", tolerance=CONSTANT)


@edge
@given(data=constant_features(), target=target_ranges())
def test_normalization_constant_features_are_rescaled_to_the_middle(submission, data, target):
    """A feature with one value only is rescaled to the middle, Z = (low + high) / 2."""
    value, (low, high) = data.X[0], target
    returned = submission.normalization.rescale(data.X, value, value, low=low, high=high)
    assert_close(returned, np.full(data.X.shape, (low + high) / 2), "Z")


@edge
@each_scheme
@given(data=constant_features())
def test_normalization_constant_features_get_their_value_back(submission, scheme, data):
    """The inverse gives a feature with one value only that value back."""
    assert_close(there_and_back(submission, scheme, data.X, data.X), data.X, "X")


@edge
@each_scheme
@given(data=constant_features())
def test_normalization_constant_features_stay_finite_on_new_data(submission, scheme, data):
    """New data of a feature that was constant in training give neither NaN nor infinity."""
    assert_finite(normalized(submission, scheme, data.X, data.new))


@edge
@each_scheme
@given(case=mixed_features())
def test_normalization_constant_features_leave_the_others_alone(submission, scheme, case):
    """Features beside a constant one are normalised as always."""
    X, j = case
    returned = np.delete(normalized(submission, scheme, X), j, axis=1)
    others = np.delete(X, j, axis=1)
    required = oracle.normalized(scheme, others, others)
    assert_close(returned, required, "Z without the constant feature", tolerance=NORMALIZED)


@edge
@each_scheme
def test_normalization_barely_varying_features_follow_the_formulas(submission, scheme):
    """A feature that varies is not constant, however little: 1 ± 1e-13 is normalised as always."""
    Z = normalized(submission, scheme, BARELY_VARYING)
    required = oracle.normalized(scheme, BARELY_VARYING, BARELY_VARYING)
    assert_close(Z, required, "Z", tolerance=BARELY)


@edge
@each_scheme
def test_normalization_statistics_count_every_row(submission, scheme):
    """Of 1300 rows each counts in (mean, std) and in (minimum, maximum), the first and the last."""
    first, second = fitted(submission, scheme, FAR_ROWS)
    required = oracle.statistics(scheme, FAR_ROWS)
    allowed = STATISTICS * oracle.statistics("standardize", FAR_ROWS)[1]
    assert_close(first, required[0], "the first statistic", tolerance=allowed)
    assert_close(second, required[1], "the second statistic", tolerance=allowed)


@edge
@each_map
def test_normalization_maps_go_on_far_from_the_data(submission, function):
    """Each map is one line, without an end: what is 10⁹ deviations away is mapped as always."""
    returned = getattr(submission.normalization, function)(FAR_ROWS, *map_arguments(function))
    assert_close(returned, far_result(function), f"what {function} returns")


def test_normalization_standardizes_the_lecture_table(submission):
    """The lecture's table, the targets its fifth column, gets mean 0 and deviation 1 in each."""
    Z = normalized(submission, "standardize", LECTURE)
    required = oracle.normalized("standardize", LECTURE, LECTURE)
    assert_close(Z, required, "Z", tolerance=NORMALIZED)


def test_normalization_rescales_the_lecture_table(submission):
    """The lecture's table, the targets its fifth column, is mapped to [0, 1] in each."""
    Z = apply(submission, "rescale", LECTURE, fitted(submission, "rescale", LECTURE), 0.0, 1.0)
    assert_close(Z, oracle.rescaled(LECTURE, *oracle.extremes(LECTURE), 0.0, 1.0), "Z")


@edge
@each_scheme
def test_normalization_gives_no_warning(submission, scheme):
    """No feature, constant or of any scale, makes numpy warn of a division or an overflow."""
    fit, forth, back = observed(submission, scheme, ALL_FEATURES)
    assert_no_warning(fit)
    assert_no_warning(forth)
    assert_no_warning(back)


@each_scheme
def test_normalization_results_have_the_shapes_of_the_contract(submission, scheme):
    """Statistics have an entry for each feature, shape (n,); Z and X are shaped as the data."""
    fit, forth, back = handed_ours(submission, scheme, LECTURE_PART)
    as_statistics(fit.result, LECTURE_PART)
    as_array(forth.result, "Z", LECTURE_PART.shape)
    as_array(back.result, "X", LECTURE_PART.shape)


@edge
@each_scheme
def test_normalization_results_are_float64(submission, scheme):
    """From float64 comes float64: statistics, Z and X."""
    fit, forth, back = handed_ours(submission, scheme, LECTURE_PART)
    first, second = unpack(fit.result, "first", "second")
    assert_float64(first, "the first statistic")
    assert_float64(second, "the second statistic")
    assert_float64(forth.result, "Z")
    assert_float64(back.result, "X")


@edge
@each_scheme
def test_normalization_leaves_its_arguments_unchanged(submission, scheme):
    """X, Z and the statistics still have their values after the call."""
    fit, forth, back = handed_ours(submission, scheme, LECTURE_PART)
    assert_unchanged(fit)
    assert_unchanged(forth)
    assert_unchanged(back)


@edge
@each_scheme
def test_normalization_leaves_statistics_of_constant_features_unchanged(submission, scheme):
    """A deviation of 0 is not replaced in the caller's array: statistics stay as given."""
    fit, forth, back = observed(submission, scheme, ALL_FEATURES)
    assert_unchanged(fit)
    assert_unchanged(forth)
    assert_unchanged(back)


@edge
@each_function
def test_normalization_results_outlive_the_next_call(submission, function):
    """What a call returned stays as it was when the function is called again: it is no buffer."""
    call_of = getattr(submission.normalization, function)
    call = call_of.observe(*call_arguments(function, LECTURE))
    before = copied(function, call.result)
    call_of(*call_arguments(function, LECTURE[::-1] ** 2))
    assert_equal(copied(function, call.result_now()), before, "the first result")
