"""A grade on the terminal: the cause to fix first, a line for each further one, the next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from backproof.grades.causes import find_causes
from backproof.grades.next_step import next_outcome, next_step
from backproof.grades.outcomes import MARKS, NOT_STARTED, PASSED, STATUSES, Grade
from backproof.report.scores import by_unit, earned, number, rules
from backproof.report.terminal.cause import (
    STYLES,
    cause_line,
    lines_of,
    print_cause,
    print_outcomes,
)
from backproof.report.text import function_name

# The lines that a grade with one cause or with several takes; the smallest case is cut to fit.
_MAX_LINES, _MAX_LINES_OF_SEVERAL = 25, 40
# Functions whose points are listed, where they have not all of them.
_MAX_SHORT = 2
# Further causes are listed in a line each.
_MAX_FURTHER = 12
OPTIONS = {
    "--case": "runs this case",
    "--pdb": "stops in it",
    "--watch": "checks at every save",
    "--all": "shows every failure",
}
_OF_A_CASE = ("--case", "--pdb")
_WORST_FIRST = (*(status for status in STATUSES if status != PASSED), PASSED)


def print_grade(
    console: Console,
    grade: Grade,
    title: str,
    *,
    everything: bool = False,
    since: str = "",
    options: Collection[str] = tuple(OPTIONS),
) -> None:
    """Print the grade of one submission.

    Args:
        console: Where to print.
        grade: The grade.
        title: The title of the assignment.
        everything: Whether to print each failure, instead of the cause to fix first.
        since: What has changed since an earlier grade; printed below the points.
        options: The options of ``backproof check`` that the last line names.
    """
    if everything:
        options = [name for name in options if name != "--all"]
    head = Group(*_head(grade, title, since, everything=everything))
    tail = Group(*_tail(grade), next_line(grade, options))
    console.print(head)
    if everything:
        for cause in find_causes(grade.outcomes):
            print_outcomes(console, cause)
    else:
        print_causes(console, grade, lines_of(console, head, tail))
    console.print(tail)


def print_causes(console: Console, grade: Grade, used: int) -> None:
    """Print the cause to fix first, whole, and a line for each further one.

    Args:
        console: Where to print.
        grade: The grade.
        used: The number of lines that are used for the rest of the grade.
    """
    causes = find_causes(grade.outcomes)
    further = causes[1 : 1 + _MAX_FURTHER]
    for cause in causes[:1]:
        most = _MAX_LINES_OF_SEVERAL - len(further) - 1 if further else _MAX_LINES
        print_cause(console, cause, most - used)
    for cause in further:
        console.print(cause_line(cause), no_wrap=True, overflow="ellipsis")
    if len(causes) > 1 + _MAX_FURTHER:
        more = len(causes) - 1 - _MAX_FURTHER
        console.print(Text(f"… and {more} more causes", style="dim"))


def next_line(grade: Grade, options: Collection[str]) -> Text:
    """Return the next step, and what some options of ``backproof check`` do with it."""
    line = Text(next_step(grade, with_rule=False), style="bold cyan")
    shown = next_outcome(grade)
    if shown is None:
        return line
    useful = [name for name in options if shown.case or name not in _OF_A_CASE]
    words = ", ".join(f"{name} {OPTIONS[name]}" for name in useful)
    return line.append(f" {words}." if words else "", style="not bold")


def units_line(grade: Grade) -> Text:
    """Return one line with each unit's worst status and number of passed properties.

    Units in which everything passed come last, without a number.
    """
    line, whole = Text(), []
    for unit in by_unit(grade):
        counts = Counter(outcome.status for outcome in unit.outcomes)
        worst = next(status for status in _WORST_FIRST if counts[status])
        if worst == PASSED:
            whole.append(unit.name)
        else:
            text = f"{MARKS[worst]} {unit.name} {counts[PASSED]}/{counts.total()}  "
            line.append(text, style=STYLES[worst])
    if whole:
        line.append(f"{MARKS[PASSED]} {', '.join(whole)}", style=STYLES[PASSED])
    return line


def _head(grade: Grade, title: str, since: str, *, everything: bool) -> Iterator[RenderableType]:
    settings = grade.graded_with
    level = settings.get("confinement", {}).get("level", "unknown")
    yield Text(f"{title}: {grade.submission}", style="bold")
    yield Text(
        f"{number(grade.score)} of {number(grade.max_score)} points"
        f"   (profile {settings.get('profile')}, seed {settings.get('seed')}, confinement {level})",
        style="bold",
    )
    if everything:
        yield _units(grade)
    else:
        yield units_line(grade)
        if lost := _points_lost(grade):
            yield Text(lost, style="dim")
    if since:
        yield Text(since, style="bold")
    yield Text("")


def _units(grade: Grade) -> RenderableType:
    """Return a table of the units and their functions, with the points and the rules of each."""
    table = Table.grid(padding=(0, 2))
    for unit in by_unit(grade):
        passed = sum(outcome.status == PASSED for outcome in unit.outcomes)
        bar = ProgressBar(total=len(unit.outcomes), completed=passed, width=24)
        points = f"{number(unit.points)}/{number(unit.max_points)}"
        table.add_row(unit.name, bar, points, unit.counts)
        for credit in unit.functions:
            share = f"{earned(credit)}/{number(credit.max_points)}"
            row = (f"  {function_name(credit)}", "", share, rules(credit))
            style = "dim" if credit.points >= credit.max_points else ""
            table.add_row(*(Text(cell, style=style) for cell in row))
    return Padding(table, (1, 2, 0, 2))


def _points_lost(grade: Grade) -> str:
    """Return the points of functions that have not all of theirs, most missing first."""
    all_credits = [credit for unit in by_unit(grade) for credit in unit.functions]
    short = [each for each in all_credits if earned(each) != number(each.max_points)]
    short.sort(key=lambda credit: credit.points - credit.max_points)
    words = [
        f"{credit.function.partition('.')[2]} {earned(credit)}/{number(credit.max_points)}"
        for credit in short[:_MAX_SHORT]
    ]
    if len(short) > _MAX_SHORT:
        words.append(f"and {len(short) - _MAX_SHORT} more")
    return f"incomplete: {', '.join(words)}" if words else ""


def _tail(grade: Grade) -> Iterator[Text]:
    outcomes = [outcome for outcome in grade.outcomes if outcome.status == NOT_STARTED]
    if outcomes:
        units = ", ".join(dict.fromkeys(outcome.unit for outcome in outcomes))
        line = f"{MARKS[NOT_STARTED]} {len(outcomes)} {NOT_STARTED} in {units}"
        yield Text(line, style=STYLES[NOT_STARTED])
    for note in grade.graded_with.get("notes", ()):
        yield Text(f"note: {note}", style="dim")
