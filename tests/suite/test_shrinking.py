"""Tests of the budget of the search for a smaller failing case."""

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from backproof.submission.base import Call
from backproof.submission.messages import Mismatch, WrongValue
from backproof.suite.shrinking import BoundedShrinking, SearchEnded, SimpleCases


class Submission:
    """Counts the cases that begin."""

    def __init__(self):
        self.cases = 0
        self.journal = []

    def begin_case(self):
        """Count a case."""
        self.cases += 1
        self.journal = [Call(f"call {self.cases}", (), {})]


def run(max_runs, holds, max_seconds=60.0):
    """Search for the smallest integer that fails; return the tried integers and the exception."""
    tried = []

    def body(x):
        tried.append(x)
        if not holds(x):
            raise AssertionError(x)

    submission = Submission()
    ended = search(BoundedShrinking(body, lambda: submission, max_runs, max_seconds))
    assert submission.cases == len(tried)
    return tried, ended


def search(bounded):
    """Let Hypothesis search for the smallest integer that fails; return the exception."""

    @settings(max_examples=50, database=None, deadline=None, report_multiple_bugs=False)
    @seed(0)
    @given(x=st.integers(0, 10**6))
    def searched(x):
        bounded(x=x)

    with pytest.raises((AssertionError, SearchEnded)) as ended:
        searched()
    return ended.value


def below_a_thousand(x):
    """Return whether a number is small."""
    return x < 1000


def test_the_smallest_case_is_found_within_the_budget():
    """A budget must not change the result if it is large enough."""
    tried, ended = run(500, below_a_thousand)
    assert tried[-1] == 1000
    assert isinstance(ended, AssertionError)


@pytest.mark.parametrize("budget", [0, 1, 5])
def test_a_spent_budget_ends_the_search_at_once(budget):
    """The budget limits the time until a student has an answer."""
    tried, ended = run(budget, below_a_thousand)
    first = next(index for index, x in enumerate(tried) if x >= 1000)
    assert len(tried) - 1 - first == budget
    assert isinstance(ended, SearchEnded)


def test_what_is_shown_is_the_last_failure():
    """A student expects the smallest failing case that the search has found."""
    tried, ended = run(5, below_a_thousand)
    smallest = [number for number, x in enumerate(tried, 1) if x >= 1000][-1]
    assert ended.failure.args == (tried[smallest - 1],)
    assert [call.function for call in ended.journal] == [f"call {smallest}"]


def difficulties(*failures):
    """Run bodies that fail on one array each; return the array of the failure that is kept."""
    submission = Submission()

    def body(number):
        array, is_visible = failures[number]
        submission.journal = [Call("unit.f", (np.array(array),), {})]
        raise Mismatch("", "", "", WrongValue(array, "", is_visible=is_visible))

    bounded = BoundedShrinking(body, lambda: submission, 500, 60.0)
    for number in range(len(failures)):
        with pytest.raises(Mismatch):
            bounded(number=number)
    return bounded.easiest.journal[0].arguments[0].tolist()


def test_of_all_failures_the_easiest_is_kept():
    """A difference that cannot be seen is worse than long numbers, and these than many."""
    assert difficulties(([1.0], False), ([0.1234], True)) == [0.1234]
    assert difficulties(([1.0] * 6, True), ([0.1234], True)) == [1.0] * 6
    assert difficulties(([1.0] * 7, True), ([0.1234] * 6, True)) == [0.1234] * 6
    assert difficulties(([1.0] * 2, True), ([1.0] * 3, True)) == [1.0] * 2
    assert difficulties(([1.0], True), ([2.0], True)) == [2.0]


def test_the_first_failure_is_shown_if_none_is_easier():
    """Simple cases replace it only by one that is easier to read."""
    submission = Submission()
    first = SearchEnded(AssertionError("first"), [Call("unit.f", (np.array([0.1234]),), {})])

    def body(array):
        submission.journal = [Call("unit.f", (np.array(array),), {})]
        raise AssertionError(str(array))

    simple = SimpleCases(body, lambda: submission, first, 60.0)
    simple(array=[0.4321])
    assert simple.easiest is first
    with pytest.raises(SearchEnded, match="3"):
        simple(array=[3.0])


def test_time_is_a_budget_too():
    """For a slow submission, a budget of runs alone would allow a search of minutes."""
    tried, _ = run(10**6, below_a_thousand, max_seconds=0.0)
    assert len([x for x in tried if x >= 1000]) == 1
