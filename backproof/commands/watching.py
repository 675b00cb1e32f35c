"""``backproof check --watch``: an answer at every save."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from backproof.commands.common import NOT_ALL_RIGHT, Progress, code_of
from backproof.errors import UserError
from backproof.grades.outcomes import Grade
from backproof.suite.collect import with_suite
from backproof.suite.suite import Suite
from backproof.watch.file_changes import Changes

if TYPE_CHECKING:
    from backproof.commands.check_request import CheckRequest
    from backproof.watch.watch import Answer

# On a terminal of 24 lines that is one.
_MOST_FAILURES, _LINES_OF_A_FAILURE, _OTHER_LINES = 4, 13, 9


def keep_checking(wanted: CheckRequest) -> int:
    """Check now and at every save, until Ctrl-C; give the exit code of the last grade.

    Raises:
        UserError: The submission cannot be used, or not be watched.
    """
    screen = _Screen(wanted)
    options = {name: wanted.options[name] for name in ("profile", "seed", "units")}
    with Changes(Path(wanted.path)) as changes, contextlib.suppress(KeyboardInterrupt):
        with_suite(wanted.assignment, lambda suite: screen.follow(suite, changes), **options)
    return NOT_ALL_RIGHT if screen.grade is None else code_of(screen.grade)


class _Screen:
    """Shows the answers: on a terminal each in place of the one before, else below it."""

    def __init__(self, wanted: CheckRequest) -> None:
        from rich.console import Console

        self._wanted = wanted
        self._console = Console()
        self._progress: Progress | None = None
        self.grade: Grade | None = None

    def follow(self, suite: Suite, changes: Changes) -> None:
        """Show an answer after each change, without an end."""
        from backproof.watch.watch import Watch

        wanted = self._wanted
        most = _MOST_FAILURES
        if sys.stdout.isatty():  # what is to be done next shall not scroll away
            most = max(1, (self._console.height - _OTHER_LINES) // _LINES_OF_A_FAILURE)
        watch = Watch(
            suite,
            wanted.assignment,
            wanted.path,
            wanted.names,
            wanted.hidden,
            min(most, _MOST_FAILURES),
            self._advance,
        )
        watch.follow(changes, self._show)

    def _advance(self, done: int, total: int) -> None:
        what = f"checking {Path(self._wanted.path).name}"
        if self._progress is None:
            self._progress = Progress(what, total, alone=True).__enter__()
        if done == 1:
            self._progress.begin(what, total)
        self._progress.advance("", total)

    def _show(self, answer: Answer | UserError) -> None:
        from backproof.report.terminal.watch_answer import print_answer

        if self._progress is not None:
            self._progress.__exit__()
            self._progress = None
        if sys.stdout.isatty():
            self._console.clear()
        if isinstance(answer, UserError):
            self._console.print(f"{answer}", style="red", markup=False, highlight=False)
        else:
            self.grade = answer.grade
            print_answer(self._console, answer)
        now = time.strftime("%H:%M:%S")
        self._console.print(
            f"{now}  waiting for the next save; Ctrl-C ends", style="dim", highlight=False
        )
        sys.stdout.flush()
