"""Layers, losses and mini-batches: the strategies draw sizes and values at which mistakes show."""

from dataclasses import astuple

import numpy as np
import pytest

from properties.oracles.activations import NAMES
from properties.strategies import layers, losses, minibatches
from tests.support.strategies import (
    assert_all_examples,
    each,
    find_any,
    minimal,
    sound,
    zero,
)

# The columns of z were shifted before they were summed in this order, so rounding differs.
ROUNDING = 1e-12


def widths(case):
    """Return (m, n_in, n_out) of a layer."""
    return (len(case.h_prev), *case.W.shape[::-1])


def fits(case):
    """Return whether the arrays of a layer are sound, fit one another, and z follows from them."""
    m, n_in, n_out = widths(case)
    shapes = [(m, n_in), (n_out, n_in), (n_out,), (m, n_out), (m, n_out)]
    *drawn, activation = astuple(case)
    return (
        sound(*drawn)
        and [array.shape for array in drawn] == shapes
        and np.allclose(case.h_prev @ case.W.T + case.b, case.z, rtol=0, atol=ROUNDING)
        and activation in NAMES
    )


def column_crosses_zero(z):
    """Return whether a unit is on both sides of 0, in different rows."""
    return np.any((z.min(axis=0) < 0) & (z.max(axis=0) > 0))


SIZES = {
    "one row": lambda size: size[0] == 1,
    "equal widths, a batch unlike them": lambda size: size[0] > 1 and size[1] == size[2] != size[0],
    "all distinct": lambda size: size[0] > 1 and len(set(size)) == 3,
    "a single unit": lambda size: size[1] == size[2] == 1 < size[0],
    "more inputs": lambda size: size[1] > size[2],
    "more outputs": lambda size: size[1] < size[2],
    "large": lambda size: min(size) >= 4,
}
DENSE_CASES = {
    **{name: lambda case, name=name: case.activation == name for name in NAMES},
    **{name: lambda case, has=has: has(widths(case)) for name, has in SIZES.items()},
    "a unit on either side of 0": lambda case: column_crosses_zero(case.z),
    "close to the kink": lambda case: np.abs(case.z).min() < 0.02,
    "large z": lambda case: np.abs(case.z).max() > 15,
    "nothing but zeros in dh": lambda case: zero(case.dh),
    "no zero anywhere": lambda case: all(np.all(a) for a in astuple(case)[:5]),
    "rows unlike each other": lambda case: len(case.z) > 1 and np.ptp(case.z, axis=0).all(),
}


def test_layer_sizes_keep_the_batch_unlike_the_widths():
    """With m equal to a width, a sum over the wrong axis would have the right shape."""
    assert_all_examples(layers.sizes(), lambda size: size[0] == 1 or size[0] not in size[1:])


@each(SIZES)
def test_layer_sizes_can_make_each_regime(condition):
    """Each regime reveals mistakes that the others hide."""
    find_any(layers.sizes(), condition)


@pytest.mark.parametrize(
    ("condition", "smallest"),
    [
        ("equal widths, a batch unlike them", (2, 1, 1)),
        ("all distinct", (3, 1, 2)),
        ("one row", (1, 1, 1)),
    ],
)
def test_layer_sizes_shrink_to_the_smallest_of_each_regime(condition, smallest):
    """A student looks at layers of one or two units."""
    assert minimal(layers.sizes(), SIZES[condition]) == smallest


def test_dense_cases_are_consistent_and_clear_of_the_kink():
    """Next to the kink of ReLU, rounding alone could decide the derivative."""
    assert_all_examples(
        layers.dense_cases(),
        lambda case: fits(case) and np.abs(case.z).min() >= 0.01 - ROUNDING,
        examples=200,
    )


def test_dense_cases_keep_the_batch_unlike_the_widths():
    """With m equal to a width, a transposed product would have the right shape."""
    assert_all_examples(
        layers.dense_cases(), lambda case: widths(case)[0] not in {*case.W.shape} - {1}
    )


@each(DENSE_CASES)
def test_dense_cases_can_make_each_regime(condition):
    """A mistake may show under one activation or in one regime of sizes only."""
    find_any(layers.dense_cases(), condition)


@pytest.mark.parametrize("name", NAMES)
def test_dense_cases_shrink_to_one_unit_and_two_rows_of_ones(name):
    """A student looks at ones, at which products do not vanish and σ' is far from 1 and 0."""
    case = minimal(layers.dense_cases(), DENSE_CASES[name])
    assert widths(case) == (2, 1, 1)
    assert all((array == 1.0).all() for array in (case.h_prev, case.W, case.b, case.dh))
    assert (case.z == 2.0).all()


def test_dense_cases_take_the_activations_asked_for():
    """A property about one activation must get nothing else."""
    assert_all_examples(
        layers.dense_cases(activations=["relu"]),
        lambda case: fits(case) and case.activation == "relu",
    )


@pytest.mark.parametrize("m", [1, 2, 5, 40])
def test_clear_of_kinks_clears_random_columns(m):
    """A thousand crowded columns leave few shifts that are free."""
    z = np.random.default_rng(m).uniform(-0.03 * m, 0.03, (m, 1000))
    assert np.abs(z + layers.clear_of_kinks(z)).min() >= 0.01


@pytest.mark.parametrize("margin", [0.01, 0.1])
def test_clear_of_kinks_finds_the_last_free_shift(margin):
    """If each entry rules out one shift, exactly one is left, and it must be found."""
    z = -3 * margin * np.array([[2.0], [0.0], [1.0], [4.0]])
    assert layers.clear_of_kinks(z, margin, 3 * margin) == pytest.approx([9 * margin])


def test_clear_of_kinks_leaves_clear_columns_alone():
    """A needless shift would make a case harder to read, and so would any but an integer."""
    z = np.array([[5.0, 0.0, -0.01], [-0.5, 1.0, 0.01]])
    assert layers.clear_of_kinks(z).tolist() == [0.0, 1.0, 0.0]


def test_saturated_dense_cases_are_far_out_on_either_side():
    """The exponential overflows on one side only, so units on both sides are needed."""
    assert_all_examples(
        layers.saturated_dense_cases(),
        lambda case: (
            fits(case)
            and case.activation in ("sigmoid", "tanh")
            and np.abs(case.z - np.resize([-900.0, 900.0], len(case.b))).max() <= 36
        ),
    )


@each(
    {
        "both sides": lambda case: case.z.min() < -800 and case.z.max() > 800,
        "tanh": lambda case: case.activation == "tanh",
        "sigmoid": lambda case: case.activation == "sigmoid",
        "one row": lambda case: len(case.z) == 1,
        "a derivative that is not 0": lambda case: case.dh.all(),
    }
)
def test_saturated_dense_cases_can_make_each_regime(condition):
    """Sigmoid and tanh saturate differently on either side."""
    find_any(layers.saturated_dense_cases(), condition)


def test_saturated_dense_cases_shrink_to_one_unit():
    """A student looks at a single unit, far below 0."""
    case = minimal(layers.saturated_dense_cases())
    assert case.z.tolist() == [[-899.0], [-899.0]]


def test_upstream_pairs_have_two_derivatives_of_one_shape():
    """Linearity can be checked only if both derivatives belong to the same output."""
    assert_all_examples(
        layers.upstream_pairs(),
        lambda drawn: fits(drawn[0]) and sound(drawn[1]) and drawn[1].shape == drawn[0].dh.shape,
    )


@each(
    {
        "unlike": lambda drawn: (drawn[0].dh != drawn[1]).all() and drawn[0].dh.all(),
        "a positive factor": lambda drawn: drawn[2] == 2.0,
        "a negative factor": lambda drawn: drawn[2] == -0.5,
    }
)
def test_upstream_pairs_can_make_unlike_derivatives(condition):
    """Equal derivatives, or a factor of 1, would hide what is not linear."""
    find_any(layers.upstream_pairs(), condition)


def test_upstream_pairs_shrink_to_ones():
    """A student looks at the smallest layer, and at derivatives of 1."""
    case, dh2, a = minimal(layers.upstream_pairs())
    assert (widths(case), a) == ((2, 1, 1), 2.0)
    assert (np.array([case.dh, dh2]) == 1.0).all()


def pairs_up(case):
    """Return whether predictions and targets are sound tables of one shape."""
    tables = (case.prediction, case.target)
    return sound(*tables) and case.prediction.ndim == 2 and tables[0].shape == tables[1].shape


def test_loss_cases_tell_the_denominators_apart():
    """A division by m, n, m·n or nothing must give four results."""

    def differ(case):
        m, n = case.target.shape
        return pairs_up(case) and len({1, m, n, m * n}) == 4

    assert_all_examples(losses.loss_cases(), differ)


def test_single_output_cases_have_one_column():
    """There a squeezed axis, or a vector that is broadcast, changes the result."""
    assert_all_examples(
        losses.single_output_cases(),
        lambda case: (
            pairs_up(case)
            and case.target.shape == (len(case.target), 1)
            and len(case.target) >= 2
            and case.transposed().prediction.shape == (1, len(case.target))
        ),
    )


@each(
    {
        "more rows": lambda case: len(case.target) > case.target.shape[1],
        "more outputs": lambda case: len(case.target) < case.target.shape[1],
        "errors of either sign": lambda case: np.ptp(np.sign(case.prediction - case.target)) == 2,
        "errors everywhere": lambda case: (case.prediction != case.target).all(),
        "a large error": lambda case: np.abs(case.prediction - case.target).max() > 5,
    }
)
def test_loss_cases_can_make_each_regime(condition):
    """A mistake may show in tall or wide tables, or for errors of one sign only."""
    find_any(losses.loss_cases(), condition)


@each({f"{m} rows": lambda case, m=m: len(case.target) == m for m in (2, 3, 4, 5)})
def test_single_output_cases_can_make_several_rows(condition):
    """A column of one row would hide what is broadcast."""
    find_any(losses.single_output_cases(), condition)


@pytest.mark.parametrize(
    ("strategy", "shape"), [(losses.loss_cases(), (2, 3)), (losses.single_output_cases(), (2, 1))]
)
def test_loss_cases_shrink_to_a_single_error_of_one(strategy, shape):
    """A student computes the loss of one error of 1 in the head."""
    assert (np.array(astuple(minimal(strategy))) == 1.0).all()
    wrong = minimal(strategy, lambda case: not zero(case.prediction - case.target))
    assert wrong.target.shape == shape
    assert np.abs(wrong.prediction - wrong.target).sum() == 1.0


def test_distant_loss_cases_have_differences_small_beside_the_offset():
    """Only then do squares of the values themselves lose all digits."""
    assert_all_examples(
        losses.distant_loss_cases(),
        lambda drawn: (
            pairs_up(drawn[0])
            and np.abs(drawn[0].prediction - drawn[0].target).max() <= 1e-4 * abs(drawn[1])
        ),
    )
    case, offset = minimal(losses.distant_loss_cases())
    assert zero(case.prediction - case.target)
    assert offset == 1e6


@each({"below": lambda drawn: drawn[1] < 0, "above": lambda drawn: drawn[1] > 0})
def test_distant_loss_cases_can_make_either_sign(condition):
    """A mistake with signs must not depend on the sign of the offset."""
    find_any(losses.distant_loss_cases(), condition)


@pytest.mark.parametrize("columns", [1, 3])
def test_coded_table_tells_its_rows_apart(columns):
    """A property finds out by its entries which row a batch holds."""
    table = minibatches.coded_table(100, columns, columns)
    assert len(np.unique(table.X)) == table.X.size == 100 * columns
    assert len(np.unique(table.Y)) == table.Y.size == 100 * columns


def test_coded_table_pairs_inputs_with_their_targets():
    """A target that was separated from its input must be recognised."""
    table = minibatches.coded_table(50, 2, 3)
    codes = table.X[:, :1] - 0.5
    assert np.allclose(table.Y, -(codes**2) - 0.5 - np.arange(3) / 4, rtol=0, atol=1e-9)


@pytest.mark.parametrize("m", [2, 3, 7, 8, 30])
def test_coded_table_is_in_no_order(m):
    """Otherwise sorting the rows would pass for keeping their order."""
    column = minibatches.coded_table(m, 1, 1).X[:, 0].tolist()
    assert column != sorted(column)


@each(
    {
        "one row": lambda table: len(table.X) == 1,
        "six rows": lambda table: len(table.X) == 6,
        "equal widths": lambda table: table.X.shape == table.Y.shape,
        "more inputs": lambda table: table.X.shape[1] > table.Y.shape[1],
        "more targets": lambda table: table.X.shape[1] < table.Y.shape[1],
        "vectors in columns": lambda table: table.X.shape[1] == table.Y.shape[1] == 1,
    }
)
def test_tables_can_make_each_shape(condition):
    """A single row, or unlike widths, break code that mixes up axes."""
    find_any(minibatches.tables(), condition)


def test_tables_are_coded_and_shrink_to_three_rows():
    """Three rows are the fewest that show full, partial and oversized batches."""
    assert_all_examples(
        minibatches.tables(), lambda table: sound(table.X, table.Y) and len(table.X) == len(table.Y)
    )
    smallest = minimal(minibatches.tables())
    assert smallest.X.shape == smallest.Y.shape == (3, 1)
