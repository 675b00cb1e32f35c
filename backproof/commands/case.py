"""``backproof check --case`` and ``--pdb``: one failure, run again."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backproof.commands.common import Progress, code_of
from backproof.counterexample.program import is_complete
from backproof.errors import UserError
from backproof.grades.next_step import next_outcome, next_step
from backproof.grades.outcomes import Outcome
from backproof.grades.visibility import hide_for_students
from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.submission.messages import SubmissionTimeout

if TYPE_CHECKING:
    from backproof.commands.check_request import CheckRequest


def run_case(wanted: CheckRequest, *, debug: bool) -> int:
    """Print one failure and run its smallest case again; give the exit code.

    Args:
        wanted: What to check: the failure is that of its one property, or the one that is to be
            mended first.
        debug: Whether to run it in the debugger.

    Raises:
        UserError: There are several properties, or the case is too large to be written out.
    """
    from rich.console import Console

    from backproof.report.terminal.grade import print_failures

    if len(wanted.names) > 1:
        raise UserError("--case and --pdb run one failure: name one --property, or none")
    intake = read_submission(wanted.path, wanted.assignment.units)
    with Progress(f"checking {Path(wanted.path).name}") as progress:
        grade = hide_for_students(wanted.grade(progress=progress.advance), wanted.hidden)
    outcome = next_outcome(grade)
    if outcome is None:
        click.echo(next_step(grade))
        return 0
    console = Console()
    print_failures(console, [[dataclasses.replace(outcome, case=None)]])
    if outcome.case is None:
        click.echo(f"There is no case to run again. {next_step(grade)}")
    else:
        _replay(outcome, intake, wanted, debug=debug)
    return code_of(grade)


def _replay(outcome: Outcome, intake: SubmittedFiles, wanted: CheckRequest, *, debug: bool) -> None:
    from backproof.counterexample.rerun import Replay
    from backproof.submission.time_limit import time_limit

    case = outcome.case or ""
    if not is_complete(case):
        raise UserError(
            f"the smallest failing case of {outcome.property} is too large to be written out, so "
            "it cannot be run again: `backproof check` shows what there is of it"
        )
    replay = Replay(case, intake, wanted.assignment.units, click.echo)
    if debug:
        click.echo("The smallest case, in the debugger: w shows where you are, q ends it.")
        replay.debug()
        return
    seconds = wanted.assignment.seconds_per_property
    click.echo("The smallest case, run again:")
    try:
        with time_limit(seconds):
            replay.run()
    except SubmissionTimeout:
        click.echo(f"no answer within {seconds:g} seconds")
