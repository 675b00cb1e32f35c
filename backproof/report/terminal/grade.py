"""A grade on the terminal: what to do next, a bar for each unit, message by message what fails."""

from __future__ import annotations

from collections import Counter
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
    STATUSES,
    Grade,
    Outcome,
)

STYLES = {
    PASSED: "green",
    FAILED: "red",
    NOT_STARTED: "dim",
    BLOCKED: "yellow",
    NOT_GRADED: "magenta",
}


def print_grade(console: Console, grade: Grade, title: str) -> None:
    """Print one submission's grade."""
    console.print(Text(f"{title}: {grade.submission}", style="bold"))
    console.print(next_line(grade))
    console.print(_units(grade))
    print_failures(console, by_cause(grade.outcomes))
    for line in _summary(grade):
        console.print(line)
    with_what = grade.graded_with
    for note in with_what.get("notes", ()):
        console.print(Text(f"note: {note}", style="dim"))
    console.print(
        f"{points(grade.score)} of {points(grade.max_score)} points"
        f"   (profile {with_what.get('profile')}, seed {with_what.get('seed')},"
        f" confinement {with_what.get('confinement', {}).get('level', 'unknown')})",
        style="bold",
        highlight=False,
    )


def next_line(grade: Grade) -> RenderableType:
    """Show the next thing to do."""
    return Padding(Text(next_step(grade), style="bold cyan"), (1, 0, 0, 0))


def print_failures(console: Console, causes: Iterable[Sequence[Outcome]]) -> None:
    """Print what failed, by cause, message by message."""
    for outcomes in causes:
        if len(outcomes) == 1:
            _print_failure(console, outcomes[0])
        else:
            console.print(_shared_failure(outcomes))


def points(value: float) -> str:
    """Write points with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _units(grade: Grade) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for unit in dict.fromkeys(outcome.unit for outcome in grade.outcomes):
        outcomes = [outcome for outcome in grade.outcomes if outcome.unit == unit]
        counts = Counter(outcome.status for outcome in outcomes)
        bar = ProgressBar(total=len(outcomes), completed=counts[PASSED], width=24)
        earned = sum(outcome.points for outcome in outcomes)
        most = sum(outcome.max_points for outcome in outcomes)
        said = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
        table.add_row(unit, bar, f"{points(earned)}/{points(most)}", said)
    return Padding(table, (1, 2))


def _print_failure(console: Console, outcome: Outcome) -> None:
    mark, style = MARKS[outcome.status], STYLES[outcome.status]
    head = Text(f"{mark} {outcome.sentence}", style=f"bold {style}")
    said: list[RenderableType] = [head, Padding(Text(outcome.message), (0, 2))]
    console.print(Padding(Group(*said), (0, 0, 0, 2)))
    if outcome.case:
        console.print(Padding("smallest case:", (0, 4)))
        # Neither indented nor broken where the window ends, so that it can be pasted as it is.
        code = Syntax(outcome.case, "python", theme="ansi_dark").highlight(outcome.case)
        code.rstrip()
        console.print(code, soft_wrap=True)
    last: list[RenderableType] = [Text(outcome.property, style="dim")]
    if outcome.diagnosis:
        last.insert(0, Text(outcome.diagnosis, style="bold"))
    console.print(Padding(Group(*last), (0, 0, 1, 4)))


def _shared_failure(outcomes: Sequence[Outcome]) -> RenderableType:
    mark, style = MARKS[outcomes[0].status], STYLES[outcomes[0].status]
    head = f"{mark} {len(outcomes)} rules of {outcomes[0].unit} {outcomes[0].status}"
    message = Padding(Text(outcomes[0].message), (0, 2))
    return Padding(Group(Text(head, style=f"bold {style}"), message), (0, 0, 1, 2))


def _summary(grade: Grade) -> Iterable[Text]:
    for status, what in ((BLOCKED, "may follow from failures above"), (NOT_STARTED, "")):
        found = [outcome for outcome in grade.outcomes if outcome.status == status]
        if found:
            units = ", ".join(dict.fromkeys(outcome.unit for outcome in found))
            mark, style = MARKS[status], STYLES[status]
            tail = f": {what}" if what else ""
            yield Text(f"{mark} {len(found)} {status} in {units}{tail}", style=style)
