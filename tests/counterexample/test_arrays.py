"""Arrays as Python expressions, whose values are the arrays."""

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
    """A case that differs in the last bit may not fail any more."""
    array = EXACT[name]
    text, remark = write_array(array)
    back = eval(text, {"np": np})
    assert (back.shape, back.dtype, remark) == (array.shape, array.dtype, "")
    assert back.tobytes() == array.tobytes()


@pytest.mark.parametrize("name", ["one value", "zeros", "a line", "a falling line"])
def test_patterns_are_short(name):
    """A student understands np.zeros(20) faster than twenty zeros."""
    assert len(write_array(EXACT[name])[0]) < 60


def test_rounded_entries_are_said_to_be():
    """A student must know that the case is not exactly the one that failed."""
    array = np.sin(np.arange(30.0))
    text, remark = write_array(array, Detail.ROUNDED)
    assert remark == "rounded"
    assert np.allclose(eval(text, {"np": np}), array, rtol=1e-4)


def test_what_is_short_anyway_is_not_said_to_be_rounded():
    """A remark on an exact array would cast doubt on it."""
    array = np.array([0.5, 3.0] * 9 + [0.25])
    assert write_array(array, Detail.ROUNDED) == write_array(array)


def test_short_arrays_are_never_rounded():
    """The smallest case is usually small, and should reproduce the failure exactly."""
    array = np.sin(np.arange(5.0))
    assert write_array(array, Detail.ELIDED) == write_array(array)


def test_elided_arrays_keep_shape_and_range():
    """A long array is replaced by other numbers, which a student must know."""
    array = np.sin(np.arange(300.0)).reshape(100, 3)
    text, remark = write_array(array, Detail.ELIDED)
    back = eval(text, {"np": np})
    assert back.shape == array.shape
    assert back.min() == pytest.approx(array.min(), rel=1e-3)
    assert "300 other numbers" in remark


@pytest.mark.parametrize("value", [0.1, np.float64(2.5), np.inf, -np.inf])
def test_numbers_are_expressions(value):
    """Python has no names for NaN and infinity, but numpy has."""
    assert eval(number(value), {"np": np}) == value
