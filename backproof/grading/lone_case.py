"""Smallest cases that run alone, each in a fresh worker under a submission's confinement."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from backproof.assignment.config import Assignment
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.pool import ServerPool
from backproof.counterexample.alone import shows
from backproof.intake.reader import SubmittedFiles
from backproof.student_code.source import Source
from backproof.submission.messages import Mismatch, SubmissionEnded, SubmissionUnavailable

# The module that runs a case beside the submission's own ones; no student has one of this name.
_MODULE = "backproof_smallest_case"
_TEMPLATE = """
def run():
    printed = []
    names = {{"print": lambda *values: printed.append(" ".join(map(str, values)))}}
    exec({case!r}, names)
    return "\\n".join(printed)
"""


def run_confined(
    cases: Sequence[str], files: SubmittedFiles, assignment: Assignment, servers: ServerPool
) -> list[list[str]]:
    """Run each case alone; return what it printed, and again if that is not what it says.

    Args:
        cases: The cases, as programs.
        files: The files of the submission.
        assignment: Its units and limits.
        servers: The pool of servers that the workers are forked from.

    Returns:
        For each case what its runs printed, an empty text for one that failed. Where the code did
        not come back there is nothing, for that case and for those after it.

    """
    printed: list[list[str]] = [[] for _ in cases]
    try:
        for case, runs in zip(cases, printed, strict=True):
            runs.append(_run(case, files, assignment, servers))
            if not shows(case, runs[0]):
                runs.append(_run(case, files, assignment, servers))
    except SubmissionEnded:
        pass
    return printed


def _run(case: str, files: SubmittedFiles, assignment: Assignment, servers: ServerPool) -> str:
    path = f"{_MODULE}.py"
    source = Source(_TEMPLATE.format(case=case), path)
    beside = dataclasses.replace(files, files={**files.files, path: source})
    with ConfinedSubmission(beside, assignment, servers=servers) as opened:
        opened.begin_property(_MODULE)
        try:
            result = opened.call(_MODULE, "run", (), {}, observed=False).result
        except (Mismatch, SubmissionUnavailable):
            return ""
    return result if isinstance(result, str) else ""
