"""``backproof check --case`` and ``--pdb``: run the smallest case of one failure again."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from backproof.commands.common import Progress, exit_code
from backproof.counterexample.pasting import fit_to_modules
from backproof.counterexample.program import is_complete
from backproof.counterexample.rerun import Replay
from backproof.errors import UserError
from backproof.grades.next_step import next_outcome, next_step
from backproof.grades.outcomes import Outcome
from backproof.grades.visibility import hide_for_students
from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.report.terminal.cause import print_outcome
from backproof.submission.messages import SubmissionTimeout
from backproof.submission.time_limit import time_limit

if TYPE_CHECKING:
    from backproof.commands.check_request import CheckRequest


def run_case(request: CheckRequest, *, debug: bool) -> int:
    """Print one failure, run its smallest case again, and return the exit code.

    Args:
        request: The check. Its failure is that of its one property, or the one to fix first.
        debug: Whether to run the case in the debugger.

    Raises:
        UserError: There are several properties, or the case is too large to be written out.
    """
    if len(request.properties) > 1:
        raise UserError("--case and --pdb run one failure: name one --property, or none")
    # Read before grading, so that the replayed files are those that were graded.
    submitted = read_submission(request.path, request.assignment.units)
    with Progress(f"checking {Path(request.path).name}") as progress:
        grade = hide_for_students(request.grade(progress.advance), request.hidden)
    outcome = next_outcome(grade)
    if outcome is None:
        click.echo(next_step(grade))
        return 0
    print_outcome(Console(), dataclasses.replace(outcome, case=None))
    if outcome.case is None:
        click.echo(f"There is no case to run again. {next_step(grade)}")
    else:
        _replay(outcome, outcome.case, submitted, request, debug=debug)
    return exit_code(grade)


def _replay(
    outcome: Outcome, case: str, submitted: SubmittedFiles, request: CheckRequest, *, debug: bool
) -> None:
    if not is_complete(case):
        raise UserError(
            f"the smallest failing case of {outcome.property} is too large to be written out, so "
            "it cannot be run again: `backproof check` shows an abridged form of it"
        )
    units = request.assignment.units
    replay = Replay(fit_to_modules(case, units), submitted, units, click.echo)
    if debug:
        click.echo("The smallest case, in the debugger: w shows where you are, q ends it.")
        replay.debug()
        return
    seconds = request.assignment.seconds_per_property
    click.echo("The smallest case, run again:")
    try:
        with time_limit(seconds):
            replay.run()
    except SubmissionTimeout:
        click.echo(f"no answer within {seconds:g} seconds")
