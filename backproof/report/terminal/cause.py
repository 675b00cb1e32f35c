"""Failures on the terminal: a cause whole, as one line, or with each of its failures."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.text import Text

from backproof.failure_kinds import IMPORT_FAILED, MISSING, WRONG
from backproof.grades.causes import Cause
from backproof.grades.outcomes import (
    BLOCKED,
    FAILED,
    MARKS,
    NOT_GRADED,
    NOT_STARTED,
    PASSED,
    Outcome,
)

STYLES = {
    PASSED: "green",
    FAILED: "red",
    NOT_STARTED: "dim",
    BLOCKED: "yellow",
    NOT_GRADED: "magenta",
}
# A case is cut to no fewer lines.
_LEAST_LINES = 4
_LEFT_OUT = "# … lines are left out here: --case runs them all, --all prints them"


def print_cause(console: Console, cause: Cause, max_lines: int) -> None:
    """Print a cause whole: the failure that shows it, and what else it breaks.

    Args:
        console: Where to print.
        cause: The cause.
        max_lines: The lines that it takes at most; the smallest case is cut to fit.
    """
    shown = cause.shown
    above = Group(_heading(cause), *_explanation(shown))
    broken = "It breaks" if cause.is_absence else "It also breaks"
    rules = cause.in_words(cause.explained) if cause.is_absence else cause.also
    below = [_indented(f"{broken} {rules}.")] if rules else []
    # A line is for the words above the case, and one is blank.
    used = 2 + lines_of(console, above, *below)
    console.print(above)
    if shown.case:
        _print_case(console, shown.case, max(max_lines - used, _LEAST_LINES))
    console.print(Group(*below, ""))


def cause_line(cause: Cause) -> Text:
    """Return a line about a cause: its function, its number of rules, and what is wrong."""
    shown, number = cause.shown, len(cause.explained)
    rules = "" if number == 1 else f" ({number} rules)"
    said = shown.diagnosis or "".join(shown.facts[:1]) or shown.sentence
    if cause.is_absence:
        place, said = "", shown.message.partition("\n")[0].rstrip(":")
    elif shown.status == NOT_GRADED:
        place = "not graded"
    else:
        place = cause.place
    words = f"{place}{rules}: {said}" if place else f"{said}{rules}"
    line = words.replace("\n", " ")
    return Text(f"{MARKS[cause.status]} {line}", style=STYLES[cause.status])


def print_outcomes(console: Console, cause: Cause) -> None:
    """Print each failure of a cause; those with equal messages and without a case only once."""
    said = set()
    place = cause.shown.unit if cause.is_absence else cause.place
    rules = len(cause.explained)
    heading = f"{place}, {rules} rules for one reason" if rules > 1 else place
    console.print(Text(heading, style=f"bold {STYLES[cause.status]}"))
    for outcome in cause.explained:
        if outcome.kind != WRONG and outcome.case is None and outcome.message in said:
            continue
        said.add(outcome.message)
        print_outcome(console, outcome)


def print_outcome(console: Console, outcome: Outcome) -> None:
    """Print one failure, with its whole case."""
    rule = Text(f"{MARKS[outcome.status]} ", style=STYLES[outcome.status])
    rule.append(outcome.property, style="dim")
    said = [_indented(outcome.message)] if is_absent(outcome) else _explanation(outcome)
    console.print(Padding(Group(rule, *said), (0, 0, 0, 2)))
    if outcome.case:
        _print_case(console, outcome.case)
    console.print("")


def lines_of(console: Console, *parts: RenderableType) -> int:
    """Return the number of lines that texts take."""
    return sum(len(console.render_lines(part, pad=False)) for part in parts)


def is_absent(outcome: Outcome) -> bool:
    """Return whether a failure says that a file or a function is not there, or cannot be used."""
    return outcome.kind in (IMPORT_FAILED, MISSING)


def _heading(cause: Cause) -> Text:
    shown = cause.shown
    style = f"bold {STYLES[cause.status]}"
    if cause.is_absence:
        return Text(f"{MARKS[cause.status]} {shown.message}", style=style)
    heading = Text(f"{MARKS[cause.status]} {cause.place}  ", style=style)
    return heading.append(shown.property, style="not bold dim")


def _explanation(outcome: Outcome) -> list[RenderableType]:
    """Return the rule, the message, and then what is known about the mistake."""
    if is_absent(outcome):
        return []
    parts: list[RenderableType] = [_indented(outcome.sentence, "bold"), _indented(outcome.message)]
    parts += [_indented(text, "bold") for text in (*outcome.facts, outcome.diagnosis) if text]
    return parts


def _indented(text: str, style: str = "") -> RenderableType:
    return Padding(Text(text, style=style), (0, 0, 0, 2))


def _print_case(console: Console, case: str, max_lines: int | None = None) -> None:
    """Print a case, neither indented nor wrapped, so that it can be copied as it is."""
    console.print(_indented("smallest case:"))
    lines = case.split("\n")
    if max_lines is not None:
        lines = _cut(lines, console.width, max_lines)
    code = Syntax("", "python", theme="ansi_dark").highlight("\n".join(lines))
    code.rstrip()
    console.print(code, soft_wrap=True)


def _cut(lines: list[str], width: int, max_lines: int) -> list[str]:
    """Return the lines of a case that fit, as a terminal of this width wraps them.

    The last call stays, and the line that prints what is wrong.
    """

    def height(kept: Sequence[str]) -> int:
        return sum(1 + (cell_len(line) - 1) // width if line else 1 for line in kept)

    if height(lines) <= max_lines:
        return lines
    call = len(lines) - 2
    while call > 0 and lines[call].startswith(" "):  # it is continued, or in a loop
        call -= 1
    first, last = lines[:call], lines[call:]
    while first and height([*first, _LEFT_OUT, *last]) > max_lines:
        first.pop()
    return [*first, _LEFT_OUT, *last]
