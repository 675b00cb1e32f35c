"""A check that a submission can be graded; if not, the student is told why.

The autograder for Gradescope runs this first: ``python -m backproof.packing.handed_in SUBMISSION
RESULTS``. Errors after this check are faults of the grader, and give the student no score.
"""

from __future__ import annotations

import sys
from pathlib import Path

from backproof.assignment.config import load_assignment
from backproof.errors import UserError
from backproof.intake.reader import read_submission
from backproof.report.text import dump, one_line


def report_unusable(submission: Path, results: Path) -> None:
    """Write a ``results.json`` with 0 points and the reason, if a submission cannot be graded."""
    assignment = load_assignment()
    try:
        read_submission(submission, assignment.units)
    except UserError as problem:
        reason = {
            "score": 0,
            "max_score": sum(assignment.points.values()),
            "status": "failed",
            "name": "Your submission can be graded.",
            "name_format": "text",
            "output": one_line(str(problem)),
            "output_format": "text",
        }
        document = {"score": 0, "stdout_visibility": "hidden", "tests": [reason]}
        results.write_text(dump(document), encoding="utf-8")


if __name__ == "__main__":
    report_unusable(*map(Path, sys.argv[1:]))
