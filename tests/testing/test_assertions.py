"""Assertions pass right results, and their messages show a student the first wrong entry."""

import numpy as np
import pytest

from backproof.submission.base import Call
from backproof.testing import (
    TOLERANCE,
    assert_bounded,
    assert_close,
    assert_equal,
    assert_float64,
    assert_no_warning,
    assert_one_of,
    assert_slope,
    assert_that,
    assert_unchanged,
)
from tests.support.assertions import fails, message_of

A = np.array([[1.0, 2.0], [3.0, 4.0]])
WRONG = np.array([[1.0, 2.0], [3.0, 5.0]])


def call(result, **parts):
    """Return an observed call of ``layers.dense_forward`` on one array."""
    return Call(
        "layers.dense_forward", (A,), {}, result, _before=(A,), _handed_over=(A.copy(),), **parts
    )


@pytest.mark.parametrize(("required", "scale"), [(0.5, 1.0), (1e6, 1e6)])
def test_close_is_absolute_for_small_numbers_and_relative_for_large_ones(required, scale):
    """Rounding grows with the numbers, and next to 0 no relative accuracy can be asked for."""
    assert not fails(assert_close, required + 0.9 * TOLERANCE * scale, required, "x")
    assert fails(assert_close, required + 1.1 * TOLERANCE * scale, required, "x")


def test_close_takes_a_bound_for_each_entry():
    """Differences have errors of their own in every entry."""
    assert not fails(assert_close, WRONG, A, "A", tolerance=np.array([[0, 0], [0, 1.0]]))
    assert fails(assert_close, WRONG, A, "A", tolerance=np.array([[1.0, 1.0], [1.0, 0]]))


def test_close_accepts_equal_infinities_and_no_nan():
    """An infinite entry has an infinite tolerance, which must not let everything else pass."""
    assert not fails(assert_close, [np.inf, -np.inf], [np.inf, -np.inf], "x")
    assert fails(assert_close, np.inf, -np.inf, "x")
    assert fails(assert_close, 0.0, np.inf, "x")
    assert fails(assert_close, np.nan, np.nan, "x")


def test_close_names_the_first_wrong_entry():
    """A student looks at one number, and learns how many others are wrong."""
    mismatch = message_of(assert_close, WRONG, A, "dW", rule="dW = δᵀ h")
    assert mismatch.returned == "dW[1, 1] = 5  (1 of 4 entries differ)"
    assert mismatch.required == "dW[1, 1] = 4"
    assert mismatch.note == "dW = δᵀ h"
    assert mismatch.wrong_value.expression == "{}[1][1]"
    assert mismatch.wrong_value.evidence["wrong"] == [[False, False], [False, True]]


def test_close_prints_float32_as_a_float():
    """A number of another dtype prints fewer digits, so that two unequal ones may look alike."""
    mismatch = message_of(assert_close, WRONG.astype(np.float32), A, "dW")
    assert mismatch.wrong_value.expression == "float({}[1][1])"


def test_close_draws_the_path_where_one_is_given():
    """A wrong step is best seen in the course of all steps."""
    path = (np.zeros((3, 2)), np.ones((3, 2)))
    mismatch = message_of(assert_close, WRONG, A, "theta", path=path)
    assert mismatch.wrong_value.evidence["kind"] == "path"


def test_equal_allows_no_tolerance():
    """An identity copies its input, so no rounding is to be excused."""
    assert not fails(assert_equal, A, A, "A")
    assert fails(assert_equal, A + 1e-15, A, "A")


def test_slope_allows_the_bound_and_the_tolerance():
    """A right gradient must not fail because of the error of the differences."""
    assert not fails(assert_slope, A + 0.01, A, np.full((2, 2), 0.01), "dW")
    assert fails(assert_slope, A + 0.02, A, np.full((2, 2), 0.01), "dW")


def test_one_of_returns_the_name_of_the_candidate():
    """A property asks which of two conventions a submission follows, and keeps to it."""
    assert assert_one_of(WRONG, {"inside": A, "outside": WRONG}, "x") == "outside"


def test_equal_compares_infinite_entries_without_a_warning():
    """An overflow of a student's code must not become a fault of the property."""
    assert not fails(assert_equal, np.array([np.inf]), np.array([np.inf]), "h")
    assert fails(assert_equal, np.array([1.0]), np.array([np.inf]), "h")


def test_one_of_tells_infinite_candidates_apart():
    """Without ε a step may divide by 0, and then only the sign shows the candidate."""
    candidates = {"up": np.array([np.inf]), "down": np.array([-np.inf])}
    assert assert_one_of([-np.inf], candidates, "x") == "down"


def test_one_of_accepts_no_mixture_of_candidates():
    """Each entry alone would be right, but no convention gives both."""
    candidates = {"inside": np.array([1.0, 2.0]), "outside": np.array([3.0, 4.0])}
    mismatch = message_of(assert_one_of, [1.0, 4.0], candidates, "x")
    assert mismatch.note == "accepted: inside, or outside"


def test_bounded_includes_its_bounds_and_excludes_nan():
    """A sigmoid may reach 0 and 1 in float64; a NaN is in no range."""
    assert not fails(assert_bounded, [0.0, 1.0], 0.0, 1.0, "σ(z)")
    assert fails(assert_bounded, [0.0, 1.0 + 1e-15], 0.0, 1.0, "σ(z)")
    assert fails(assert_bounded, np.nan, -np.inf, np.inf, "σ(z)")


def test_bounded_prints_the_statistic_of_a_result():
    """The smallest case shows how the number comes from what the function returned."""
    by = "np.mean(np.square({}))"
    mismatch = message_of(assert_bounded, 7.5, 0.0, 1.0, "the variance", of=A, by=by)
    assert (mismatch.returned, mismatch.required) == ("the variance = 7.5", "between 0 and 1")
    assert mismatch.wrong_value.values is A
    assert mismatch.wrong_value.expression == by


def test_that_carries_its_texts():
    """Where no assertion fits, the property itself words the message."""
    mismatch = message_of(assert_that, [], "no rows", "rows of X", "each row once")
    assert [mismatch.returned, mismatch.required, mismatch.note] == [
        "no rows",
        "rows of X",
        "each row once",
    ]


def test_float64_looks_at_the_dtype_of_the_result_itself():
    """The copy that assertions compare is always float64, so it cannot be judged instead."""
    assert not fails(assert_float64, [1.0, 2.0], "h")
    assert fails(assert_float64, A.astype(np.float32), "h")
    assert fails(assert_float64, [1, 2], "h")
    assert fails(assert_float64, A, "h", (2, 3))


def test_unchanged_names_the_argument():
    """The student must learn which of several arrays was written into."""
    wrong = call(A)
    wrong._handed_over[0][0, 0] = 9.0
    assert not fails(assert_unchanged, call(A))
    assert "dense_forward changed argument 1 in place" in str(message_of(assert_unchanged, wrong))


def test_no_warning_quotes_the_first_warning():
    """An overflow that happens to end in the right number is still a mistake."""
    assert not fails(assert_no_warning, call(A))
    mismatch = message_of(assert_no_warning, call(A, warnings=("overflow in exp", "other")))
    assert mismatch.returned == "dense_forward warned: overflow in exp"


@pytest.mark.parametrize("check", [assert_unchanged, assert_no_warning])
def test_observed_calls_must_return_something(check):
    """A function that does nothing would otherwise pass for one that does no harm."""
    assert "is a return missing?" in message_of(check, call(None)).returned
