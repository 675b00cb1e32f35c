"""Whatever a submission returns becomes a safe value or a message to the student."""

import numpy as np
import pytest

from backproof.testing import as_array, as_float, unpack
from tests.support.assertions import fails, message_of


class Unconvertible:
    """An object that raises whenever it is converted."""

    def __array__(self, *_arguments, **_keywords):
        raise RuntimeError

    def __float__(self):
        raise RuntimeError


def test_as_array_copies():
    """A submission that keeps the array must not change what is judged."""
    returned = np.zeros(3)
    array = as_array(returned, "h")
    returned[:] = 9.0
    assert array.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("returned", [[True, False], [1, 0], np.array([1, 0], dtype=np.float32)])
def test_as_array_converts_real_numbers_to_float64(returned):
    """Properties compute in float64, whatever type of number a submission returns."""
    array = as_array(returned, "h", (2,))
    assert array.dtype == np.float64
    assert array.tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    "returned", [None, "text", [[1.0], [1.0, 2.0]], 1j, [None], Unconvertible(), {"a": 1}]
)
def test_as_array_refuses_what_is_no_array_of_real_numbers(returned):
    """A wrong type is the student's mistake, so it must not end as an error of the grader."""
    assert fails(as_array, returned, "h")


def test_as_array_asks_for_a_forgotten_return():
    """``None`` nearly always means that the function has no return statement."""
    assert message_of(as_array, None, "h").returned == "h is None: is a return missing?"


def test_as_array_shows_both_shapes():
    """A transposed result is found by comparing the two."""
    mismatch = message_of(as_array, np.zeros((2, 3)), "dW", (3, 2))
    assert mismatch.returned == "dW has shape (2, 3)"
    assert mismatch.required == "dW has shape (3, 2)"


def test_as_array_refuses_a_view_that_would_fill_the_memory():
    """A broadcast view costs a submission nothing, and copying it would end the grader."""
    view = np.broadcast_to(np.float64(1.0), (10**6, 10**6))
    assert fails(as_array, view, "h")
    assert fails(as_array, view, "h", (2, 2))


@pytest.mark.parametrize("returned", [2, 2.0, np.float32(2.0), np.array(2.0), True + True])
def test_as_float_accepts_numbers(returned):
    """A loss may be a Python number or one of numpy's."""
    assert as_float(returned, "the loss") == 2.0


@pytest.mark.parametrize("returned", [None, "two", np.zeros(2), Unconvertible(), 1j])
def test_as_float_refuses_everything_else(returned):
    """An array in place of a mean is a mistake with a message of its own."""
    assert fails(as_float, returned, "the loss")


@pytest.mark.parametrize("returned", [(1, 2), [1, 2]])
def test_unpack_accepts_tuples_and_lists(returned):
    """Both are usual ways to return several results."""
    assert unpack(returned, "z", "h") == (1, 2)


@pytest.mark.parametrize("returned", [None, np.zeros(2), (1,), (1, 2, 3), {1: 1, 2: 2}])
def test_unpack_refuses_everything_else(returned):
    """An array of two rows would unpack, too, but into the wrong things."""
    assert fails(unpack, returned, "z", "h")


def test_unpack_names_the_parts():
    """The message shows the form of the result that is required."""
    short, other = message_of(unpack, [1], "z", "h"), message_of(unpack, {}, "z", "h")
    assert (short.returned, short.required) == ("a list of 1", "the tuple (z, h), of 2")
    assert (other.returned, other.required) == ("a dict", "the tuple (z, h)")
