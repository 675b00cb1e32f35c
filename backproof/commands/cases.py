"""``backproof cases``: what a property draws."""

from __future__ import annotations

import click

from backproof.assignment.config import load_assignment
from backproof.commands.common import one_line_errors, with_assignment, with_profile, with_seed


@click.command()
@click.argument("name", metavar="PROPERTY")
@click.option(
    "--show", default=3, show_default=True, type=click.IntRange(0), help="Cases to print."
)
@with_profile("grade")
@with_seed
@with_assignment
@one_line_errors
def cases(name: str, show: int, profile: str, seed: int, assignment: str | None) -> None:
    """Show the cases that a property draws.

    The first ones are printed as programs, then the sizes of what is drawn, the range of the
    numbers, and how many of the cases detect each mistake that names the property.
    """
    from backproof.authoring.shown_cases import show_cases

    loaded = load_assignment(assignment)
    click.echo(show_cases(loaded, name, shown=show, profile=profile, seed=seed).render())
