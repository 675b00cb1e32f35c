"""Tests of the budget of the search for a smaller failing case."""

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from backproof.submission.messages import Mismatch, WrongValue
from backproof.suite.shrinking import BoundedShrinking, SearchEnded


class Submission:
    """Counts the cases that begin."""

    def __init__(self):
        self.cases = 0
        self.journal = []

    def begin_case(self):
        """Count a case."""
        self.cases += 1
        self.journal = [self.cases]


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
    assert ended.journal == [smallest]


def test_the_first_failure_is_drawn():
    """A picture of the first failure shows more than one of the smallest case."""
    failed = []

    def body(x):
        if x >= 1000:
            failed.append(x)
            raise Mismatch("", "", "", WrongValue(x, "", evidence={"x": x}))

    bounded = BoundedShrinking(body, Submission, 500, 60.0)
    search(bounded)
    assert failed[0] > failed[-1]
    assert bounded.evidence == {"x": failed[0]}


def test_time_is_a_budget_too():
    """For a slow submission, a budget of runs alone would allow a search of minutes."""
    tried, _ = run(10**6, below_a_thousand, max_seconds=0.0)
    assert len([x for x in tried if x >= 1000]) == 1
