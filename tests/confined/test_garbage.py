"""Results that make no sense fail their properties and are never a fault of the grader."""

import pytest

from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite

GARBAGE = {
    "none": "None",
    "infinite_array": "np.full((2, 2), np.inf)",
    "nan_arrays": "(np.full((2, 3), np.nan), np.full(3, np.nan), np.full((2, 3), np.nan))",
    "text": "'forty-two'",
    "empty_tuple": "()",
    "ragged": "[[1.0, 2.0], [3.0]]",
    "objects": "np.array([None, 'x'], dtype=object)",
    "a_class": "Odd()",
    "huge_integer": "10 ** 400",
    "largest": "(np.full((2, 3), 1.7e308), np.full(3, -1.7e308), np.full((2, 3), 1.7e308))",
    "pairs": "[(np.zeros(1), np.zeros(1))]",
    "endless": "itertools.repeat((np.zeros((1, 1)), np.zeros((1, 1))))",
    "strings_in_tuple": "('a', 'b', 'c')",
}

MODULE = """
import itertools
import numpy as np

class Odd:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array")
    def __float__(self):
        raise RuntimeError("no float")
    def __eq__(self, other):
        return True
    def __iter__(self):
        raise RuntimeError("no items")
    def __len__(self):
        return -1

def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return lambda *args, **kwargs: {garbage}
"""


# One value for each reason: not a number, not an array, infinite, endless, not convertible.
USUAL = ("none", "ragged", "endless")


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=() if kind in USUAL else pytest.mark.exhaustive) for kind in GARBAGE],
)
def test_garbage_fails_and_never_breaks_a_property(hand_in, assignment, kind):
    """A result that breaks a property would cost the student's grade, and look like our fault.

    Garbage is judged by every property, passes hardly any, and is never *not graded*.
    """
    module = MODULE.replace("{garbage}", GARBAGE[kind])
    submission = LocalSubmission(
        hand_in(**dict.fromkeys(assignment.units, module)), assignment.units
    )

    def work(suite):
        return run_properties(suite, submission, shrink=False)

    records = with_suite(assignment, work, profile="quick")
    submission.close()
    broken = {r.property: r.message for r in records if r.status == "not graded"}
    assert broken == {}
    assert sum(record.status == "passed" for record in records) < 0.1 * len(records)
