"""A grade on the terminal: the next step, a bar for each unit, and each failure's message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from backproof.grades.next_step import by_cause, next_step
from backproof.grades.outcomes import (
    BLOCKED,
    FAILED,
    MARKS,
    NOT_GRADED,
    NOT_STARTED,
    PASSED,
    Grade,
    Outcome,
)
from backproof.report.scores import by_unit, earned, number, rules
from backproof.report.text import function_name

STYLES = {
    PASSED: "green",
    FAILED: "red",
    NOT_STARTED: "dim",
    BLOCKED: "yellow",
    NOT_GRADED: "magenta",
}


def print_grade(console: Console, grade: Grade, title: str) -> None:
    """Print the grade of one submission."""
    console.print(Text(f"{title}: {grade.submission}", style="bold"))
    console.print(next_line(grade))
    console.print(_units(grade))
    print_failures(console, by_cause(grade.outcomes))
    for line in _unexplained(grade):
        console.print(line)
    settings = grade.graded_with
    for note in settings.get("notes", ()):
        console.print(Text(f"note: {note}", style="dim"))
    console.print(
        f"{number(grade.score)} of {number(grade.max_score)} points"
        f"   (profile {settings.get('profile')}, seed {settings.get('seed')},"
        f" confinement {settings.get('confinement', {}).get('level', 'unknown')})",
        style="bold",
        highlight=False,
    )


def next_line(grade: Grade) -> RenderableType:
    """Return the next step, with a blank line above it."""
    return Padding(Text(next_step(grade), style="bold cyan"), (1, 0, 0, 0))


def print_failures(console: Console, causes: Iterable[Sequence[Outcome]]) -> None:
    """Print failures that are grouped by cause, each with its message."""
    for outcomes in causes:
        if len(outcomes) == 1:
            _print_failure(console, outcomes[0])
        else:
            console.print(_shared_failure(outcomes))


def _units(grade: Grade) -> RenderableType:
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
    return Padding(table, (1, 2))


def _print_failure(console: Console, outcome: Outcome) -> None:
    heading = Text(
        f"{MARKS[outcome.status]} {outcome.sentence}", style=f"bold {STYLES[outcome.status]}"
    )
    message = Padding(Text("\n".join([outcome.message, *outcome.facts])), (0, 2))
    console.print(Padding(Group(heading, message), (0, 0, 0, 2)))
    if outcome.case:
        console.print(Padding("smallest case:", (0, 4)))
        # The code is neither indented nor wrapped, so that it can be copied as it is.
        code = Syntax(outcome.case, "python", theme="ansi_dark").highlight(outcome.case)
        code.rstrip()
        console.print(code, soft_wrap=True)
    last = [Text(outcome.property, style="dim")]
    if outcome.diagnosis:
        last.insert(0, Text(outcome.diagnosis, style="bold"))
    console.print(Padding(Group(*last), (0, 0, 1, 4)))


def _shared_failure(outcomes: Sequence[Outcome]) -> RenderableType:
    first = outcomes[0]
    heading = f"{MARKS[first.status]} {len(outcomes)} rules of {first.unit} {first.status}"
    message = Padding(Text(first.message), (0, 2))
    return Padding(
        Group(Text(heading, style=f"bold {STYLES[first.status]}"), message), (0, 0, 1, 2)
    )


def _unexplained(grade: Grade) -> Iterable[Text]:
    """Yield one line for each status whose outcomes are counted and not listed."""
    for status, remark in ((BLOCKED, ": may follow from failures above"), (NOT_STARTED, "")):
        outcomes = [outcome for outcome in grade.outcomes if outcome.status == status]
        if outcomes:
            units = ", ".join(dict.fromkeys(outcome.unit for outcome in outcomes))
            line = f"{MARKS[status]} {len(outcomes)} {status} in {units}{remark}"
            yield Text(line, style=STYLES[status])
