"""Arrays as Python: what is written evaluates to what was meant."""

import numpy as np
import pytest

from backproof.counterexample.arrays import Detail, number, write_array

EXACT = {
    "entries": np.array([[0.1, -2.5], [1e300, 5e-324]]),
    "not finite": np.array([np.nan, np.inf, -np.inf, 1.0]),
    "0-d": np.array(2.0),
    "empty": np.zeros((0, 3)),
    "whole numbers": np.array([1, 2, 3]),
    "truths": np.array([True, False]),
    "float32": np.array([0.1, 0.2], dtype=np.float32),
    "one value": np.full((10, 2), 0.1),
    "zeros": np.zeros((3, 4)),
    "negative zeros": np.full(9, -0.0),
    "a line": np.linspace(-1.0, 1.0, 24).reshape(24, 1),
    "a falling line": np.linspace(5.0, 0.0, 50),
    "rows that repeat": np.tile(np.array([[1.0, 100.0], [-0.9, 101.0]]), (20, 1)),
    "no pattern": np.sin(np.arange(30.0)).reshape(10, 3),
}


@pytest.mark.parametrize("name", EXACT)
def test_written_arrays_are_exact(name):
    """Evaluated, the text is the array: values to the bit, shape and type."""
    array = EXACT[name]
    text, remark = write_array(array)
    back = eval(text, {"np": np})
    assert (back.shape, back.dtype, remark) == (array.shape, array.dtype, "")
    assert back.tobytes() == array.tobytes()


@pytest.mark.parametrize("name", ["one value", "zeros", "a line", "a falling line"])
def test_patterns_are_short(name):
    """An array with a pattern takes one short expression."""
    assert len(write_array(EXACT[name])[0]) < 60


def test_rounded_entries_are_said_to_be():
    """Rounding keeps five digits, and the remark says so."""
    array = np.sin(np.arange(30.0))
    text, remark = write_array(array, Detail.ROUNDED)
    assert remark == "rounded"
    assert np.allclose(eval(text, {"np": np}), array, rtol=1e-4)


def test_what_is_short_anyway_is_not_said_to_be_rounded():
    """Entries of few digits are exact."""
    array = np.array([0.5, 3.0] * 9 + [0.25])
    assert write_array(array, Detail.ROUNDED) == write_array(array)


def test_short_arrays_are_never_rounded():
    """The smallest case is usually small, and is exact then."""
    array = np.sin(np.arange(5.0))
    assert write_array(array, Detail.ELIDED) == write_array(array)


def test_elided_arrays_keep_shape_and_range():
    """Other numbers of that range stand for a long array, and the remark says so."""
    array = np.sin(np.arange(300.0)).reshape(100, 3)
    text, remark = write_array(array, Detail.ELIDED)
    back = eval(text, {"np": np})
    assert back.shape == array.shape
    assert back.min() == pytest.approx(array.min(), rel=1e-3)
    assert "300 other numbers" in remark


@pytest.mark.parametrize("value", [0.1, np.float64(2.5), np.inf, -np.inf])
def test_numbers_are_expressions(value):
    """A number is written as Python reads it, infinities by numpy's name."""
    assert eval(number(value), {"np": np}) == value
