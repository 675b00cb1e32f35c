"""Assertions about results that are no arrays: their verdicts, and their messages."""

import doctest
import importlib

import numpy as np
import pytest

from backproof.assignment import accuracy
from backproof.submission.messages import raised
from backproof.testing import (
    assert_close,
    assert_dict,
    assert_dtype,
    assert_integer,
    assert_list,
    assert_number,
    assert_raises,
    assert_set,
    assert_text,
    assert_value,
)
from tests.support.assertions import fails, message_of


@pytest.mark.parametrize("module", ["values", "calls", "assertions", "conversions", "strategies"])
def test_the_examples_in_docstrings_are_right(module):
    """Authors copy them."""
    result = doctest.testmod(importlib.import_module(f"backproof.testing.{module}"))
    assert result.failed == 0
    assert result.attempted > 0 or module != "values"


@pytest.mark.parametrize(
    ("check", "right", "required"),
    [
        (assert_integer, np.int64(3), 3),
        (assert_number, np.array(3), 3.0),
        (assert_number, 3.0 + 1e-10, 3.0),
        (assert_number, float("inf"), float("inf")),
        (assert_text, "", ""),
        (assert_list, ("a", [1.0 + 1e-12]), ["a", (1.0,)]),
        (assert_list, (), []),
        (assert_dict, {"b": 1, "a": {2}}, {"a": {2}, "b": 1}),
        (assert_set, frozenset("ab"), {"a", "b"}),
        (assert_value, None, None),
        (assert_value, b"a", b"a"),
        (assert_value, {("a", 1): [None, True]}, {("a", 1): [None, True]}),
        (assert_value, 1 + 2j, 1 + 2j),
    ],
)
def test_what_is_right_passes(check, right, required):
    """Lists and tuples are interchangeable, and so are integers of Python and numpy."""
    check(right, required, "it")


@pytest.mark.parametrize(
    ("check", "wrong", "required", "returned"),
    [
        (assert_integer, True, 1, "it = True"),
        (assert_integer, "1", 1, "it is a str"),
        (assert_integer, 2, 1, "it = 2"),
        (assert_number, float("nan"), 1.0, "it = nan"),
        (assert_number, None, 1.0, "it is None: is a return missing?"),
        (assert_text, b"a", "a", "it is a bytes"),
        (assert_text, None, "a", "it is None: is a return missing?"),
        (assert_list, {"a"}, ["a"], "it is a set"),
        (assert_list, "ab", ["a", "b"], "it is a str"),
        (assert_list, ["a", "b", "c"], ["a", "b"], "it has 3 entries: ['a', 'b', 'c']"),
        (assert_list, [1, [2, "x"]], [1, [2, "y"]], "it[1][1] = 'x'"),
        (assert_dict, {"a": 1, "b": 2}, {"a": 1}, "it has the key 'b'"),
        (assert_dict, [("a", 1)], {"a": 1}, "it is a list"),
        (assert_dict, {"a": {"b": 1.5}}, {"a": {"b": 1.0}}, "it['a']['b'] = 1.5"),
        (assert_set, ["a"], {"a"}, "it is a list"),
        (assert_set, {"a"}, {"a", "b"}, "it has no 'b'"),
        (assert_set, set(), {"a"}, "it has no 'a'"),
        (assert_value, False, None, "it = False"),
        (assert_value, 1, True, "it is an int"),
        (assert_value, 0, False, "it is an int"),
        (assert_value, [float("nan")], [0.0], "it[0] = np.nan"),
        (assert_value, {1.0}, {"1"}, "it = {1.0}"),
        (assert_value, object(), 1, "it is an object"),
    ],
)
def test_what_is_wrong_is_described(check, wrong, required, returned):
    """The message shows the first place that differs, or the type if that is what is wrong."""
    assert message_of(check, wrong, required, "it").returned == returned


@pytest.mark.parametrize(
    ("described", "error", "gist", "right"),
    [
        ("ValueError: the text is Empty", "ValueError", "empty text", True),
        ("UnicodeDecodeError: x", "ValueError", "", True),
        ("ValueError: x", "UnicodeDecodeError", "", False),
        ("ValueError: x", "ValueError", "empty", False),
        ("KeyError: 'x'", "LookupError", "x", True),
        ("EmptyText: x", "EmptyText", "", True),
        ("EmptyText: x", "ValueError", "", False),
    ],
)
def test_an_exception_is_judged_by_its_name_and_gist(described, error, gist, right):
    """A confined submission's exception is known by these only."""

    def check():
        with assert_raises(error, gist):
            raise raised("split", described, "exception")

    assert fails(check) is not right


def test_a_missing_exception_is_described():
    """A result where an error is required is the mistake."""

    def check():
        with assert_raises("ValueError", "empty"):
            pass

    message = message_of(check)
    assert message.returned == "a result, without an exception"
    assert message.required == "ValueError, with a message about 'empty'"


def test_the_assignment_sets_the_tolerance_and_the_dtype():
    """A course on float32 cannot ask for 1e-9."""
    accuracy.use(1e-4, "float32")
    try:
        assert_close(np.float32([1.00001]), [1.0], "y")
        assert_number(1.00001, 1.0, "y")
        assert_value([1.00001], [1.0], "y")
        assert_dtype(np.float32([1]), "y")
        assert fails(assert_dtype, [1.0], "y")
    finally:
        accuracy.use(accuracy.DEFAULT_TOLERANCE, "float64")
    assert fails(assert_close, [1.00001], [1.0], "y")
