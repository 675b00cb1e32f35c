"""``backproof template`` and ``validate``: for authors of an assignment."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

import click

from backproof.assignment.config import Assignment, load_assignment
from backproof.atomic_write import write_atomically
from backproof.commands.common import (
    Progress,
    one_line_errors,
    with_assignment,
    with_profile,
    with_seed,
    with_units,
)
from backproof.errors import UserError
from backproof.exit_codes import NOT_ALL_RIGHT


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if stale.")
@with_assignment
@one_line_errors
def template(only_check: bool, assignment: str | None) -> None:
    """Write student_template/ from reference/: signatures and docstrings.

    The functions' bodies are replaced by `raise NotImplementedError`.
    """
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
    help="Measure instead how many cases grading needs, over this many seeds.",
)
@click.option(
    "--accepted",
    "accepted_seeds",
    type=click.IntRange(1),
    metavar="SEEDS",
    help="Run instead all properties on each implementation in accepted/, at this many seeds, and "
    "examine the example tests.",
)
@click.option(
    "--matrix",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write instead, as CSV, which property of a unit fails on which of its misconceptions.",
)
@click.option("--mutants", is_flag=True, help="Try instead small changes of the reference.")
@click.option(
    "--sample",
    type=click.IntRange(1),
    metavar="N",
    help="Try N mutants, chosen at random by the seed; all by default.",
)
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a page, too: properties and misconceptions, concepts, what is drawn, how many "
    "cases are needed, time, and with --mutants the survivors.",
)
@with_profile("grade")
@with_seed
@with_assignment
@one_line_errors
def validate(
    units: tuple[str, ...],
    as_json: bool,
    seeds: int | None,
    accepted_seeds: int | None,
    matrix: Path | None,
    mutants: bool,
    sample: int | None,
    page: Path | None,
    profile: str,
    seed: int,
    assignment: str | None,
) -> None:
    """Prove that the properties fail wrong code, and only wrong code.

    The reference passes everything, the template is not started, every misconception fails the
    properties that claim it, every property fails one, and no two misconceptions of a function
    behave alike. What is in accepted/ passes everything, and the example tests in
    examples/student_tests/ get the verdicts beside them. Exit code 1 if any of this is not so.

    With --mutants: each mutant of the reference, which differs from it in one place, is to fail a
    property of its unit. Exit code 1 if one survives that is not recorded as equivalent; those
    of helper files, which are no unit, may survive.
    """
    if not mutants and sample is not None:
        raise UserError("--sample belongs to --mutants")
    if page is not None and (matrix is not None or seeds is not None):
        raise UserError("--html takes neither --matrix nor --counts: the page has both")
    if page is not None:
        from backproof.report.registry import CLASS, require

        require("html", CLASS)
    loaded = load_assignment(assignment)
    if mutants:
        from backproof.commands.mutants import validate_by_mutants

        sys.exit(
            validate_by_mutants(
                loaded,
                units=units,
                sample=sample,
                profile=profile,
                seed=seed,
                as_json=as_json,
                page=page,
            )
        )
    if matrix is not None:
        from backproof.authoring.kill_matrix import kill_matrix

        with Progress("trying") as progress:
            made = kill_matrix(
                loaded, profile=profile, seed=seed, units=units, progress=progress.advance
            )
        write_atomically(matrix, made.to_csv().encode())
        click.echo(f"wrote {matrix}: {len(made.killed_by)} misconceptions")
        return
    if seeds is not None:
        sys.exit(_measure_case_counts(loaded, seeds, units))
    if accepted_seeds is not None:
        sys.exit(_validate_accepted(loaded, range(seed, seed + accepted_seeds), profile, units))
    from backproof.authoring.validate import render, validate_assignment
    from backproof.commands.validation_page import write_page

    with Progress("validating") as progress:
        findings = validate_assignment(
            loaded, profile=profile, seed=seed, units=units, progress=progress.advance
        )
    if page is not None:
        write_page(
            loaded, page, units=units, profile=profile, seed=seed, problems=findings.problems
        )
    click.echo(render(findings, as_json=as_json))
    sys.exit(NOT_ALL_RIGHT if findings.problems else 0)


def _validate_accepted(
    assignment: Assignment, seeds: Collection[int], profile: str, units: tuple[str, ...]
) -> int:
    """Print what accepted/ does not pass, and wrong verdicts; return the exit code."""
    from backproof.authoring.accepted import check_accepted, check_example_suites

    with Progress("checking accepted/") as progress:
        problems = check_accepted(
            assignment, seeds=seeds, profile=profile, units=units, progress=progress.advance
        )
    problems += check_example_suites(assignment)
    for problem in problems:
        click.echo(f"problem: {problem}")
    click.echo(f"{len(problems)} problems" if problems else "no problems")
    return NOT_ALL_RIGHT if problems else 0


def _measure_case_counts(assignment: Assignment, seeds: int, units: tuple[str, ...]) -> int:
    """Print the properties that have too few cases, and return the exit code."""
    from backproof.authoring.case_counts import MAX_SURVIVAL, find_shortages

    with Progress("counting") as progress:
        shortages = find_shortages(assignment, seeds=seeds, units=units, progress=progress.advance)
    for shortage in shortages:
        needed = shortage.needs or f"more than {shortage.has}"
        click.echo(f"{shortage.property} = {needed}  # has {shortage.has}, for {shortage.because}")
    subject = f"{len(shortages)} properties have" if shortages else "no property has"
    click.echo(f"{subject} too few cases for a survival of {MAX_SURVIVAL:g}")
    return NOT_ALL_RIGHT if shortages else 0
