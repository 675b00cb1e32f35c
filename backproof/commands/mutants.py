"""``backproof validate --mutants``: measure how many mutants of the reference are killed."""

from __future__ import annotations

import json
from pathlib import Path

import click

from backproof.assignment.config import Assignment
from backproof.commands.common import Progress
from backproof.commands.validation_page import write_page
from backproof.exit_codes import NOT_ALL_RIGHT


def validate_by_mutants(
    assignment: Assignment,
    *,
    units: tuple[str, ...],
    sample: int | None,
    profile: str,
    seed: int,
    as_json: bool,
    page: Path | None,
) -> int:
    """Try mutants, print and write the results, and return the exit code.

    Args:
        assignment: The assignment.
        units: The units whose mutants are tried; all by default.
        sample: The number of mutants to try; all by default.
        profile: The profile of the cases.
        seed: The seed of the cases and of the sample.
        as_json: Whether to print JSON.
        page: The file of the HTML page, if one is written.

    """
    from backproof.mutation.findings import document_of, lines_of
    from backproof.mutation.measure import measure_strength

    with Progress("trying mutants", threadless=True) as progress:
        strength = measure_strength(
            assignment,
            profile=profile,
            seed=seed,
            units=units,
            sample=sample,
            progress=progress.advance,
        )
    document = document_of(strength)
    if page is not None:
        write_page(assignment, page, units=units, profile=profile, seed=seed, mutants=document)
    if as_json:
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(lines_of(document)))
    return 0 if strength.is_sufficient else NOT_ALL_RIGHT
