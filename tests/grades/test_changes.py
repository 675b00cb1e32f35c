"""What has changed between two grades."""

import pytest

from backproof.grades.changes import describe_changes, statuses
from backproof.grades.outcomes import FAILED, PASSED
from tests.support.report_examples import grade, outcome


def statuses_of(holds):
    """Return statuses: ``+`` holds, ``-`` fails, and a blank was not run."""
    return {
        str(position): PASSED if mark == "+" else FAILED
        for position, mark in enumerate(holds)
        if mark != " "
    }


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("--+-", "+++-", "2 rules newly hold"),
        ("-+", "+-", "1 rule newly holds, 1 no longer"),
        ("+", "-", "1 rule holds no longer"),
        ("++", "--", "2 rules hold no longer"),
        ("+-", "+-", ""),
        ("- ", " +", ""),
        ("", "+-", ""),
    ],
)
def test_changes_are_counted_both_ways(before, after, said):
    """A student who repairs one thing wants to know what else it did."""
    assert describe_changes(statuses_of(before), statuses_of(after)) == said


def test_a_grade_has_a_status_for_each_property():
    """The statuses are kept for the next check."""
    assert statuses(grade(outcome(1, status=PASSED))) == {"test_layers_1": PASSED}
