"""Training: the runs are short enough to be retraced, and the data sets are what they claim."""

import numpy as np
import pytest

from properties.oracles.activations import NAMES
from properties.strategies import training
from tests.support.strategies import (
    assert_all_examples,
    each,
    find_any,
    minimal,
    sound,
    zero,
)


def bare(x):
    """Return inputs and a column of ones, for a linear fit."""
    return np.hstack([x, np.ones((len(x), 1))])


def left_over(X, Y):
    """Return the part of each target's deviation from its mean that no linear function explains."""
    X = (X - X.mean(axis=0)) / np.where(np.ptp(X, axis=0) > 0, X.std(axis=0), 1.0)
    Y = Y - Y.mean(axis=0)
    errors = Y - bare(X) @ np.linalg.lstsq(bare(X), Y, rcond=None)[0]
    return np.linalg.norm(errors, axis=0) / np.linalg.norm(Y, axis=0)


def rows_and_batches(case):
    """Return (m, q)."""
    return len(case.X), case.batch_size


def fits(case):
    """Return whether inputs and targets are sound tables with a row for each example."""
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
    """The oracle tries every order of the rows, so there may be few of them."""
    assert_all_examples(
        training.training_cases(),
        lambda case: fits(case) and case.epochs in (1, 2) and 2 <= len(case.X) <= 5,
    )


def test_training_cases_have_no_two_rows_with_one_target():
    """Rows with one target would make different orders look alike."""
    assert_all_examples(
        training.training_cases(), lambda case: np.diff(case.Y, axis=0).max() < -1, examples=150
    )


@each(TRAINING_CASES)
def test_training_cases_can_make_each_regime(condition):
    """Batches with a rest, oversized and even ones all occur in practice."""
    find_any(training.training_cases(), condition)


def test_training_cases_shrink_to_one_epoch_of_a_linear_model():
    """A student looks at one epoch without a hidden layer."""
    case = minimal(training.training_cases())
    assert (case.hidden_sizes, case.activation, case.epochs, case.seed) == ([], "identity", 1, 0)
    assert np.all(case.X == 1.0)
    assert (rows_and_batches(case), case.Y[:, 0].tolist()) == ((3, 2), [-19.0, -29.0, -39.0])


def test_training_cases_shrink_to_one_hidden_layer_where_one_is_needed():
    """A student looks at one hidden layer if none does not fail."""
    case = minimal(training.training_cases(), lambda case: len(case.hidden_sizes) > 0)
    assert (case.hidden_sizes, case.epochs) == ([3], 1)


def test_layouts_have_every_activation_and_a_name_by_their_widths():
    """Each layout is a parameter of a property and needs a readable name."""
    cases = training.layouts()
    assert list(cases) == ["2-2", "1-3-1", "3-2-4-2", "2-1", "3-3-3-3", "1-2-2"]
    assert all(fits(case) and case.epochs == 3 for case in cases.values())
    assert {case.activation for case in cases.values()} == set(NAMES)
    assert {type(case.hidden_sizes) for case in cases.values()} == {list, tuple}


def test_layouts_are_the_same_each_time():
    """A grade must not depend on the run."""
    first, second = training.layouts(), training.layouts()
    assert all(
        zero(first[name].X - second[name].X, first[name].Y - second[name].Y) for name in first
    )


def test_lecture_case_has_batches_of_three_rows_and_one():
    """Weights of unequal batches are where a loss goes wrong."""
    case = training.lecture_case([3], 7)
    assert fits(case)
    assert (rows_and_batches(case), case.seed) == ((4, 3), 7)


def test_wide_case_is_one_step_on_two_rows():
    """The weights before and after must be a single small step apart."""
    case = training.wide_case(40, [30], 20)
    assert fits(case)
    assert (rows_and_batches(case), case.epochs, case.activation) == ((2, 2), 1, "identity")
    assert (case.X.shape[1], case.Y.shape[1]) == (40, 20)


def test_linear_data_are_linear():
    """A linear model can be required to fit them exactly."""
    assert left_over(*training.linear_data()).max() < 1e-12


@pytest.mark.parametrize(("name", "hidden_sizes"), [("no hidden layer", ()), ("hidden layer", [8])])
def test_linear_targets_are_linear_on_unlike_scales(name, hidden_sizes):
    """Without normalisation no learning rate suits all of these columns."""
    X, Y, sizes, *_ = training.linear_targets()[name]
    assert sizes == hidden_sizes
    assert left_over(X, Y).max() < 1e-6
    assert [np.std(A, axis=0).max() > 1e6 * np.std(A, axis=0).min() for A in (X, Y)] == [True, True]


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid"])
def test_parabolas_are_fitted_by_no_line(name):
    """Only a hidden layer that learns can be better than the mean."""
    x, y, activation = training.parabolas()[name]
    assert activation == name
    assert left_over(x, y) == pytest.approx([1.0], abs=1e-6)


def test_two_slopes_are_first_two_and_then_minus_one():
    """The stored order must matter, as in the lecture's example."""
    x, y = training.two_slopes()
    assert np.allclose(y / x, np.repeat([[2.0], [-1.0]], 160, axis=0), rtol=1e-12, atol=0)
    assert (np.diff(x[:160, 0]) > 0).all()


def test_constant_columns_are_beside_a_linear_target():
    """A constant column must do no harm to what can be learnt beside it."""
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
    """Each name is a promise of an edge of the contract."""
    X, Y = training.odd_data()[name]
    assert sound(X, Y)
    assert (not np.ptp(X, axis=0).any(), not np.ptp(Y, axis=0).any()) == constant
