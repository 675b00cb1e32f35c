"""Tests of snapshots of values, and of their comparison up to rounding."""

import numpy as np
import pytest

from backproof.diagnosis.call_trace import TracedCall, TracedCase, TracedSubmission, trace_case
from backproof.diagnosis.snapshots import Placeholder, equal_up_to_rounding
from backproof.submission.local import LocalSubmission

NAN, INF = np.nan, np.inf
OPAQUE, GENERATOR = Placeholder.OPAQUE, Placeholder.GENERATOR
EQUAL = {
    "rounding": (np.array([1.0, 1e6]), np.array([1.0 + 1e-10, 1e6 + 1e-4])),
    "rounding of a scalar": (0.1 + 0.2, 0.3),
    "what is left of larger numbers": (np.array([[1e5], [1e-9]]), np.array([[1e5], [2e-9]])),
    "what is left of ones": (np.array([0.0]), np.array([5e-16])),
    "rounding in float32": (np.float32([1.0]), np.float32([1.0 + 1e-6])),
    "no numbers": (np.array([NAN, INF, -INF]), np.array([NAN, INF, -INF])),
    "a number and an array of none": (2.0, np.array(2.0)),
    "pairs": ((np.ones(2), 1), (np.ones(2), 1)),
    "texts": ("a", "a"),
    "nothing": (None, None),
    "objects": (OPAQUE, OPAQUE),
}
OTHER = {
    "a value": (np.array([1.0, 2.0]), np.array([1.0, 2.00001])),
    "a small value beside ones": (np.array([[1.0], [1e-9]]), np.array([[1.0], [2e-9]])),
    "a small value in another column": (np.array([[1e5, 1e-9]]), np.array([[1e5, 2e-9]])),
    "a shape": (np.ones((2, 1)), np.ones((1, 2))),
    "a type": (np.ones(2), np.ones(2, np.float32)),
    "an integer": (np.array([1, 2]), np.array([1, 3])),
    "no number": (np.array([NAN]), np.array([1.0])),
    "infinity": (np.array([INF]), np.array([-INF])),
    "a length": ((1, 2), (1, 2, 3)),
    "an entry": ((1, 2.0), (1, 3.0)),
    "a text": ("a", "b"),
    "a text and nothing": ("a", None),
    "nothing and a number": (None, 0.0),
    "an object and a number": (OPAQUE, 0.0),
    "an object and a generator": (OPAQUE, GENERATOR),
}


@pytest.mark.parametrize("name", EQUAL)
def test_rounding_makes_no_difference(name):
    """A mistake has its name however the student computes the same numbers."""
    one, other = EQUAL[name]
    assert equal_up_to_rounding(one, other)
    assert equal_up_to_rounding(other, one)


@pytest.mark.parametrize("name", OTHER)
def test_anything_else_does(name):
    """Two mistakes may differ by little; a name must not be wrong."""
    one, other = OTHER[name]
    assert not equal_up_to_rounding(one, other)
    assert not equal_up_to_rounding(other, one)


class Odd:
    """An object whose conversion to an array raises an exception."""

    @property
    def __array__(self):
        """Raise an exception at any access."""
        raise RuntimeError("no")


@pytest.fixture
def kept(assignment):
    """Return a function that traces results and returns their snapshots."""

    def returning(*values):
        left = list(values)

        def ask(submission):
            for _ in values:
                submission.losses.mean_squared_error(1.0, 2.0)

        replaced = {"losses.mean_squared_error": lambda _prediction, _target: left.pop(0)}
        submission = LocalSubmission(assignment.reference, assignment.units, replaced)
        trace = trace_case(TracedSubmission(submission, assignment), ask, {})
        submission.close()
        return [call.result for call in trace.calls]

    return returning


KEPT = {
    "a list of arrays": ([np.ones(2), 3], (np.ones(2), 3)),
    "a generator": (np.random.default_rng(0), GENERATOR),
    "an object": (Odd(), OPAQUE),
    "a list of objects": ([Odd()], (OPAQUE,)),
    "a dict": ({"W": 1.0}, (("'W'", 1.0),)),
    "more than can be kept": (np.broadcast_to(0.0, (10**7,)), OPAQUE),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_can_be_compared_is_kept(kept, name):
    """Student code may return anything; only numbers can be compared with a mistake's."""
    returned, expected = KEPT[name]
    assert equal_up_to_rounding(*kept(returned), expected)


def test_large_arrays_are_compared_by_a_digest(kept):
    """Copies of large results in every case would fill the memory."""
    large = np.arange(50_000.0)
    first, again, other = kept(large, large.copy(), large + 1.0)
    assert isinstance(first, str)
    assert equal_up_to_rounding(first, again)
    assert not equal_up_to_rounding(first, other)


def test_lists_that_hold_themselves_end(kept):
    """A recursion without end would cost the grade."""
    endless = []
    endless.append(endless)
    [found] = kept(endless)
    assert repr(found).count("(") < 20


def test_a_long_chain_of_calls_can_be_followed_back():
    """An optimizer hands its state on for more steps than Python nests calls."""
    calls = [TracedCall("optimizers.adam_init", (), {}, frozenset())]
    calls += [TracedCall("optimizers.adam_step", (), {}, frozenset({n})) for n in range(3000)]
    behind = TracedCase({}, calls).functions_behind[3000]
    assert behind == {"optimizers.adam_init", "optimizers.adam_step"}
