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

# The padding of text below a heading: top, right, bottom and left.
_INDENTED = (0, 0, 0, 4)


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
    help="Format of the figures.",
)
@click.option("--seed", default=0, show_default=True, help="Seed of all random numbers.")
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

    NAME is the name or the number of a demo, or `all`. Exit code: 0 if every claim holds, 1 if one
    does not hold on the measured code or could not be measured, 2 if an argument cannot be used.
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
    submitted = None if submission is None else read_submission(submission, loaded.units)
    confinement = PROCESS if confined else NONE
    jobs = min(jobs or len(affinity.allowed()) or os.cpu_count() or 1, len(chosen))
    request = DrawRequest(loaded, out, submitted, confinement, seed, suffix, animate)
    all_hold = True
    with Progress("drawing", len(chosen)) as progress:
        results = demonstrate_all(chosen, request, jobs)
        for each, drawn in zip(chosen, results, strict=True):
            progress.advance(each.name, len(chosen))
            _print(each, drawn, animate)
            all_hold = all_hold and drawn.holds
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
    for each in demos:
        console.print(_heading(each), style="bold")
        console.print(Padding(", ".join(each.about.functions), _INDENTED), style="dim")


def _heading(demo: Demonstration) -> str:
    return f"{demo.about.number:2}  {demo.name}: {demo.about.title}"


def _print(demo: Demonstration, drawn: DrawnDemo, animate: bool) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table

    console = Console(highlight=False, markup=False)
    console.print(_heading(demo), style="bold")
    console.print(Padding(demo.about.claim, _INDENTED))
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("measured")
    for side in drawn.sides:
        table.add_column(side.who, justify="right")
    for name in {name: None for side in drawn.sides for name in side.numbers}:
        table.add_row(name, *(_number(side, name) for side in drawn.sides))
    console.print(Padding(table, _INDENTED))
    for side in drawn.sides:
        remark = side.remark or f"{side.who.capitalize()}: holds."
        console.print(Padding(remark, _INDENTED), style="red" if side.problem else "green")
    if animate and not demo.moves:
        console.print(Padding("There is no animation of this demo.", _INDENTED))
    for file in drawn.files:
        console.print(f"    {file}", soft_wrap=True)


def _number(side: MeasuredSide, name: str) -> str:
    return f"{side.numbers[name]:.4g}" if name in side.numbers else ""
