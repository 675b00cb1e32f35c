"""``backproof check --watch``: check again at every save."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from backproof.commands.common import Progress, exit_code
from backproof.errors import UserError
from backproof.exit_codes import NOT_ALL_RIGHT
from backproof.grades.outcomes import Grade
from backproof.report.terminal.watch_answer import print_answer
from backproof.suite.collect import with_suite
from backproof.suite.suite import Suite
from backproof.watch.file_changes import Changes
from backproof.watch.watch import Answer, Watch

if TYPE_CHECKING:
    from backproof.commands.check_request import CheckRequest


def keep_checking(request: CheckRequest) -> int:
    """Check now and at every save until Ctrl-C, and return the exit code of the last grade.

    Raises:
        UserError: The submission cannot be used or watched.
    """
    screen = _Screen(request)
    with Changes(Path(request.path)) as changes, contextlib.suppress(KeyboardInterrupt):
        with_suite(
            request.assignment,
            lambda suite: screen.follow(suite, changes),
            profile=request.profile,
            seed=request.seed,
            units=request.units,
        )
    return NOT_ALL_RIGHT if screen.grade is None else exit_code(screen.grade)


class _Screen:
    """Shows the answers: on a terminal each replaces the previous one, elsewhere it is appended."""

    def __init__(self, request: CheckRequest) -> None:
        self._request = request
        self._console = Console()
        self._progress: Progress | None = None
        self.grade: Grade | None = None

    def follow(self, suite: Suite, changes: Changes) -> None:
        """Show an answer after each change, until interrupted."""
        request = self._request
        watch = Watch(
            suite,
            request.path,
            request.properties,
            request.hidden,
            self._advance,
        )
        watch.follow(changes, self._show)

    def _advance(self, done: int, total: int) -> None:
        description = f"checking {Path(self._request.path).name}"
        if self._progress is None:
            self._progress = Progress(description, total, threadless=True).__enter__()
        if done == 1:
            self._progress.begin(description, total)
        self._progress.advance("", total)

    def _show(self, answer: Answer | UserError) -> None:
        if self._progress is not None:
            self._progress.__exit__()
            self._progress = None
        if sys.stdout.isatty():
            self._console.clear()
        if isinstance(answer, UserError):
            self._console.print(f"{answer}", style="red", markup=False, highlight=False)
        else:
            self.grade = answer.grade
            print_answer(
                self._console,
                answer.grade,
                changed=answer.changed,
                units=answer.units,
                since=answer.since,
                seconds=answer.seconds,
            )
        now = time.strftime("%H:%M:%S")
        self._console.print(
            f"{now}  waiting for the next save; Ctrl-C ends", style="dim", highlight=False
        )
        sys.stdout.flush()
