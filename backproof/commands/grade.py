"""``backproof grade``: a class."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backproof.assignment.config import load_assignment
from backproof.commands.common import (
    BAD_INPUT,
    OUR_FAULT,
    Progress,
    one_line_errors,
    with_assignment,
    with_attempts,
    with_confinement,
    with_gradebook,
    with_profile,
    with_seed,
)
from backproof.confined.level import PROCESS, STRICT
from backproof.errors import UserError
from backproof.processes import affinity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backproof.classroom.run import ClassRun

# As the shell says it of what was stopped by Ctrl-C.
_STOPPED = 130
_WIDTH_OF_A_FILE = 140
# A longer table is read by nobody; it is in the gradebook.
_MOST_ROWS = 60


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the results: the store, from which the same command goes on, and the reports.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME",
    help="A report to write to --out besides the gradebook: canvas, moodle or jsonl for the class; "
    "html for the class and for each submission; json, gradescope, prairielearn, classroom50, "
    "autolab, junit or markdown for each submission. "
    "May be repeated.",
)
@click.option(
    "--resume/--fresh",
    default=True,
    show_default=True,
    help="Go on with the store in --out, or set it aside and begin again.",
)
@click.option("--regrade", multiple=True, metavar="GLOB", help="Grade these names again.")
@with_attempts
@click.option(
    "--layout",
    default="auto",
    show_default=True,
    help="How PATHS are laid out: gradescope, canvas, moodle, github, plain, or as is evident.",
)
@click.option(
    "--pattern",
    metavar="REGEX",
    help="Matched by the path of each submission; its groups id, name, email, attempt say whose.",
)
@with_gradebook
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=lambda: len(affinity.allowed()) or os.cpu_count(),
    help="How many at a time; as many as there are processors by default.",
)
@click.option("--scheduler", metavar="ADDRESS", default="", help="Grade on a Dask cluster.")
@with_confinement(STRICT, PROCESS, STRICT)
@with_profile("grade")
@with_seed
@with_assignment
@one_line_errors
def grade(
    paths: tuple[str, ...],
    out: Path | None,
    formats: tuple[str, ...],
    resume: bool,
    regrade: tuple[str, ...],
    which: str,
    layout: str,
    pattern: str | None,
    gradebook: Any,
    jobs: int,
    scheduler: str,
    confinement: str,
    profile: str,
    seed: int,
    assignment: str | None,
) -> None:
    """Grade a class, confined, and say how it did.

    Each of PATHS is a submission, a folder of submissions, or a zip file of either, also as
    Gradescope, Canvas, Moodle and GitHub Classroom export them. With --out every result is kept
    as soon as it is there: a run that was stopped or killed goes on by the same command. Exit
    code: 0 if all were graded, 2 if a path cannot be used or this machine has no strict
    confinement, 3 if something could not be graded, 130 if it was stopped.
    """
    from rich.console import Console

    from backproof.classroom.run import ALL, BEST, STORE, ClassRun, require_formats
    from backproof.classroom.settings import Settings
    from backproof.classroom.store import Store
    from backproof.confined.level import require_level
    from backproof.confined.pool import observe_confinement
    from backproof.roster.attempts import latest
    from backproof.roster.find import find_attempts

    if formats and out is None:
        raise UserError("--format writes files: say where to with --out FOLDER")
    require_formats(formats)
    settings = Settings(load_assignment(assignment), profile, seed, confinement)
    console = Console()
    if not sys.stdout.isatty():
        console = Console(width=_WIDTH_OF_A_FILE)
    with ExitStack() as resources:
        temporary = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="backproof-")))
        found = find_attempts(
            paths, settings.assignment.units, layout=layout, pattern=pattern, scratch=temporary
        )
        attempts = found.attempts if which in (ALL, BEST) else latest(found.attempts)
        if not scheduler:
            observed = observe_confinement(settings.assignment)
            require_level(observed, confinement)
            console.print(f"confinement: {observed.summary()}", style="dim", highlight=False)
        store = resources.enter_context(
            Store.open((out or temporary) / STORE, settings.identity(), resume=resume)
        )
        for glob in regrade:
            store.forget(glob)
        run = ClassRun(settings, store, attempts, jobs, scheduler)
        try:
            _grade_pending(run, console)
        except KeyboardInterrupt:
            _say_how_to_go_on(run, out)
            sys.exit(_STOPPED)
        names = run.chosen(which)
        problems = [*found.problems]
        if out is not None:
            options: dict[str, dict[str, Any]] = {
                "gradebook": {"units": settings.assignment.units},
                "canvas": {"gradebook": gradebook.read() if gradebook else None},
            }
            wanted = list(dict.fromkeys(("gradebook", *formats)))
            with Progress("writing reports", len(wanted)) as progress:
                problems += run.write_reports(out, wanted, names, options, progress.advance)
        ungraded = _print(console, run, names, found.notes, problems, out)
    if ungraded:
        sys.exit(OUR_FAULT)
    sys.exit(BAD_INPUT if problems else 0)


def _grade_pending(run: ClassRun, console: Any) -> None:
    with Progress("looking for changes") as progress:
        pending = run.pending(progress.advance)
        before = len(run.attempts) - len(pending)
        if before:
            console.print(f"{before} graded before, {len(pending)} left", highlight=False)
        if not pending:
            return
        progress.begin("grading" if run.scheduler else "drawing the cases", None)

        def drawn(name: str, total: int) -> None:
            if progress.advance(name, total) == total:
                progress.begin("grading", len(pending))

        run.grade(pending, lambda result: progress.advance(result.name, len(pending)), drawn)


def _say_how_to_go_on(run: ClassRun, out: Path | None) -> None:
    names = {attempt.name for attempt in run.attempts}
    done = sum(row.name in names for row in run.store.summary())
    said = f"stopped: {done} of {len(names)} graded"
    kept = "; the same command goes on from here" if out else "; with --out they would be kept"
    click.echo(f"backproof: {said}{kept}", err=True)


def _print(
    console: Any,
    run: ClassRun,
    names: Sequence[str],
    notes: Sequence[str],
    problems: Sequence[str],
    out: Path | None,
) -> bool:
    """Print how the class did; tell whether something could not be graded."""
    from backproof.report.class_statistics import collect
    from backproof.report.terminal.class_table import print_lines, print_statistics, print_table

    statistics = collect(run.store.results(names))
    print_lines(console, notes, style="dim")
    if len(names) <= _MOST_ROWS:
        print_table(console, run.store.results(names), run.settings.assignment.units)
    if len(names) > 1:
        print_statistics(console, statistics)
    equal = [f"equal submissions: {', '.join(group)}" for group in run.duplicates]
    print_lines(console, equal, style="yellow")
    print_lines(console, [*problems, *statistics.not_graded_lines()], style="red")
    if out is not None:
        console.print(f"results are in {out}", style="dim", highlight=False, soft_wrap=True)
    return statistics.not_graded > 0
