"""The budget of the search for a smaller failing case."""

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from backproof.suite.shrinking import BoundedShrinking, SearchEnded


class Submission:
    """Counts the cases that it is told of."""

    def __init__(self):
        self.cases = 0
        self.journal = []

    def begin_case(self):
        """Count."""
        self.cases += 1
        self.journal = [self.cases]


def run(most_runs, holds, most_seconds=60.0):
    """Search for the smallest integer that fails; return all that were tried, and how it ended."""
    tried = []

    def body(x):
        tried.append(x)
        if not holds(x):
            raise AssertionError(x)

    submission = Submission()
    bounded = BoundedShrinking(body, lambda: submission, most_runs, most_seconds)

    @settings(max_examples=50, database=None, deadline=None, report_multiple_bugs=False)
    @seed(0)
    @given(x=st.integers(0, 10**6))
    def searched(x):
        bounded(x=x)

    with pytest.raises((AssertionError, SearchEnded)) as ended:
        searched()
    assert submission.cases == len(tried)
    return tried, ended.value


def below_a_thousand(x):
    """Hold for small numbers only."""
    return x < 1000


def test_the_smallest_case_is_found_within_the_budget():
    """With enough runs the search ends where Hypothesis would end it."""
    tried, ended = run(500, below_a_thousand)
    assert tried[-1] == 1000
    assert isinstance(ended, AssertionError)


@pytest.mark.parametrize("budget", [0, 1, 5])
def test_a_spent_budget_ends_the_search_at_once(budget):
    """No case more than the budget allows is run after the first failure."""
    tried, ended = run(budget, below_a_thousand)
    first = next(index for index, x in enumerate(tried) if x >= 1000)
    assert len(tried) - 1 - first == budget
    assert isinstance(ended, SearchEnded)


def test_what_is_shown_is_the_last_failure():
    """The failure and its calls are those of the smallest failing case so far."""
    tried, ended = run(5, below_a_thousand)
    smallest = [number for number, x in enumerate(tried, 1) if x >= 1000][-1]
    assert ended.failure.args == (tried[smallest - 1],)
    assert ended.journal == [smallest]


def test_time_is_a_budget_too():
    """A slow submission is not searched for long."""
    tried, _ = run(10**6, below_a_thousand, most_seconds=0.0)
    assert len([x for x in tried if x >= 1000]) == 1
