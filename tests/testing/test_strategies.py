"""Which arrays and seeds can be drawn, and to which a failure shrinks."""

import numpy as np
import pytest

from backproof.testing.strategies import any_arrays, array_tuples, arrays, seeds, shapes
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


@pytest.mark.parametrize(("limit", "decimals"), [(3.0, 4), (0.4, 4), (1.5, 4), (3.0, 2), (3.0, 0)])
def test_arrays_stay_within_their_limit_and_decimals(limit, decimals):
    """Entries are float64 decimals of the places asked for, none beyond the limit."""
    assert_all_examples(
        arrays((2, 3), limit=limit, decimals=decimals),
        lambda a: sound(a) and np.abs(a).max() <= limit and zero(a - np.round(a, decimals)),
    )


def test_array_tuples_have_the_shapes_asked_for():
    """A shape gives an array of it, an integer a vector, the empty shape a 0-d array."""
    assert_all_examples(
        array_tuples((2, 3), 4, (), (1, 1)),
        lambda drawn: sound(*drawn) and [a.shape for a in drawn] == [(2, 3), (4,), (), (1, 1)],
    )


def test_array_tuples_refuse_more_numbers_than_they_can_tell_apart():
    """Two bytes an entry are not enough for four decimals up to 10."""
    with pytest.raises(ValueError, match="limit 10 with 4 decimals"):
        minimal(arrays(1, limit=10))


@each(
    EACH_SIGN
    | {
        "four decimals in every entry": lambda a: (np.round(a, 3) != a).all(),
        "all entries distinct": lambda a: len(np.unique(a)) == a.size,
        "near the upper limit": lambda a: a.max() > 2.99,
        "near the lower limit": lambda a: a.min() < -2.99,
    }
)
def test_arrays_can_make_numbers_of_every_kind(condition):
    """Numbers are of either sign, have all their decimals and come close to their limits."""
    find_any(arrays((2, 4)), condition)


@pytest.mark.parametrize("limit", [-3.0, 3.0])
def test_arrays_can_make_their_limits(limit):
    """The limits are among the numbers, as a table of few numbers shows."""
    find_any(arrays(4, decimals=1), lambda a: limit in a)


@pytest.mark.parametrize(
    ("condition", "smallest"),
    [
        (lambda a: True, [0, 0, 0]),
        (lambda a: a[1] != 0, [0, 1, 0]),
        (lambda a: a[1] < 0, [0, -1, 0]),
        (lambda a: a[1] % 1 != 0, [0, 0.1, 0]),
        (lambda a: a.all(), [1, 1, 1]),
        (lambda a: a[0] * a[2] < 0, [1, 0, -1]),
        (lambda a: np.round(a[2], 3) != a[2], [0, 0, 0.0001]),
    ],
)
def test_arrays_shrink_each_entry_to_the_simplest_number(condition, smallest):
    """Entries shrink alone: to 0, else to 1, else to -1, and only then to tenths and so on."""
    assert minimal(arrays(3), condition).tolist() == smallest


@each(
    EACH_RANK
    | {"the largest": lambda z: z.shape == (4, 4, 4), "a row": lambda z: z.shape == (1, 4)}
)
def test_any_arrays_can_make_every_rank(condition):
    """Shapes go from 0-d to three axes of four."""
    find_any(any_arrays(), condition)


@pytest.mark.parametrize("rank", range(4))
def test_any_arrays_shrink_to_single_zeros(rank):
    """Of every rank, the smallest array is a single 0."""
    smallest = minimal(any_arrays(), lambda a: a.ndim == rank)
    assert (smallest.shape, smallest.sum()) == ((1,) * rank, 0.0)


def test_any_arrays_shrink_to_rank_zero():
    """Where the rank does not matter it is 0."""
    assert minimal(any_arrays()).shape == ()


def test_shapes_have_no_empty_side():
    """Sides are at least 1, and neither they nor the rank exceed what was asked for."""
    assert_all_examples(
        shapes(max_dims=2, max_side=3), lambda s: len(s) <= 2 and set(s) <= {1, 2, 3}
    )


@each({"0": lambda s: s == 0, "the last": lambda s: s > 2**32 - 2**20, "odd": lambda s: s % 2 == 1})
def test_seeds_can_make_numbers_from_end_to_end(condition):
    """Seeds are spread over all of 32 bits."""
    find_any(seeds(), condition)


def test_seeds_are_taken_by_generators_and_shrink_to_zero():
    """Every seed makes a generator, and the smallest is 0."""
    assert_all_examples(seeds(), lambda seed: np.random.default_rng(seed) is not None)
    assert minimal(seeds()) == 0
