"""Options, error handling and the progress bar that the commands share."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from backproof.errors import UserError
from backproof.exit_codes import BAD_INPUT, GRADER_FAULT, NOT_ALL_RIGHT
from backproof.grades.outcomes import NOT_GRADED, PASSED, Grade
from backproof.suite.profiles import PROFILES

_REFRESH_SECONDS = 0.1

with_assignment = click.option(
    "--assignment",
    metavar="PATH",
    help="Folder of the assignment; by default that of the current folder or of one above it, or "
    "the one that BACKPROOF_ASSIGNMENT names, or the one that comes with Backproof.",
)
with_units = click.option("--unit", "units", multiple=True, help="Only this unit; may be repeated.")
with_attempts = click.option(
    "--attempts",
    "counting",
    type=click.Choice(("newest", "best", "all")),
    default="newest",
    show_default=True,
    help="Which of a student's attempts count.",
)
with_gradebook = click.option(
    "--gradebook",
    type=click.File(encoding="utf-8-sig"),
    help="A gradebook exported from Canvas, whose rows and IDs the canvas format keeps.",
)
with_column = click.option(
    "--column",
    default="",
    help="The column of that gradebook to fill, such as 'Homework 2 (7711)'; by default the one "
    "with the assignment's title.",
)
with_roster = click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The students of the course, who all get a row: a CSV file with the columns id, email or "
    "name, and perhaps section and extension, such as a roster or the scores of Gradescope; a "
    "gradebook of Canvas or a worksheet of Moodle. It is kept for later reports.",
)
with_seed = click.option("--seed", default=0, show_default=True, help="Seed of the cases.")


def with_profile(default: str) -> Callable[[Any], Any]:
    """Return the option ``--profile``, which chooses the number of cases."""
    return click.option(
        "--profile",
        type=click.Choice([*PROFILES]),
        default=default,
        show_default=True,
        help="Number of cases: 30 for each property in grade; in the others 10, 100 or 1000 for "
        "each set of its parameters.",
    )


def with_confinement(default: str, *choices: str) -> Callable[[Any], Any]:
    """Return the option ``--confinement`` with some of the levels as its choices."""
    return click.option(
        "--confinement",
        type=click.Choice(choices),
        default=default,
        show_default=True,
        help="strict: refuse to run unless this system can confine fully; process: confine as far "
        "as this system can.",
    )


def one_line_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a ``UserError`` into one line on standard error and exit code 2."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except UserError as error:
            click.echo(f"backproof: {error}", err=True)
            sys.exit(BAD_INPUT)

    return guarded


def exit_code(grade: Grade) -> int:
    """Return the exit code for a grade."""
    if grade.count(NOT_GRADED):
        return GRADER_FAULT
    return 0 if grade.count(PASSED) == len(grade.outcomes) else NOT_ALL_RIGHT


class Progress:
    """Progress on standard error: a bar with the time left, or a line now and then in a file.

    Args:
        description: The text beside the bar.
        total: The number of steps, if known.
        threadless: Whether the bar is redrawn by ``advance`` alone, and not by a thread of its
            own. Needed where processes are forked meanwhile.
        seconds_between_lines: The least time between lines, where there is no terminal.

    """

    def __init__(
        self,
        description: str,
        total: int | None = None,
        *,
        threadless: bool = False,
        seconds_between_lines: float = 10.0,
    ) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        self._bar = Progress(
            "{task.description}",
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            auto_refresh=not threadless,
            # Rich takes any file for a terminal if FORCE_COLOR is set.
            disable=not sys.stderr.isatty(),
        )
        self._threadless = threadless
        self._refreshed = 0.0
        self._seconds_between_lines = seconds_between_lines
        self._said = time.monotonic()
        self._start_task(description, total)

    def begin(self, description: str, total: int | None = None) -> None:
        """Start again from 0, with another description."""
        self._bar.remove_task(self._task)
        self._start_task(description, total)

    def advance(self, _name: str, total: int) -> int:
        """Count one more step of ``total`` and return the number of finished steps."""
        self._done += 1
        self._bar.update(self._task, advance=1, total=total)
        if self._bar.disable and time.monotonic() - self._said > self._seconds_between_lines:
            self._said = time.monotonic()
            click.echo(f"{self._description}: {self._done} of {total}", err=True)
        if self._threadless and time.monotonic() - self._refreshed > _REFRESH_SECONDS:
            self._refreshed = time.monotonic()
            self._bar.refresh()
        return self._done

    def _start_task(self, description: str, total: int | None) -> None:
        self._task = self._bar.add_task(description, total=total)
        self._description, self._done = description, 0

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._bar.stop()
