"""``backproof template`` and ``validate``: for those who write an assignment."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import click

from backproof.assignment.config import load_assignment
from backproof.commands.common import (
    NOT_ALL_RIGHT,
    Progress,
    one_line_errors,
    with_assignment,
    with_profile,
    with_seed,
    with_units,
)

if TYPE_CHECKING:
    from backproof.assignment.config import Assignment


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if stale.")
@with_assignment
@one_line_errors
def template(only_check: bool, assignment: str | None) -> None:
    """Write student_template/ from reference/: the same signatures and docstrings, no bodies."""
    from backproof.assignment.template import stale_files, write_template

    loaded = load_assignment(assignment)
    stale = stale_files(loaded)
    if not only_check:
        write_template(loaded)
    for name in stale:
        click.echo(f"{'stale' if only_check else 'wrote'}: student_template/{name}")
    sys.exit(NOT_ALL_RIGHT if only_check and stale else 0)


@click.command()
@with_units
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option(
    "--counts",
    "seeds",
    type=click.IntRange(1),
    metavar="SEEDS",
    help="Measure instead how many cases grading needs, over so many seeds.",
)
@with_profile("grade")
@with_seed
@with_assignment
@one_line_errors
def validate(
    units: tuple[str, ...],
    as_json: bool,
    seeds: int | None,
    profile: str,
    seed: int,
    assignment: str | None,
) -> None:
    """Prove that the assignment's properties bite, and only where they should.

    The reference passes everything, the template is not started, every misconception fails the
    properties that claim it, every property fails one, and no two misconceptions of a function
    behave alike. Exit code 1 if any of this is not so.
    """
    from backproof.authoring.validate import render, validate_assignment

    loaded = load_assignment(assignment)
    if seeds is not None:
        _count_cases(loaded, seeds, units)
    with Progress("validating") as progress:
        findings = validate_assignment(
            loaded, profile=profile, seed=seed, units=units, progress=progress.advance
        )
    click.echo(render(findings, as_json=as_json))
    sys.exit(NOT_ALL_RIGHT if findings.problems else 0)


def _count_cases(assignment: Assignment, seeds: int, units: tuple[str, ...]) -> NoReturn:
    from backproof.authoring.case_counts import SURVIVAL, needs

    with Progress("counting") as progress:
        short = needs(assignment, seeds=seeds, units=units, progress=progress.advance)
    for need in short:
        enough = need.needs or f"more than {need.has}"
        click.echo(f"{need.property} = {enough}  # has {need.has}, for {need.because}")
    said = f"{len(short)} properties have" if short else "no property has"
    click.echo(f"{said} too few cases for a survival of {SURVIVAL:g}")
    sys.exit(NOT_ALL_RIGHT if short else 0)
