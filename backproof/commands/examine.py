"""``backproof examine``: the tests that a student writes."""

from __future__ import annotations

import json
import sys

import click

from backproof.assignment.config import load_assignment
from backproof.commands.common import (
    Progress,
    one_line_errors,
    with_assignment,
    with_confinement,
    with_seed,
    with_units,
)
from backproof.commands.writing import STDOUT, extra_options, parse_targets, write
from backproof.confined.level import PROCESS, STRICT
from backproof.errors import UserError
from backproof.exit_codes import GRADER_FAULT, INTERRUPTED, NOT_ALL_RIGHT


@click.command()
@click.argument("path")
@with_units
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--write",
    "writes",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write the result for a course platform too, as `backproof check` does: gradescope, html, "
    "markdown and others.",
)
@with_confinement(PROCESS, PROCESS, STRICT)
@with_seed
@with_assignment
@one_line_errors
def examine(
    path: str,
    units: tuple[str, ...],
    as_json: bool,
    writes: tuple[str, ...],
    confinement: str,
    seed: int,
    assignment: str | None,
) -> None:
    """Examine a student's tests by right and wrong implementations.

    PATH has pytest functions or Hypothesis properties that take the fixture `submission`: a folder
    with files test_*.py, a .zip of one, a .py file or a notebook. Each test should accept every
    right implementation, and reject the wrong ones. The tests run confined, as submissions do.

    Exit code 1 unless all points are reached.
    """
    from rich.console import Console

    from backproof.examination.examine import examine_tests
    from backproof.examination.outcomes import grade_of
    from backproof.examination.terminal import print_examination

    loaded = load_assignment(assignment)
    targets = parse_targets(writes)
    if STDOUT in targets:
        raise UserError("--write: name a file, as the result itself is printed")
    options = extra_options(targets, loaded)
    try:
        with Progress("examining", threadless=True) as progress:
            result = examine_tests(
                path,
                loaded,
                confinement=confinement,
                seed=seed,
                units=units,
                progress=progress.advance,
            )
    except KeyboardInterrupt:
        click.echo("backproof: stopped", err=True)
        sys.exit(INTERRUPTED)
    told = result.for_student()
    complete = write(targets, grade_of(told), loaded.title, options, None)
    if as_json:
        click.echo(json.dumps(told.to_json(), indent=2, ensure_ascii=False))
    else:
        print_examination(Console(highlight=False), told)
    if not complete:
        sys.exit(GRADER_FAULT)
    sys.exit(0 if result.is_perfect else NOT_ALL_RIGHT)
