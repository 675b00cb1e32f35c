"""``backproof demo``: the lecture's figures, drawn by the reference or by a student's code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backproof.assignment.config import load_assignment
from backproof.commands.common import Progress, one_line_errors, with_assignment
from backproof.confined.level import NONE, PROCESS
from backproof.errors import UserError
from backproof.exit_codes import NOT_ALL_RIGHT
from backproof.processes import affinity

if TYPE_CHECKING:
    from backproof.assignment.demos import Demonstration
    from backproof.authoring.figures import DrawnDemo, MeasuredSide

# Of what is printed below a heading: its left margin is the last.
_INDENT = (0, 0, 0, 4)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--out",
    default="figures",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write the figures to.",
)
@click.option("--submission", metavar="PATH", help="Draw this code too, beside the reference.")
@click.option("--confined", is_flag=True, help="Run the submission in confined processes.")
@click.option("--animate", is_flag=True, help="Write a GIF too, of the demos that move.")
@click.option(
    "--format",
    "suffix",
    type=click.Choice(["png", "svg"]),
    default="png",
    show_default=True,
    help="Of the figures.",
)
@click.option("--seed", default=0, show_default=True, help="Seed of all that is random.")
@click.option("--jobs", type=click.IntRange(1), help="How many at a time; one a core by default.")
@with_assignment
@one_line_errors
def demo(
    names: tuple[str, ...],
    out: Path,
    submission: str | None,
    confined: bool,
    animate: bool,
    suffix: str,
    seed: int,
    jobs: int | None,
    assignment: str | None,
) -> None:
    """Measure and draw what the lecture claims; without a NAME, list the demos.

    NAME is the name or the number of a demo, or `all`. Exit code: 0 if every claim holds, 1 if
    one does not on the code that was measured, or could not be measured, 2 if something that was
    given cannot be used.
    """
    from backproof.assignment.demos import choose, load_demos

    loaded = load_assignment(assignment)
    demos = load_demos(loaded)
    if not names:
        _list(demos)
        return
    chosen = choose(demos, names)
    _require_matplotlib()

    from backproof.authoring.figures import DrawRequest, demonstrate_all
    from backproof.intake.reader import read_submission

    if submission is None and not loaded.reference.is_dir():
        raise UserError(
            "this copy of Backproof has no reference/ to draw: name your code with "
            "--submission PATH"
        )
    intake = None if submission is None else read_submission(submission, loaded.units)
    confinement = PROCESS if confined else NONE
    jobs = min(jobs or len(affinity.allowed()) or os.cpu_count() or 1, len(chosen))
    order = DrawRequest(loaded, out, intake, confinement, seed, suffix, animate)
    all_hold = True
    with Progress("drawing", len(chosen)) as progress:
        results = demonstrate_all(chosen, order, jobs)
        for one, shown in zip(chosen, results, strict=True):
            progress.advance(one.name, len(chosen))
            _print(one, shown, animate)
            all_hold = all_hold and shown.holds
    sys.exit(0 if all_hold else NOT_ALL_RIGHT)


def _require_matplotlib() -> None:
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise UserError(
            "figures are drawn with matplotlib, which is not installed: "
            'pip install "backproof[figures]"'
        ) from None


def _list(demos: Sequence[Demonstration]) -> None:
    from rich.console import Console
    from rich.padding import Padding

    console = Console(highlight=False, markup=False)
    for one in demos:
        console.print(_heading(one), style="bold")
        console.print(Padding(", ".join(one.about.functions), _INDENT), style="dim")


def _heading(one: Demonstration) -> str:
    return f"{one.about.number:2}  {one.name}: {one.about.title}"


def _print(one: Demonstration, shown: DrawnDemo, animate: bool) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table

    console = Console(highlight=False, markup=False)
    console.print(_heading(one), style="bold")
    console.print(Padding(one.about.claim, _INDENT))
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("measured")
    for side in shown.sides:
        table.add_column(side.who, justify="right")
    for name in {name: None for side in shown.sides for name in side.numbers}:
        table.add_row(name, *(_number(side, name) for side in shown.sides))
    console.print(Padding(table, _INDENT))
    for side in shown.sides:
        said = side.remark or f"{side.who.capitalize()}: holds."
        console.print(Padding(said, _INDENT), style="red" if side.problem else "green")
    if animate and not one.moves:
        console.print(Padding("There is no animation of this demo.", _INDENT))
    for file in shown.files:
        console.print(f"    {file}", soft_wrap=True)


def _number(side: MeasuredSide, name: str) -> str:
    return f"{side.numbers[name]:.4g}" if name in side.numbers else ""
