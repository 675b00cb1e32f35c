"""The budget of the search for a smaller failing case."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backproof.shrinking import BoundedShrinking


class Submission:
    """Counts the cases that it is told of."""

    cases = 0

    def begin_case(self):
        """Count."""
        self.cases += 1


def run(most_runs, strategy, holds, most_seconds=60.0):
    """Run a property with a budget; return the cases that were really tried, the last one last."""
    tried = []

    def body(x):
        tried.append(x)
        assert holds(x)

    submission = Submission()
    bounded = BoundedShrinking(body, lambda: submission, most_runs, most_seconds)

    @settings(max_examples=50, database=None, deadline=None, report_multiple_bugs=False)
    @given(x=strategy)
    def searched(x):
        bounded(x=x)

    with pytest.raises(AssertionError):
        searched()
    assert submission.cases == len(tried)
    return tried


def test_the_smallest_case_is_found_within_the_budget():
    """With enough runs the search ends where Hypothesis would end it."""
    assert run(500, st.integers(0, 10**6), lambda x: x < 1000)[-1] == 1000


def test_a_spent_budget_ends_with_a_failing_case():
    """With few runs the last case shown still fails, and few were run after the first failure."""
    tried = run(5, st.integers(0, 10**6), lambda x: x < 1000)
    first = next(index for index, x in enumerate(tried) if x >= 1000)
    assert tried[-1] >= 1000
    # The first failure, five more runs, and replays of cases that are known to fail.
    assert len(set(tried[first:])) <= 6


def test_time_is_a_budget_too():
    """A slow submission is not searched for long."""
    tried = run(10**6, st.integers(0, 10**6), lambda x: x < 1000, most_seconds=0.0)
    assert len({x for x in tried if x >= 1000}) == 1


def test_equal_arrays_are_one_case():
    """A replayed array case is recognised by its values."""
    cases = st.binary(min_size=4, max_size=4).map(lambda b: np.frombuffer(b, dtype=np.uint8))
    tried = run(3, cases, lambda x: x.sum() < 100)
    assert tried[-1].sum() >= 100
