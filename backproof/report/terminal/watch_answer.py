"""What ``check --watch`` shows after a change: the next thing to do, then what else is wrong."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.text import Text

from backproof.grades.outcomes import MARKS, PASSED, STATUSES, Grade
from backproof.report.terminal.grade import STYLES, next_line, points, print_failures

if TYPE_CHECKING:
    from backproof.watch.watch import Answer

_MOST_FILES = 5
_WORST_FIRST = (*(status for status in STATUSES if status != PASSED), PASSED)


def print_answer(console: Console, answer: Answer) -> None:
    """Print what came of a change."""
    grade = answer.grade
    console.print(_what(answer.changed, answer.units))
    console.print(next_line(grade))
    print_failures(console, answer.shown)
    if answer.more:
        more = f"… and {answer.more} more: `backproof check` lists them all"
        console.print(Text(more, style="dim"))
    console.print(_status(grade))
    earned = f"{points(grade.score)} of {points(grade.max_score)} points"
    console.print(Text(f"{earned}, {answer.seconds:.1f} s"))


def _what(changed: tuple[str, ...], units: tuple[str, ...]) -> Text:
    checked = f"checked {', '.join(units)}" if units else "nothing to check again"
    if not changed:
        return Text(checked, style="bold")
    files = ", ".join(changed[:_MOST_FILES])
    left = len(changed) - _MOST_FILES
    return Text(f"{files}{f' and {left} more' if left > 0 else ''} changed: {checked}", "bold")


def _status(grade: Grade) -> RenderableType:
    """Give one line of all units, each with its worst status and how many rules hold."""
    line = Text()
    for unit in dict.fromkeys(outcome.unit for outcome in grade.outcomes):
        counts = Counter(outcome.status for outcome in grade.outcomes if outcome.unit == unit)
        worst = next(status for status in _WORST_FIRST if counts[status])
        held = f"{MARKS[worst]} {unit} {counts[PASSED]}/{counts.total()}  "
        line.append(held, style=STYLES[worst])
    return line
