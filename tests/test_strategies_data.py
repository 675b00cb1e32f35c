"""What the strategies of normalization and training promise."""

import numpy as np
import pytest

from properties.oracles import normalization as oracle
from properties.oracles.activations import NAMES
from properties.strategies import normalization, training
from tests.test_strategies import assert_all_examples, each, find_any, minimal, sound, zero

SHAPES = ((3, 2), (2, 1), (4, 3), (5, 1), (6, 2), (2, 3))


def remoteness(X):
    """|mean| / std of each feature."""
    return np.abs(oracle.mean(X)) / oracle.std(X)


def pairs_up(features):
    """Whether training and new data are sound tables of the same features."""
    return sound(features.X, features.new) and features.X.shape[1] == features.new.shape[1]


def surrounded(features):
    """Whether new data are below, above and between the training data, in every feature."""
    (least, most), new = oracle.extremes(features.X), features.new
    between = np.any((new > least) & (new < most), axis=0)
    return ((new.min(axis=0) < least) & (new.max(axis=0) > most) & between).all()


def squares_survive(X):
    """Whether squared deviations keep all their digits."""
    return np.min(np.square(oracle.std(X))) > np.finfo(np.float64).tiny


def bare(x):
    """Inputs and a column of ones, for a linear fit."""
    return np.hstack([x, np.ones((len(x), 1))])


def left_over(X, Y):
    """The part of each target's deviation from its mean that no linear function explains."""
    X = (X - X.mean(axis=0)) / np.where(np.ptp(X, axis=0) > 0, X.std(axis=0), 1.0)
    Y = Y - Y.mean(axis=0)
    errors = Y - bare(X) @ np.linalg.lstsq(bare(X), Y, rcond=None)[0]
    return np.linalg.norm(errors, axis=0) / np.linalg.norm(Y, axis=0)


def test_ordinary_features_vary_and_are_not_far_from_zero():
    """No feature is constant, |mean| is at most 7 std, and new data are all around."""
    assert_all_examples(
        normalization.ordinary_features(),
        lambda features: (
            pairs_up(features) and surrounded(features) and remoteness(features.X).max() <= 7
        ),
    )


@each(
    {
        **{str(shape): lambda features, shape=shape: features.X.shape == shape for shape in SHAPES},
        "on one side of 0": lambda features: np.any(features.X.min(axis=0) > 0),
        "a mean beyond 3 std": lambda features: remoteness(features.X).max() > 3,
        "small beside its variation": lambda features: remoteness(features.X).min() < 0.3,
        "no round numbers": lambda features: np.all(np.round(features.X, 3) != features.X),
    }
)
def test_ordinary_features_can_make_each_regime(condition):
    """One to three features in two to six rows, near 0 and beside it."""
    find_any(normalization.ordinary_features(), condition)


def test_ordinary_features_shrink_to_whole_numbers():
    """The smallest table has no noise."""
    smallest = minimal(normalization.ordinary_features())
    assert smallest.X.tolist() == [[5.0, -5.0], [2.0, 1.0], [7.0, -9.0]]


def test_uneven_features_are_of_all_scales():
    """Scales are 1, 1e-8, 1e8 and 1e-140, two features are far from 0, and none is constant."""
    scales = np.array([1.0, 1e-8, 1e8, 1.0, 1e-3, 1e-140])

    def uneven(features):
        sizes = oracle.std(features.X) / scales
        far = remoteness(features.X)[[3, 4]]
        return (
            pairs_up(features)
            and surrounded(features)
            and sizes.min() > 1
            and sizes.max() < 4
            and far.min() > 1e5
            and far.max() <= 1e6
        )

    assert_all_examples(normalization.uneven_features(), uneven, examples=300)


def test_uneven_features_have_squares_that_do_not_underflow():
    """Squares of the smallest deviations are normal numbers."""
    assert_all_examples(
        normalization.uneven_features(), lambda features: squares_survive(features.X)
    )


@each({f"{m} rows": lambda features, m=m: len(features.X) == m for m in (2, 3, 4, 5, 6)})
def test_uneven_features_can_make_few_and_many_rows(condition):
    """Two to six rows come up."""
    find_any(normalization.uneven_features(), condition)


def test_uneven_features_shrink_to_three_rows_without_noise():
    """The smallest table has rows of 2, −1 and 4 in each feature's units."""
    smallest = minimal(normalization.uneven_features())
    assert smallest.X[:, 0].tolist() == [2.0, -1.0, 4.0]
    assert smallest.X.shape == (3, 6)


def test_constant_features_have_one_value_each():
    """Training data have one value in a feature, and new data another one."""
    assert_all_examples(
        normalization.constant_features(),
        lambda features: (
            pairs_up(features)
            and zero(features.X - normalization.CONSTANTS)
            and (features.new != features.X[0]).all()
        ),
    )


@each({f"{m} rows": lambda features, m=m: len(features.X) == m for m in (1, 2, 3, 6, 7, 10)})
def test_constant_features_can_make_any_number_of_rows(condition):
    """Numbers of rows come up whose reciprocals are rounded, and a single row."""
    find_any(normalization.constant_features(), condition)


def test_constant_features_have_sums_that_are_rounded():
    """The plain mean of some constant is not that constant: a naive std is not 0."""
    features = find_any(normalization.constant_features(), lambda drawn: len(drawn.X) == 10)
    assert np.any(np.cumsum(features.X, axis=0)[-1] / 10 != features.X[0])
    assert len(minimal(normalization.constant_features()).X) == 3


def test_mixed_features_have_one_constant_feature():
    """The feature j has one value, all others have several."""
    assert_all_examples(
        normalization.mixed_features(),
        lambda drawn: (
            sound(drawn[0]) and np.flatnonzero(np.ptp(drawn[0], axis=0) == 0).tolist() == [drawn[1]]
        ),
    )


@each(
    {
        "first": lambda drawn: drawn[1] == 0,
        "between": lambda drawn: 0 < drawn[1] < drawn[0].shape[1] - 1,
        "last": lambda drawn: drawn[1] == drawn[0].shape[1] - 1,
        **{
            f"the constant {value}": lambda drawn, value=value: drawn[0][0, drawn[1]] == value
            for value in normalization.CONSTANTS.tolist()
        },
    }
)
def test_mixed_features_can_make_each_place_and_constant(condition):
    """The constant feature is anywhere among the others, and each constant comes up."""
    find_any(normalization.mixed_features(), condition)


def test_mixed_features_shrink_to_the_first_place():
    """The smallest table begins with the first constant."""
    X, j = minimal(normalization.mixed_features())
    assert (X[:, 0].tolist(), j) == ([0.1] * 3, 0)


@each(
    {
        "smaller": lambda drawn: 0 < drawn[0] < 1e-6,
        "larger": lambda drawn: abs(drawn[0]) > 1e6,
        "reversed": lambda drawn: drawn[0] < 0,
        "moved down": lambda drawn: drawn[1] < 0,
    }
)
def test_affine_maps_can_make_each_kind_of_unit(condition):
    """Units are smaller, larger or reversed, and never lose the feature."""
    find_any(normalization.affine_maps(), condition)
    assert_all_examples(normalization.affine_maps(), lambda drawn: 0.0 not in drawn)


def test_target_ranges_are_in_order_and_never_the_default():
    """Ranges have low < high and are not [−1, 1]; the smallest is the first."""
    assert_all_examples(
        normalization.target_ranges(),
        lambda drawn: drawn[0] < drawn[1] and drawn != (-1.0, 1.0),
    )
    assert minimal(normalization.target_ranges()) == (-3.0, 5.0)


@each(
    {
        "without 0": lambda drawn: drawn[0] * drawn[1] > 0,
        "around 0": lambda drawn: drawn[0] < 0 < drawn[1],
        "narrow": lambda drawn: drawn[1] - drawn[0] < 1,
        "below 0": lambda drawn: drawn[1] < 0,
        "not around its middle": lambda drawn: drawn[0] != -drawn[1],
    }
)
def test_target_ranges_can_make_each_kind(condition):
    """Ranges lie around 0 or beside it."""
    find_any(normalization.target_ranges(), condition)


def test_all_features_are_the_uneven_and_the_constant_ones():
    """Six features vary and the others are the constants."""
    X = normalization.ALL_FEATURES
    constant = np.ptp(X, axis=0) == 0
    assert constant.tolist() == [False] * 6 + [True] * len(normalization.CONSTANTS)
    assert sound(X)


def test_barely_varying_features_vary_in_the_last_digit():
    """Two values come up in each feature, and no number lies between them."""
    least, most = oracle.extremes(normalization.BARELY_VARYING)
    assert np.nextafter(least, np.inf).tolist() == most.tolist()


def rows_and_batches(case):
    """(m, q)."""
    return len(case.X), case.batch_size


def fits(case):
    """Whether inputs and targets are sound tables with a row for each example."""
    return (
        sound(case.X, case.Y)
        and case.X.ndim == case.Y.ndim == 2
        and len(case.X) == len(case.Y)
        and case.activation in NAMES
    )


TRAINING_CASES = {
    "a rest": lambda case: len(case.X) % case.batch_size == 1 < case.batch_size < len(case.X),
    "a rest of several rows": lambda case: 1 < len(case.X) % case.batch_size < case.batch_size < 5,
    "a batch larger than the data": lambda case: case.batch_size > len(case.X),
    "batches of one size": lambda case: len(case.X) % case.batch_size == 0,
    "no hidden layer, a list": lambda case: case.hidden_sizes == [],
    "no hidden layer, a tuple": lambda case: case.hidden_sizes == (),
    "a list": lambda case: case.hidden_sizes == [3, 3],
    "a tuple": lambda case: case.hidden_sizes == (2, 4),
    "single input and output": lambda case: case.X.shape[1] == case.Y.shape[1] == 1,
    "two epochs": lambda case: case.epochs == 2,
    "a constant feature": lambda case: not np.ptp(case.X, axis=0).all(),
    "features that vary": lambda case: np.ptp(case.X, axis=0).all(),
    "a seed beyond 31 bits": lambda case: case.seed >= 2**31,
    **{name: lambda case, name=name: case.activation == name for name in NAMES},
}


def test_training_cases_are_consistent_and_short():
    """One or two epochs on two to five rows."""
    assert_all_examples(
        training.training_cases(),
        lambda case: fits(case) and case.epochs in (1, 2) and 2 <= len(case.X) <= 5,
    )


def test_training_cases_have_no_two_rows_with_one_target():
    """Every target tells the rows apart, so none is constant."""
    assert_all_examples(
        training.training_cases(), lambda case: np.diff(case.Y, axis=0).min() > 1, examples=300
    )


@each(TRAINING_CASES)
def test_training_cases_can_make_each_regime(condition):
    """Batches with a rest, oversized and even ones; every depth, activation and number of epochs."""
    find_any(training.training_cases(), condition)


def test_training_cases_shrink_to_one_epoch_of_a_linear_model():
    """The smallest run has constant features, no hidden layer, two batches and the seed 0."""
    case = minimal(training.training_cases())
    assert (case.hidden_sizes, case.activation, case.epochs, case.seed) == ([], "identity", 1, 0)
    assert zero(case.X)
    assert (rows_and_batches(case), case.Y[:, 0].tolist()) == ((3, 2), [20.0, 30.0, 40.0])


def test_training_cases_shrink_to_one_hidden_layer_where_one_is_needed():
    """With a hidden layer there is one, of the first that are listed."""
    case = minimal(training.training_cases(), lambda case: len(case.hidden_sizes) > 0)
    assert (case.hidden_sizes, case.epochs) == ([3], 1)


def test_layouts_have_every_activation_and_a_name_by_their_widths():
    """Six layouts of three epochs, with lists and tuples, each named by its widths."""
    cases = training.layouts()
    assert list(cases) == ["2-2", "1-3-1", "3-2-4-2", "2-1", "3-3-3-3", "1-2-2"]
    assert all(fits(case) and case.epochs == 3 for case in cases.values())
    assert {case.activation for case in cases.values()} == set(NAMES)
    assert {type(case.hidden_sizes) for case in cases.values()} == {list, tuple}


def test_layouts_are_the_same_each_time():
    """What is random in them has a seed."""
    first, second = training.layouts(), training.layouts()
    assert all(
        zero(first[name].X - second[name].X, first[name].Y - second[name].Y) for name in first
    )


def test_lecture_case_has_batches_of_three_rows_and_one():
    """Four rows in batches of three."""
    case = training.lecture_case([3], 7)
    assert fits(case)
    assert (rows_and_batches(case), case.seed) == ((4, 3), 7)


def test_wide_case_is_one_step_on_two_rows():
    """One epoch of one batch, so the weights before and after are one step apart."""
    case = training.wide_case(40, [30], 20)
    assert fits(case)
    assert (rows_and_batches(case), case.epochs, case.activation) == ((2, 2), 1, "identity")
    assert (case.X.shape[1], case.Y.shape[1]) == (40, 20)


def test_linear_data_are_linear_on_any_scale():
    """A linear function leaves nothing over, whatever the scales and offsets."""
    assert left_over(*training.linear_data()).max() < 1e-12
    for X, Y, *_ in training.linear_targets().values():
        assert left_over(X, Y).max() < 1e-6


def test_linear_targets_are_of_uneven_scales_for_a_model_without_hidden_layer():
    """Features and targets are thousands of times larger in one column than in another."""
    X, Y, hidden_sizes, _ = training.linear_targets()["no hidden layer"]
    assert hidden_sizes == ()
    assert oracle.std(X).max() > 1e6 * oracle.std(X).min()
    assert oracle.std(Y).max() > 1e6 * oracle.std(Y).min()


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid"])
def test_parabolas_are_fitted_by_no_line(name):
    """A linear function leaves everything over: it does no better than the mean."""
    x, y, activation = training.parabolas()[name]
    assert activation == name
    assert left_over(x, y) == pytest.approx([1.0], abs=1e-6)


def test_two_slopes_are_first_two_and_then_minus_one():
    """The same inputs come twice in order, with unlike targets."""
    x, y = training.two_slopes()
    assert (y / x).tolist() == pytest.approx([[2.0]] * 160 + [[-1.0]] * 160)
    assert (np.diff(x[:160, 0]) > 0).all()


def test_constant_columns_are_beside_a_linear_target():
    """One feature and one target have a single value each; the other target is linear."""
    X, Y = training.with_constant_columns()
    assert (np.ptp(X, axis=0) == 0).tolist() == [False, True, False]
    assert (np.ptp(Y, axis=0) == 0).tolist() == [False, True]
    assert left_over(X, Y[:, :1]).max() < 1e-12


@pytest.mark.parametrize(
    ("name", "constant"),
    [
        ("one row", (True, True)),
        ("two rows", (False, False)),
        ("constant feature", (True, False)),
        ("constant target", (False, True)),
        ("zeros", (True, True)),
    ],
)
def test_odd_data_are_what_their_name_says(name, constant):
    """Features, targets, both or neither are constant."""
    X, Y = training.odd_data()[name]
    assert sound(X, Y)
    assert (not np.ptp(X, axis=0).any(), not np.ptp(Y, axis=0).any()) == constant
