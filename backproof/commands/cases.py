"""``backproof cases``: what a property draws."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from backproof.assignment.config import load_assignment
from backproof.commands.common import one_line_errors, with_assignment, with_profile, with_seed
from backproof.errors import UserError


@click.command()
@click.argument("name", metavar="PROPERTY")
@click.option(
    "--show", default=3, show_default=True, type=click.IntRange(0), help="Cases to print."
)
@click.option(
    "--observe",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Let Hypothesis write what it observes of each case to FOLDER/observed, for Tyche.",
)
@with_profile("grade")
@with_seed
@with_assignment
@one_line_errors
def cases(
    name: str, show: int, folder: Path | None, profile: str, seed: int, assignment: str | None
) -> None:
    """Show the cases that a property draws.

    The first ones are printed as programs, then how many were discarded, how the sizes and numbers
    are distributed, and how many of the cases detect each mistake that names the property.
    """
    if folder is not None:
        _observe(folder)
    from backproof.authoring.shown_cases import show_cases

    loaded = load_assignment(assignment)
    click.echo(show_cases(loaded, name, shown=show, profile=profile, seed=seed).render())
    if folder is not None:
        for file in sorted((folder / "observed").glob("*.jsonl")):
            click.echo(f"observed: {file}")


def _observe(folder: Path) -> None:
    """Turn on Hypothesis' observability, which it asks for in the environment when it is loaded.

    Raises:
        UserError: It is loaded already.

    """
    if "hypothesis" in sys.modules:
        raise UserError("--observe works in a process of its own: Hypothesis is loaded already")
    os.environ["HYPOTHESIS_EXPERIMENTAL_OBSERVABILITY"] = "1"
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(folder)
