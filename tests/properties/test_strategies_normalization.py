"""Features: the strategies draw scales, offsets and constants at which mistakes show."""

import numpy as np

from properties.oracles import normalization as oracle
from properties.strategies import normalization
from tests.support.strategies import (
    assert_all_examples,
    each,
    find_any,
    minimal,
    sound,
    zero,
)

SHAPES = ((3, 2), (2, 1), (4, 3), (5, 1), (6, 2), (2, 3))


def remoteness(X):
    """Return |mean| / std of each feature."""
    return np.abs(oracle.mean(X)) / oracle.std(X)


def pairs_up(features):
    """Return whether training and new data are sound tables of the same features."""
    return sound(features.X, features.new) and features.X.shape[1] == features.new.shape[1]


def surrounded(features):
    """Return whether new data are below, above and between the training data, in every feature."""
    (least, most), new = oracle.extremes(features.X), features.new
    between = np.any((new > least) & (new < most), axis=0)
    return ((new.min(axis=0) < least) & (new.max(axis=0) > most) & between).all()


def squares_survive(X):
    """Return whether squared deviations keep all their digits."""
    return np.min(np.square(oracle.std(X))) > np.finfo(np.float64).tiny


def test_ordinary_features_vary_and_are_not_far_from_zero():
    """A constant or distant feature is a hard case, which others are about."""
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
        "a mean within half a std": lambda features: remoteness(features.X).min() < 0.5,
        "no round numbers": lambda features: np.all(np.round(features.X, 3) != features.X),
    }
)
def test_ordinary_features_can_make_each_regime(condition):
    """A mistake with axes shows only for unlike numbers of rows and features."""
    find_any(normalization.ordinary_features(), condition)


def test_ordinary_features_shrink_to_whole_numbers():
    """A student looks at a table without noise."""
    smallest = minimal(normalization.ordinary_features())
    assert smallest.X.tolist() == [[5.0], [2.0]]


def test_six_uneven_features_are_of_all_scales():
    """Statistics over the whole table, and formulas that cancel, show only there."""
    scales = np.array([1.0, 1e-8, 1e8, 1.0, 1e-3, 1e-14])

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

    assert_all_examples(normalization.six_uneven_features(), uneven, examples=150)


def test_six_uneven_features_have_squares_that_do_not_underflow():
    """No code can be asked to square what float64 cannot hold."""
    assert_all_examples(
        normalization.six_uneven_features(), lambda features: squares_survive(features.X)
    )


@each({f"{m} rows": lambda features, m=m: len(features.X) == m for m in (2, 3, 4, 5, 6)})
def test_six_uneven_features_can_make_few_and_many_rows(condition):
    """The difference between m and m − 1 is largest for few rows."""
    find_any(normalization.six_uneven_features(), condition)


@each({f"{n} features": lambda features, n=n: features.X.shape[1] == n for n in (1, 2, 6)})
def test_uneven_features_can_be_few(condition):
    """A student looks at one feature if one shows the mistake."""
    features = find_any(normalization.uneven_features(), condition)
    assert pairs_up(features)


def test_uneven_features_shrink_to_two_rows_without_noise():
    """A student looks at 2 and −1, and at one row of new data."""
    smallest = minimal(normalization.uneven_features())
    assert (smallest.X.tolist(), smallest.new.tolist()) == ([[2.0], [-1.0]], [[9.0]])


def test_constant_features_have_one_value_each():
    """A range or a standard deviation must be exactly 0 there."""
    assert_all_examples(
        normalization.constant_features(),
        lambda features: (
            pairs_up(features)
            and zero(features.X - features.X[0])
            and set(features.X[0]) <= set(normalization.CONSTANTS)
            and (features.new != features.X[0]).all()
        ),
    )


@each({f"{m} rows": lambda features, m=m: len(features.X) == m for m in (1, 2, 3, 6, 7, 10)})
def test_constant_features_can_make_any_number_of_rows(condition):
    """A mean over m rows is rounded only if 1 / m is."""
    find_any(normalization.constant_features(), condition)


def test_constant_features_have_sums_that_are_rounded():
    """Then a naive standard deviation is not 0, which is the mistake to catch."""
    features = find_any(normalization.constant_features(), lambda drawn: len(drawn.X) == 10)
    assert np.any(np.cumsum(features.X, axis=0)[-1] / 10 != features.X[0])
    assert minimal(normalization.constant_features()).X.tolist() == [[0.1], [0.1]]


def test_mixed_features_have_one_constant_feature():
    """A constant feature must not spoil its neighbours."""
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
    """Code may treat the first or the last feature differently."""
    find_any(normalization.mixed_features(), condition)


def test_mixed_features_shrink_to_the_first_place():
    """A student looks at the first constant in the first place."""
    X, j = minimal(normalization.mixed_features())
    assert (X[:, 0].tolist(), j) == ([0.1] * 2, 0)


@each(
    {
        "smaller": lambda drawn: 0 < drawn[0] < 1e-6,
        "larger": lambda drawn: abs(drawn[0]) > 1e6,
        "reversed": lambda drawn: drawn[0] < 0,
        "moved down": lambda drawn: drawn[1] < 0,
    }
)
def test_affine_maps_can_make_each_kind_of_unit(condition):
    """Other units may be smaller, larger or reversed, and must keep the feature's digits."""
    find_any(normalization.affine_maps(), condition)
    assert_all_examples(normalization.affine_maps(), lambda drawn: 0.0 not in drawn)


def test_target_ranges_are_in_order_and_never_the_default():
    """The default range would hide that an argument is ignored."""
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
    """A mistake with the lower end shows only in ranges that are not around 0."""
    find_any(normalization.target_ranges(), condition)


def test_all_features_are_the_uneven_and_the_constant_ones():
    """One table with every kind of feature serves the checks of dtypes and arguments."""
    X = normalization.ALL_FEATURES
    constant = np.ptp(X, axis=0) == 0
    assert constant.tolist() == [False] * 6 + [True] * len(normalization.CONSTANTS)
    assert sound(X)


def test_barely_varying_features_vary_as_little_as_the_contract_allows():
    """Code that takes small deviations for 0 loses them; below these spreads it may."""
    X = normalization.BARELY_VARYING
    spread = np.ptp(X, axis=0)
    shares = (spread / np.abs(X).max(axis=0))[:-1]  # the last feature is about 0
    assert [len(np.unique(column)) for column in X.T] == [len(X)] * X.shape[1]
    assert 1e-14 < spread.min() < 2e-14
    assert 1e-13 < shares.min() < 2e-13
    assert shares.max() < 1e-9


def test_far_rows_differ_at_both_ends_of_the_table():
    """The first or the last thousand rows have other statistics than all of them."""
    X = normalization.FAR_ROWS
    for part in (X[:1000], X[-1000:]):
        assert (np.ptp(part, axis=0) < 0.9 * np.ptp(X, axis=0)).any()
    assert np.abs(X).min() < 0.01
