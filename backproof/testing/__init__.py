"""The public interface for authors of assignments: all that an assignment imports of Backproof."""

from backproof.assignment.demos import Demo, claim
from backproof.assignment.misconceptions import misconception, variant
from backproof.grades import evidence
from backproof.submission.iterables import drain
from backproof.submission.messages import Found, Mismatch, NotStarted, SubmissionEnded

__all__ = [
    "Demo",
    "Found",
    "Mismatch",
    "NotStarted",
    "SubmissionEnded",
    "claim",
    "drain",
    "evidence",
    "misconception",
    "variant",
]
