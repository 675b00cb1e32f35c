"""What the strategies promise: the nasty case can come up, and a failure shrinks to a small one.

First the vocabulary, then arrays, activations and initialization; other units have files of their
own.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from backproof.testing import strategies as arrays
from properties.strategies import activations, initialization

# The same cases in every run, whatever earlier runs and the profile of the properties say.
FIXED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=1000,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def minimal(strategy, condition=lambda case: True):
    """Shrink to the smallest case that meets a condition."""
    return find(strategy, condition, settings=FIXED)


def find_any(strategy, condition):
    """Draw until some case meets a condition; an error if none of a thousand does."""
    return find(strategy, condition, settings=settings(FIXED, phases=[Phase.generate]))


def assert_all_examples(strategy, predicate, *, examples=60):
    """Every case that is drawn meets a predicate."""

    @settings(FIXED, max_examples=examples, phases=[Phase.generate])
    @given(case=strategy)
    def check(case):
        assert predicate(case), f"this was drawn: {case!r}"

    check()


def each(conditions):
    """Parametrise a test by conditions with names."""
    return pytest.mark.parametrize("condition", conditions.values(), ids=conditions)


def sound(*drawn):
    """Whether these are all arrays of finite float64."""
    return all(
        isinstance(array, np.ndarray) and array.dtype == np.float64 and np.isfinite(array).all()
        for array in drawn
    )


def zero(*drawn):
    """Whether there is nothing but zeros in these arrays."""
    return not any(np.any(array) for array in drawn)


EACH_SIGN = {
    "a positive entry": lambda z: np.any(z > 0),
    "a negative entry": lambda z: np.any(z < 0),
}
EACH_RANK = {f"rank {rank}": lambda z, rank=rank: np.ndim(z) == rank for rank in range(4)}


@pytest.mark.parametrize(("limit", "decimals"), [(3.0, 4), (0.4, 4), (1.5, 4), (3.0, 2), (3.0, 0)])
def test_arrays_stay_within_their_limit_and_decimals(limit, decimals):
    """Entries are float64 decimals of the places asked for, none beyond the limit."""
    assert_all_examples(
        arrays.arrays((2, 3), limit=limit, decimals=decimals),
        lambda a: sound(a) and np.abs(a).max() <= limit and zero(a - np.round(a, decimals)),
    )


def test_array_tuples_have_the_shapes_asked_for():
    """A shape gives an array of it, an integer a vector, the empty shape a 0-d array."""
    assert_all_examples(
        arrays.array_tuples((2, 3), 4, (), (1, 1)),
        lambda drawn: sound(*drawn) and [a.shape for a in drawn] == [(2, 3), (4,), (), (1, 1)],
    )


def test_array_tuples_refuse_more_numbers_than_they_can_tell_apart():
    """Two bytes an entry are not enough for four decimals up to 10."""
    with pytest.raises(ValueError, match="limit 10 with 4 decimals"):
        minimal(arrays.arrays(1, limit=10))


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
    find_any(arrays.arrays((2, 4)), condition)


@pytest.mark.parametrize("limit", [-3.0, 3.0])
def test_arrays_can_make_their_limits(limit):
    """The limits are among the numbers, as a table of few numbers shows."""
    find_any(arrays.arrays(4, decimals=1), lambda a: limit in a)


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
    assert minimal(arrays.arrays(3), condition).tolist() == smallest


@each(
    EACH_RANK
    | {"the largest": lambda z: z.shape == (4, 4, 4), "a row": lambda z: z.shape == (1, 4)}
)
def test_any_arrays_can_make_every_rank(condition):
    """Shapes go from 0-d to three axes of four."""
    find_any(arrays.any_arrays(), condition)


@pytest.mark.parametrize("rank", range(4))
def test_any_arrays_shrink_to_single_zeros(rank):
    """Of every rank, the smallest array is a single 0."""
    smallest = minimal(arrays.any_arrays(), lambda a: a.ndim == rank)
    assert (smallest.shape, smallest.sum()) == ((1,) * rank, 0.0)


def test_any_arrays_shrink_to_rank_zero():
    """Where the rank does not matter it is 0."""
    assert minimal(arrays.any_arrays()).shape == ()


def test_shapes_have_no_empty_side():
    """Sides are at least 1, and neither they nor the rank exceed what was asked for."""
    assert_all_examples(
        arrays.shapes(max_dims=2, max_side=3), lambda s: len(s) <= 2 and set(s) <= {1, 2, 3}
    )


@each({"0": lambda s: s == 0, "the last": lambda s: s > 2**32 - 2**20, "odd": lambda s: s % 2 == 1})
def test_seeds_can_make_numbers_from_end_to_end(condition):
    """Seeds are spread over all of 32 bits."""
    find_any(arrays.seeds(), condition)


def test_seeds_are_taken_by_generators_and_shrink_to_zero():
    """Every seed makes a generator, and the smallest is 0."""
    assert_all_examples(arrays.seeds(), lambda seed: np.random.default_rng(seed) is not None)
    assert minimal(arrays.seeds()) == 0


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


def test_initialization_sizes_are_unlike_or_equal_and_shrink_to_one_and_two():
    """The numbers of inputs and outputs differ, or else are equal; the smallest are 1 and 2."""
    assert_all_examples(initialization.sizes(), lambda size: 1 <= min(size) <= max(size) <= 6)
    find_any(initialization.sizes(), lambda size: size[0] == size[1] > 1)
    find_any(initialization.sizes(), lambda size: size[0] > size[1])
    assert minimal(initialization.sizes()) == (1, 2)


@each(
    {
        "more inputs": lambda size: size[0] > size[1],
        "more outputs": lambda size: size[0] < size[1],
        "one input": lambda size: size[0] == 1,
        "one output": lambda size: size[1] == 1,
        "many": lambda size: sum(size) >= 10,
    }
)
def test_initialization_sizes_can_make_either_order(condition):
    """Neither side is always the larger, and either may be single."""
    find_any(initialization.sizes(), condition)


def test_initialization_values_are_never_whole_and_shrink_to_the_smallest():
    """No value survives a conversion to an integer; both signs come up."""
    assert_all_examples(initialization.values(), lambda value: int(value) != value)
    assert minimal(initialization.values()) == 0.001
    assert minimal(initialization.values(), lambda value: value < 0) == -0.999


def test_generator_is_always_in_the_same_state():
    """Two generators draw the same numbers, one after the other too."""
    first, second = initialization.generator(), initialization.generator()
    assert first.normal(size=9).tolist() == second.normal(size=9).tolist()


def drawn_globally():
    """The next number of numpy's global generator."""
    return np.random.random()  # noqa: NPY002 - this one is what is meant


def test_global_generator_is_seeded():
    """Equal seeds give equal numbers."""
    with initialization.global_generator(3):
        first = drawn_globally()
    with initialization.global_generator(3):
        assert drawn_globally() == first


def test_global_generator_is_restored_after_an_error_too():
    """What is drawn inside takes nothing away from what is drawn outside."""
    with initialization.global_generator(3):
        expected = [drawn_globally(), drawn_globally()]
    with initialization.global_generator(3):
        first = drawn_globally()
        with pytest.raises(KeyError), initialization.global_generator(4):
            raise KeyError(drawn_globally())
        assert [first, drawn_globally()] == expected
