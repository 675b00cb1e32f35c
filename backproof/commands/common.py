"""What the commands share: options, errors for people, a bar."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from backproof.errors import UserError
from backproof.grades.outcomes import NOT_GRADED, PASSED, Grade

PROFILES = ("quick", "grade", "ci", "thorough")

# Exit codes: 0 well, 1 the submission or assignment is not all right, 2 the input cannot be
# used, 3 a fault of ours kept something from being graded.
NOT_ALL_RIGHT, BAD_INPUT, OUR_FAULT = 1, 2, 3

_REFRESH_SECONDS = 0.1

with_assignment = click.option(
    "--assignment",
    metavar="PATH",
    help="Folder of the assignment; by default the one that comes with Backproof.",
)
with_units = click.option("--unit", "units", multiple=True, help="Only this unit; may be repeated.")
with_attempts = click.option(
    "--attempts",
    "which",
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
with_seed = click.option("--seed", default=0, show_default=True, help="Seed of the cases.")


def with_profile(default: str) -> Callable[[Any], Any]:
    """Offer the Hypothesis profiles."""
    return click.option(
        "--profile",
        type=click.Choice(PROFILES),
        default=default,
        show_default=True,
        help="How many cases: 30 a property to grade; else 10, 100 or 1000 for each parameter.",
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
            sys.exit(BAD_INPUT)

    return guarded


def code_of(grade: Grade) -> int:
    """Give the exit code that says how a submission did."""
    if grade.count(NOT_GRADED):
        return OUR_FAULT
    return 0 if grade.count(PASSED) == len(grade.outcomes) else NOT_ALL_RIGHT


class Progress:
    """A bar on standard error with the time left; silent where that is no terminal.

    Args:
        what: What is being done.
        total: How many steps it has, if that is known.
        alone: Whether to move the bar without a thread, where processes are forked meanwhile.

    """

    def __init__(self, what: str, total: int | None = None, *, alone: bool = False) -> None:
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
            auto_refresh=not alone,
            # Not what rich thinks of it: FORCE_COLOR makes that any file.
            disable=not sys.stderr.isatty(),
        )
        self._alone = alone
        self._refreshed = 0.0
        self._task = self._bar.add_task(what, total=total)
        self._done = 0

    def begin(self, what: str, total: int | None = None) -> None:
        """Go on with something else, from 0 again."""
        self._bar.remove_task(self._task)
        self._task = self._bar.add_task(what, total=total)
        self._done = 0

    def advance(self, _name: str, total: int) -> int:
        """One more of ``total`` is done; tell how many are by now."""
        self._done += 1
        self._bar.update(self._task, advance=1, total=total)
        if self._alone and time.monotonic() - self._refreshed > _REFRESH_SECONDS:
            self._refreshed = time.monotonic()
            self._bar.refresh()
        return self._done

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._bar.stop()
