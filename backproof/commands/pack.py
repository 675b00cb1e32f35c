"""``backproof pack``: archives for a course platform and for students."""

from __future__ import annotations

from pathlib import Path

import click

from backproof.assignment.config import load_assignment
from backproof.atomic_write import write_atomically
from backproof.commands.common import (
    one_line_errors,
    with_assignment,
    with_confinement,
    with_profile,
    with_seed,
)
from backproof.confined.level import PROCESS, STRICT

# Gradescope ends a run after 600 seconds. The rest is for the start, and for a call that is running
# when the limit is reached.
_MAX_SECONDS = 480

_to_file = click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The zip file to write.",
)


@click.group()
def pack() -> None:
    """Pack a zip file for a course platform, or for students."""


@pack.command()
@_to_file
@with_profile("grade")
@with_seed
@with_confinement(STRICT, PROCESS, STRICT)
@click.option("--python", default="3.12", show_default=True, help="Python of the autograder.")
@click.option(
    "--offline",
    is_flag=True,
    help="Include all wheels, so that the autograder needs no package index.",
)
@click.option(
    "--publish-hidden",
    is_flag=True,
    help="Add hidden properties in full: staff see them at once, and students after the grades "
    "are published. Until then Gradescope hides the total, too.",
)
@click.option(
    "--tests", is_flag=True, help="Grade the tests that students write, in place of their code."
)
@with_assignment
@one_line_errors
def gradescope(
    out: Path,
    profile: str,
    seed: int,
    confinement: str,
    python: str,
    offline: bool,
    publish_hidden: bool,
    tests: bool,
    assignment: str | None,
) -> None:
    """Pack an autograder to upload to Gradescope.

    It grades as `backproof check` does here, with the same versions of all packages but Python. A
    fault of the grader leaves no score there.
    """
    from backproof.packing.gradescope import pack_gradescope

    loaded = load_assignment(assignment)
    packed = pack_gradescope(
        loaded,
        profile=profile,
        seed=seed,
        confinement=confinement,
        python=python,
        offline=offline,
        publish_hidden=publish_hidden,
        tests=tests,
    )
    write_atomically(out, packed)
    click.echo(f"wrote {out}: {loaded.title}, with Python {python}, confinement {confinement}")
    if loaded.seconds_per_submission > _MAX_SECONDS:
        click.echo(
            f"note: Gradescope ends a run after 10 minutes, with 0 points and no reason, and "
            f"seconds_per_submission is {loaded.seconds_per_submission:g}: raise the time limit "
            "in the assignment's settings there, or pack with less"
        )


@pack.command()
@_to_file
@click.option(
    "--with-checker",
    is_flag=True,
    help="Include a Backproof for checking: it has the properties, but not the reference.",
)
@with_assignment
@one_line_errors
def student(out: Path, with_checker: bool, assignment: str | None) -> None:
    """Pack the template and its README for students."""
    from backproof.packing.student import pack_student

    loaded = load_assignment(assignment)
    write_atomically(out, pack_student(loaded, with_checker=with_checker))
    click.echo(f"wrote {out}: {loaded.title}{', with a checker' if with_checker else ''}")
