"""The screen of ``check --watch`` after a change: what changed, and the cause to fix first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group
from rich.text import Text

from backproof.grades.outcomes import Grade
from backproof.report.scores import number
from backproof.report.terminal.cause import lines_of
from backproof.report.terminal.grade import next_line, print_causes, units_line

_MAX_FILES = 5
_OPTIONS = ("--case", "--pdb", "--all")


def print_answer(
    console: Console,
    grade: Grade,
    *,
    changed: Sequence[str],
    units: Sequence[str],
    since: str,
    seconds: float,
) -> None:
    """Print the result of one change.

    Args:
        console: Where to print.
        grade: The grade of the whole submission.
        changed: The changed files; empty after the start.
        units: The units that were checked again.
        since: The change since the last check, in words.
        seconds: The time between the change and its result.

    """
    points = f"{number(grade.score)} of {number(grade.max_score)} points, {seconds:.1f} s"
    head = Group(
        _headline(changed, units),
        Text(f"{points}: {since}" if since else points, style="bold"),
        units_line(grade),
        "",
    )
    tail = next_line(grade, _OPTIONS)
    console.print(head)
    print_causes(console, grade, lines_of(console, head, tail))
    console.print(tail)


def _headline(changed: Sequence[str], units: Sequence[str]) -> Text:
    checked = f"checked {', '.join(units)}" if units else "nothing to check again"
    if not changed:
        return Text(checked, style="bold")
    files = ", ".join(changed[:_MAX_FILES])
    more = len(changed) - _MAX_FILES
    return Text(f"{files}{f' and {more} more' if more > 0 else ''} changed: {checked}", "bold")
