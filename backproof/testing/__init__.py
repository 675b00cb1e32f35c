"""The public interface for authors of assignments: all that an assignment imports of Backproof."""

from backproof.assignment.demos import Demo, claim
from backproof.assignment.misconceptions import misconception, variant
from backproof.submission.iterables import drain
from backproof.submission.messages import Found, Mismatch, NotStarted, SubmissionEnded
from backproof.testing.assertions import (
    TOLERANCE,
    as_array,
    as_float,
    assert_bounded,
    assert_close,
    assert_equal,
    assert_float64,
    assert_no_warning,
    assert_one_of,
    assert_slope,
    assert_that,
    assert_unchanged,
    unpack,
)

__all__ = [
    "TOLERANCE",
    "Demo",
    "Found",
    "Mismatch",
    "NotStarted",
    "SubmissionEnded",
    "as_array",
    "as_float",
    "assert_bounded",
    "assert_close",
    "assert_equal",
    "assert_float64",
    "assert_no_warning",
    "assert_one_of",
    "assert_slope",
    "assert_that",
    "assert_unchanged",
    "claim",
    "drain",
    "misconception",
    "unpack",
    "variant",
]
