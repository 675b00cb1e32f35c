"""Tell whether anything was handed in that can be graded; if not, say so to the student.

The autograder for Gradescope asks this before it grades: ``python -m backproof.packing.handed_in
SUBMISSION RESULTS``. What goes wrong after it has found a submission is no student's doing.
"""

from __future__ import annotations

import sys
from pathlib import Path

from backproof.assignment.config import load_assignment
from backproof.errors import UserError
from backproof.intake.reader import read_submission
from backproof.report.text import dump, one_line


def say_what_is_wrong(submission: Path, results: Path) -> None:
    """Write a ``results.json`` with 0 points and the reason, if there is nothing to grade."""
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
    say_what_is_wrong(*map(Path, sys.argv[1:]))
