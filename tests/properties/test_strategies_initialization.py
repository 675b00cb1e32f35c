"""Sizes and values of weights: the strategies can draw unlike ones and shrink to small ones."""

from properties.strategies import initialization
from tests.support.strategies import assert_all_examples, each, find_any, minimal


def test_initialization_sizes_are_unlike_or_equal_and_shrink_to_one_and_two():
    """Unlike sizes show a transpose, and equal ones hide it, so both are needed."""
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
    """A mistake may show only with more inputs than outputs, or with a single one."""
    find_any(initialization.sizes(), condition)


def test_initialization_values_are_never_whole_and_shrink_to_the_smallest():
    """A conversion to integers must change every value."""
    assert_all_examples(initialization.values(), lambda value: int(value) != value)
    assert minimal(initialization.values()) == 0.1
    assert minimal(initialization.values(), lambda value: value < 0) == -0.1


def test_generator_is_always_in_the_same_state():
    """A statistic must judge the same weights in every run."""
    first, second = initialization.generator(), initialization.generator()
    assert first.normal(size=9).tolist() == second.normal(size=9).tolist()
