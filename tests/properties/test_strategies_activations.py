"""Inputs of activations: the strategies can draw the hard ones and shrink to simple ones."""

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
    """The contract promises results for arrays of every rank, 0-d included."""
    find_any(activations.pre_activations(), condition)


def test_pre_activations_are_of_ordinary_size():
    """Where an activation saturates, most mistakes do not show."""
    assert_all_examples(activations.pre_activations(), lambda z: sound(z) and np.abs(z).max() <= 3)


def test_extreme_pre_activations_are_far_out_or_zero():
    """The contract covers |z| up to 1000, so nothing beyond may be asked."""
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
    """Overflow and cancellation occur at specific values, which must all be drawn."""
    find_any(activations.extreme_pre_activations(), condition)


def test_extreme_pre_activations_shrink_to_one_limit():
    """A student looks at a single number: 1000, or −1000 if only negative ones fail."""
    assert minimal(activations.extreme_pre_activations()).tolist() == 1000.0
    assert minimal(activations.extreme_pre_activations(), lambda z: np.any(z < 0)) == -1000.0


def test_increasing_pre_activations_increase_strictly():
    """Equal neighbours would make a strict increase impossible to check."""
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
    """A function may fail to increase over tiny steps, or only across 0."""
    find_any(activations.increasing_pre_activations(), condition)


def test_increasing_pre_activations_shrink_to_the_smallest_step():
    """A student looks at one step up from 1."""
    assert minimal(activations.increasing_pre_activations()).tolist() == [1.0, 2.0]


@each(EACH_RANK)
def test_zeros_can_make_every_rank(condition):
    """The kink of ReLU must be reached in arrays of every rank."""
    assert zero(find_any(activations.zeros(), condition))


def test_zeros_shrink_to_rank_zero():
    """The simplest zero is a 0-d array."""
    smallest = minimal(activations.zeros())
    assert sound(smallest)
    assert smallest.tolist() == 0.0
