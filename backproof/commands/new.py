"""``backproof new``: an assignment that works at once, to be changed into one's own."""

from __future__ import annotations

from pathlib import Path

import click

from backproof.commands.common import one_line_errors


@click.command()
@click.argument("name", type=click.Path(path_type=Path))
@click.option("--units", metavar="A,B", help="The modules that students write, in order.")
@click.option(
    "--from",
    "given",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Right code of the first unit, whose results are recorded as its first rules.",
)
@one_line_errors
def new(name: Path, units: str | None, given: Path | None) -> None:
    """Write a new assignment into the folder NAME.

    It works at once: `backproof validate` and `backproof grade examples` pass in it. The first line
    of each file says what to change.
    """
    from backproof.authoring.new_assignment import write_new

    chosen = [unit.strip() for unit in units.split(",")] if units else []
    for path in write_new(name, chosen, given):
        click.echo(f"wrote: {name / path}")
    click.echo(f"next: cd {name}, then backproof validate")
