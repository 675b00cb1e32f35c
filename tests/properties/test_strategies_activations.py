"""Which inputs of an activation can be drawn, and to which a failure shrinks."""

import numpy as np

from properties.strategies import activations
from tests.support.strategies import (
    EACH_RANK,
    EACH_SIGN,
    assert_all_examples,
    each,
    find_any,
    minimal,
    sound,
    zero,
)


@each(EACH_RANK | EACH_SIGN)
def test_pre_activations_can_make_every_rank_and_sign(condition):
    """Inputs of an activation are of any rank, 0-d included, and of either sign."""
    find_any(activations.pre_activations(), condition)


def test_pre_activations_are_of_ordinary_size():
    """No entry is so far out that an activation saturates."""
    assert_all_examples(activations.pre_activations(), lambda z: sound(z) and np.abs(z).max() <= 3)


def test_extreme_pre_activations_are_far_out_or_zero():
    """Entries are 0 or far out, up to the contract's |z| = 1000."""
    assert_all_examples(
        activations.extreme_pre_activations(),
        lambda z: sound(z) and ((z == 0) | ((np.abs(z) >= 20) & (np.abs(z) <= 1000))).all(),
    )


@each(
    {
        "both limits and 0 at once": lambda z: {1000.0, -1000.0, 0.0} <= set(z.ravel().tolist()),
        "where exp overflows": lambda z: np.any((np.abs(z) > 709.7) & (np.abs(z) < 746)),
        "where 1 - tanh² cancels": lambda z: np.any(np.abs(z) == 20),
        "0-d": lambda z: z.ndim == 0,
        "the lower limit alone, 0-d": lambda z: z.shape == () and z == -1000,
        "a table": lambda z: z.shape == (4, 4),
    }
)
def test_extreme_pre_activations_can_make_both_limits_and_zero(condition):
    """The limits ±1000 and 0 come up, together and alone."""
    find_any(activations.extreme_pre_activations(), condition)


def test_extreme_pre_activations_shrink_to_one_limit():
    """The smallest is the single number 1000, and among negative ones −1000."""
    assert minimal(activations.extreme_pre_activations()).tolist() == 1000.0
    assert minimal(activations.extreme_pre_activations(), lambda z: np.any(z < 0)) == -1000.0


def test_increasing_pre_activations_increase_strictly():
    """Vectors of two to twelve numbers, each larger than the one before."""
    assert_all_examples(
        activations.increasing_pre_activations(),
        lambda z: sound(z) and 2 <= len(z) <= 12 and (np.diff(z) > 0).all(),
    )


@each(
    {
        "neighbours": lambda z: np.diff(z).min() < 0.002,
        "across 0": lambda z: z[0] < 0 < z[-1],
        "all below 0": lambda z: z[-1] < 0,
        "from end to end": lambda z: z[-1] - z[0] > 7,
        "many": lambda z: len(z) >= 10,
    }
)
def test_increasing_pre_activations_can_make_near_and_far_neighbours(condition):
    """Steps are as small as 0.001 or as large as the range."""
    find_any(activations.increasing_pre_activations(), condition)


def test_increasing_pre_activations_shrink_to_the_smallest_step():
    """The smallest vector is one step up from 0."""
    assert minimal(activations.increasing_pre_activations()).tolist() == [0.0, 0.001]


@each(EACH_RANK)
def test_zeros_can_make_every_rank(condition):
    """Zeros are of any rank, and nothing but zeros."""
    assert zero(find_any(activations.zeros(), condition))


def test_zeros_shrink_to_rank_zero():
    """The smallest is a 0-d float64 zero."""
    smallest = minimal(activations.zeros())
    assert sound(smallest)
    assert smallest.tolist() == 0.0
