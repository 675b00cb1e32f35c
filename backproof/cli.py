"""The command line: ``backproof check``, ``grade``, ``template`` and ``validate``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TextIO

import click

import backproof
from backproof.assignment import load_assignment
from backproof.errors import UserError
from backproof.outcomes import NOT_GRADED, PASSED
from backproof.probing import NONE, PROCESS, STRICT

PROFILES = ("quick", "grade", "ci", "thorough")

# Exit codes: 0 well, 1 the submission or assignment is not all right, 2 the input cannot be
# used, 3 a fault of ours kept something from being graded.
_NOT_ALL_RIGHT, _BAD_INPUT, _OUR_FAULT = 1, 2, 3

# Columns of a table that goes to a file or a log, where nothing says how wide it may be.
_WIDTH_OF_A_FILE = 140

with_assignment = click.option(
    "--assignment",
    metavar="PATH",
    help="Folder of the assignment; by default the one that comes with Backproof.",
)
with_units = click.option("--unit", "units", multiple=True, help="Only this unit; may be repeated.")
with_seed = click.option("--seed", default=0, show_default=True, help="Seed of the cases.")


def with_profile(default: str) -> Callable[[Any], Any]:
    """Offer the Hypothesis profiles."""
    return click.option(
        "--profile",
        type=click.Choice(PROFILES),
        default=default,
        show_default=True,
        help="How many cases per property: 10, 40, 100 or 1000.",
    )


def with_confinement(default: str, *choices: str) -> Callable[[Any], Any]:
    """Offer the levels of confinement."""
    return click.option(
        "--confinement",
        type=click.Choice(choices),
        default=default,
        show_default=True,
        help="strict: confined by the system, or not at all; process: as far as it can be done.",
    )


def one_line_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a ``UserError`` into one line on standard error and exit code 2."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except UserError as error:
            click.echo(f"backproof: {error}", err=True)
            sys.exit(_BAD_INPUT)

    return guarded


@click.group()
@click.version_option(backproof.__version__)
def main() -> None:
    """Check code for the lecture "Optimizing neural networks" against what must be true of it."""


@main.command()
@click.argument("path")
@with_units
@click.option("--json", "as_json", is_flag=True, help="Print the grade as JSON, nothing else.")
@click.option("--confined", is_flag=True, help="The same as --confinement process.")
@with_confinement(NONE, NONE, PROCESS, STRICT)
@click.option("--show-hidden", is_flag=True, help="Show hidden properties too: for instructors.")
@with_profile("quick")
@with_seed
@with_assignment
@one_line_errors
def check(
    path: str,
    units: tuple[str, ...],
    as_json: bool,
    confined: bool,
    confinement: str,
    show_hidden: bool,
    profile: str,
    seed: int,
    assignment: str | None,
) -> None:
    """Check one submission and say what is wrong and why.

    PATH is a folder with the modules activations.py, layers.py and so on, a zip file of one, a
    single .py file or a notebook. It runs in this process unless it is --confined: code that is
    not your own should be. Exit code: 0 if all passed, 1 if not, 2 if PATH cannot be used, 3 if
    something could not be graded.
    """
    from backproof.grading import check_submission
    from backproof.outcomes import for_student
    from backproof.report import json as json_report

    loaded = load_assignment(assignment)
    if confined and confinement == NONE:
        confinement = PROCESS
    options: dict[str, Any] = {"assignment": loaded, "profile": profile, "seed": seed}
    options |= {"units": units, "confinement": confinement}
    hidden = frozenset() if show_hidden else loaded.hidden
    if as_json:
        with _only_ours(sys.stdout) as out:
            grade = check_submission(path, **options)
            out.write(json_report.render(for_student(grade, hidden)) + "\n")
    else:
        from rich.console import Console

        from backproof.report.terminal import print_grade

        console = Console()
        with _Progress(f"checking {Path(path).name}") as progress:
            grade = check_submission(path, progress=progress.advance, **options)
        print_grade(console, for_student(grade, hidden), loaded.title)
    if grade.count(NOT_GRADED):
        sys.exit(_OUR_FAULT)
    sys.exit(0 if grade.count(PASSED) == len(grade.outcomes) else _NOT_ALL_RIGHT)


@main.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count(), help="How many at a time.")
@with_confinement(STRICT, PROCESS, STRICT)
@with_profile("grade")
@with_seed
@with_assignment
@one_line_errors
def grade(
    paths: tuple[str, ...],
    jobs: int,
    confinement: str,
    profile: str,
    seed: int,
    assignment: str | None,
) -> None:
    """Grade many submissions, confined, and print a table.

    Each of PATHS is a submission, or a folder of submissions. Exit code: 0 if all were graded,
    2 if a path cannot be used or this machine has no strict confinement, 3 if something could not
    be graded.
    """
    from rich.console import Console

    from backproof.classroom import find_submissions, grade_all
    from backproof.confined import observe
    from backproof.outcomes import Grade
    from backproof.probing import require_level
    from backproof.report.terminal import print_class

    loaded = load_assignment(assignment)
    submissions, problems = find_submissions(paths, loaded.units)
    observed = observe(loaded)
    require_level(observed, confinement)
    results: dict[Path, Grade | str] = {}
    with _Progress("grading", len(submissions)) as progress:
        graded = grade_all(
            submissions,
            assignment=loaded,
            profile=profile,
            seed=seed,
            jobs=jobs,
            confinement=confinement,
        )
        for path, result in graded:
            results[path] = result
            progress.advance(path.name, len(submissions))
    in_order = [results[path] for path in submissions]
    faults = [result for result in in_order if isinstance(result, str)]
    grades = [result for result in in_order if isinstance(result, Grade)]
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_OF_A_FILE)
    console.print(f"confinement: {observed.summary()}", style="dim", highlight=False)
    print_class(console, grades, [*problems, *faults])
    if faults or any(entry.count(NOT_GRADED) for entry in grades):
        sys.exit(_OUR_FAULT)
    sys.exit(_BAD_INPUT if problems else 0)


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if stale.")
@with_assignment
@one_line_errors
def template(only_check: bool, assignment: str | None) -> None:
    """Write student_template/ from reference/: the same signatures and docstrings, no bodies."""
    from backproof.template import stale_files, write_template

    loaded = load_assignment(assignment)
    stale = stale_files(loaded)
    if not only_check:
        write_template(loaded)
    for name in stale:
        click.echo(f"{'stale' if only_check else 'wrote'}: student_template/{name}")
    sys.exit(_NOT_ALL_RIGHT if only_check and stale else 0)


@main.command()
@with_units
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@with_profile("quick")
@with_seed
@with_assignment
@one_line_errors
def validate(
    units: tuple[str, ...], as_json: bool, profile: str, seed: int, assignment: str | None
) -> None:
    """Prove that the assignment's properties bite, and only where they should.

    The reference passes everything, the template is not started, every misconception fails the
    properties that claim it, every property fails one, and no two misconceptions of a function
    behave alike. Exit code 1 if any of this is not so.
    """
    from backproof.validation import render, validate_assignment

    loaded = load_assignment(assignment)
    with _Progress("validating") as progress:
        findings = validate_assignment(
            loaded, profile=profile, seed=seed, units=units, progress=progress.advance
        )
    click.echo(render(findings, as_json=as_json))
    sys.exit(_NOT_ALL_RIGHT if findings.problems else 0)


class _Progress:
    """A bar on standard error with the time left; silent where that is no terminal."""

    def __init__(self, what: str, total: int | None = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        console = Console(stderr=True)
        self._bar = Progress(
            "{task.description}",
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(what, total=total)

    def advance(self, _name: str, total: int) -> None:
        """One of ``total`` is done."""
        self._bar.update(self._task, advance=1, total=total)

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._bar.stop()


class _only_ours:  # noqa: N801  # used as a function
    """Keep a stream for ourselves: what else is printed meanwhile, and at exit, is dropped."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __enter__(self) -> TextIO:
        self._stream.flush()
        private = os.dup(self._stream.fileno())
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
        self._out = os.fdopen(private, "w", encoding="utf-8")
        return self._out

    def __exit__(self, *_exception: object) -> None:
        self._out.close()
