"""The comparison of misconceptions by their behaviour on recorded calls."""

import itertools
import warnings

import numpy as np
import pytest

from backproof.authoring.behaviour import RecordingSubmission, behaviour_on, indistinguishable
from backproof.submission.base import Call

CALLS = [Call("optimizers.step", (np.array([1.0, float(k)]), k), {}) for k in (1, 2)]
REUSED = np.zeros(2)


def _plain(theta, k):
    return theta - 0.1 * k


def _rounded_otherwise(theta, k):
    return theta - k / 10


def _another_value(theta, k):
    return theta - 0.2 * k


def _in_place(theta, k):
    theta -= 0.1 * k
    return theta


def _reusing_its_result(theta, k):
    REUSED[:] = theta - 0.1 * k
    return REUSED


def _warning(theta, k):
    warnings.warn("deprecated", stacklevel=1)
    return theta - 0.1 * k


def _raising(theta, k):
    raise ValueError(k)


def _raising_otherwise(theta, k):
    raise TypeError(k)


def _endless(theta, k):
    return itertools.repeat(theta)


def _endless_otherwise(theta, k):
    return itertools.repeat(theta + 1)


DIFFERENT = [_another_value, _in_place, _reusing_its_result, _warning, _raising, _raising_otherwise]
DIFFERENT += [_endless, _endless_otherwise, _plain]


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations(DIFFERENT, 2)])
def test_different_behaviour_is_told_apart(one, other):
    """Values, side effects, exceptions and warnings all distinguish two mistakes."""
    assert behaviour_on(CALLS, one) != behaviour_on(CALLS, other)


def test_rounding_is_no_difference():
    """Two spellings of one formula are the same mistake, and one of them is redundant."""
    assert behaviour_on(CALLS, _plain) == behaviour_on(CALLS, _rounded_otherwise)


def _wrong_from_call(number):
    """Return a function that is right before this call."""
    steps = itertools.count()

    def step(theta, k):
        return theta - (0.1 if next(steps) < number else 0.2) * k

    return step


def test_functions_that_behave_alike_are_grouped():
    """Every pair of mistakes that cannot be told apart is redundant, and no other one is.

    Some differ only after several calls that are the same.
    """
    functions = {"plain": _plain, "rounded": _rounded_otherwise, "endless": _endless}
    functions |= {f"from {number}": _wrong_from_call(number) for number in (3, 4, 11, 12, 29)}
    groups = indistinguishable(CALLS * 6, functions)
    assert groups == [["plain", "rounded", "from 12", "from 29"]]


def test_recorded_calls_stay_as_they_were():
    """A misconception that writes into its arguments must not change the calls for the next one."""
    before = behaviour_on(CALLS, _plain)
    behaviour_on(CALLS, _in_place)
    assert behaviour_on(CALLS, _plain) == before


def test_the_last_calls_of_each_function_are_recorded(hand_in):
    """The first cases that Hypothesis draws are too simple to tell mistakes apart."""
    folder = hand_in(losses="def f(x):\n    return x\n\ndef g(x):\n    return x\n")
    submission = RecordingSubmission(folder, ("losses",))
    for number in range(20):
        submission.begin_case()
        submission.losses.f(number)
    submission.losses.g(0)
    submission.begin_case()
    submission.close()
    last = [call.arguments for call in submission.recorded["losses.f"]]
    assert last == [(number,) for number in range(20)][-len(last) :]
    assert 1 < len(last) < 20
    assert len(submission.recorded["losses.g"]) == 1
