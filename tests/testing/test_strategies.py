"""Arrays and seeds: the strategies keep their limits and shrink entry by entry."""

import numpy as np
import pytest

from backproof.suite.simplicity import simple_numbers
from backproof.testing.strategies import (
    any_arrays,
    array_tuples,
    arrays,
    corner,
    numbers,
    seeds,
    shapes,
)
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
    """Tolerances are derived from the limits, and short decimals are readable."""
    assert_all_examples(
        arrays((2, 3), limit=limit, decimals=decimals),
        lambda a: sound(a) and np.abs(a).max() <= limit and zero(a - np.round(a, decimals)),
    )


def test_array_tuples_have_the_shapes_asked_for():
    """A case relies on its shapes; an integer is a vector, () a 0-d array."""
    assert_all_examples(
        array_tuples((2, 3), 4, (), (1, 1)),
        lambda drawn: sound(*drawn) and [a.shape for a in drawn] == [(2, 3), (4,), (), (1, 1)],
    )


def test_array_tuples_refuse_more_numbers_than_they_can_tell_apart():
    """Two bytes for an entry are too few for four decimals up to 10."""
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
    """A number that is never drawn checks nothing."""
    find_any(arrays((2, 4)), condition)


@pytest.mark.parametrize("limit", [-3.0, 3.0])
def test_arrays_can_make_their_limits(limit):
    """A clipped limit is a common mistake, which shows at the limit only."""
    find_any(arrays(4, decimals=1), lambda a: limit in a)


@pytest.mark.parametrize(
    ("condition", "smallest"),
    [
        (lambda a: True, [1, 1, 1]),
        (lambda a: a[1] != 1, [1, 2, 1]),
        (lambda a: a[1] < 0, [1, -1, 1]),
        (lambda a: a[1] % 1 != 0, [1, 0.1, 1]),
        (lambda a: a[0] * a[2] < 0, [1, 1, -1]),
        (lambda a: np.round(a[2], 3) != a[2], [1, 1, 0.0001]),
    ],
)
def test_arrays_shrink_each_entry_to_the_simplest_number(condition, smallest):
    """A student computes with 1, 2 and −1 in the head, and a product with 0 hides a mistake."""
    assert minimal(arrays(3), condition).tolist() == smallest


@each(
    EACH_RANK
    | {"the largest": lambda z: z.shape == (4, 4, 4), "a row": lambda z: z.shape == (1, 4)}
)
def test_any_arrays_can_make_every_rank(condition):
    """A function of any array must be tried on every rank."""
    find_any(any_arrays(), condition)


@pytest.mark.parametrize("rank", range(4))
def test_any_arrays_shrink_to_single_ones(rank):
    """Of every rank, the simplest array is a single 1."""
    smallest = minimal(any_arrays(), lambda a: a.ndim == rank)
    assert (smallest.shape, smallest.sum()) == ((1,) * rank, 1.0)


def test_any_arrays_shrink_to_rank_zero():
    """If the rank does not matter, the simplest is 0-d."""
    assert minimal(any_arrays()).shape == ()


def test_shapes_have_no_empty_side():
    """No contract here covers empty arrays."""
    assert_all_examples(
        shapes(max_dims=2, max_side=3), lambda s: len(s) <= 2 and set(s) <= {1, 2, 3}
    )


@each({"0": lambda s: s == 0, "the last": lambda s: s > 2**32 - 2**20, "odd": lambda s: s % 2 == 1})
def test_seeds_can_make_numbers_from_end_to_end(condition):
    """A generator that is seeded with part of the seed would repeat itself."""
    find_any(seeds(), condition)


def test_seeds_are_taken_by_generators_and_shrink_to_zero():
    """A student copies the seed from the smallest case."""
    assert_all_examples(seeds(), lambda seed: np.random.default_rng(seed) is not None)
    assert minimal(seeds()) == 0


@each(
    {
        "all zeros": lambda drawn: zero(*drawn),
        "the first zero": lambda drawn: zero(drawn[0]) and drawn[1].all(),
        "the last zero": lambda drawn: zero(drawn[1]) and drawn[0].all(),
    }
)
def test_array_tuples_can_make_zeros(condition):
    """A division by a sum or a maximum shows where all entries are 0."""
    find_any(array_tuples((2, 3), 4), condition)


def test_simple_numbers_are_those_that_a_student_computes_with():
    """After a failure a property is tried on cases that are easy to read."""
    with simple_numbers():
        assert_all_examples(arrays(3), lambda a: set(a) <= {1.0, 2.0, -1.0, 0.5, 3.0})
        assert_all_examples(arrays(3, limit=0.4), lambda a: set(np.abs(a)) <= {0.0, 0.1, 0.2})


def test_numbers_shrink_as_entries_do():
    """A single number is drawn from the same table."""
    assert minimal(numbers(), lambda x: x < 0) == -1.0


def test_corner_keeps_the_first_entries():
    """A case keeps its entries while its shape shrinks."""
    assert corner(np.arange(6.0).reshape(2, 3), 1, 2).tolist() == [[0.0, 1.0]]
