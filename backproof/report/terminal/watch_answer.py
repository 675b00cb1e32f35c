"""The screen of ``check --watch`` after a change: the next step, then the other failures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.text import Text

from backproof.grades.outcomes import MARKS, PASSED, STATUSES, Grade, Outcome
from backproof.report.scores import number
from backproof.report.terminal.grade import STYLES, next_line, print_failures

_MAX_FILES = 5
_WORST_FIRST = (*(status for status in STATUSES if status != PASSED), PASSED)


def print_answer(
    console: Console,
    grade: Grade,
    *,
    changed: Sequence[str],
    units: Sequence[str],
    causes: Sequence[Sequence[Outcome]],
    left_out: int,
    seconds: float,
) -> None:
    """Print the result of one change.

    Args:
        console: Where to print.
        grade: The grade of the whole submission.
        changed: The changed files; empty after the start.
        units: The units that were checked again.
        causes: The failures to show, grouped by cause.
        left_out: The number of causes that are not shown.
        seconds: The time between the change and its result.

    """
    console.print(_headline(changed, units))
    console.print(next_line(grade))
    print_failures(console, causes)
    if left_out:
        console.print(Text(f"… and {left_out} more: `backproof check` lists them all", style="dim"))
    console.print(_units_line(grade))
    points = f"{number(grade.score)} of {number(grade.max_score)} points"
    console.print(Text(f"{points}, {seconds:.1f} s"))


def _headline(changed: Sequence[str], units: Sequence[str]) -> Text:
    checked = f"checked {', '.join(units)}" if units else "nothing to check again"
    if not changed:
        return Text(checked, style="bold")
    files = ", ".join(changed[:_MAX_FILES])
    more = len(changed) - _MAX_FILES
    return Text(f"{files}{f' and {more} more' if more > 0 else ''} changed: {checked}", "bold")


def _units_line(grade: Grade) -> RenderableType:
    """Return one line with each unit's worst status and number of passed properties."""
    line = Text()
    for unit in dict.fromkeys(outcome.unit for outcome in grade.outcomes):
        counts = Counter(outcome.status for outcome in grade.outcomes if outcome.unit == unit)
        worst = next(status for status in _WORST_FIRST if counts[status])
        line.append(
            f"{MARKS[worst]} {unit} {counts[PASSED]}/{counts.total()}  ", style=STYLES[worst]
        )
    return line
