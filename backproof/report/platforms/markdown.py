"""GitHub's job summary: tables of units and functions, and each failure in a collapsed block."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from backproof.grades.causes import Cause, find_causes
from backproof.grades.next_step import next_step
from backproof.grades.outcomes import MARKS, STATUSES, FunctionCredit, Grade
from backproof.report.scores import UnitScore, by_unit, earned, not_graded, number
from backproof.report.text import (
    also_breaks,
    case,
    cause_heading,
    function_name,
    graded_with,
    message,
    notes,
    one_line,
    sentence,
)

# GitHub drops the whole summary of a step above 1024 kB; other commands of the step may add to it.
_MAX_BYTES = 900_000
_BYTES_FOR_THE_END = 4_000

_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")


def render(grade: Grade, title: str) -> str:
    """Return a grade as at most 900 kB of Markdown to append to ``$GITHUB_STEP_SUMMARY``.

    Text of a student is in code fences only, which are longer than any run of backticks in it; the
    punctuation of all other text is escaped. If the report is too long, its last parts are left
    out, with a remark on their number.
    """
    report = _head(grade, title)
    length = len(report.encode()) + _BYTES_FOR_THE_END
    blocks = list(_blocks(grade))
    for position, block in enumerate(blocks):
        length += len(block.encode())
        if length > _MAX_BYTES:
            left_out = len(blocks) - position
            report += f"**{left_out} more are left out: the summary would be too long.**\n\n"
            break
        report += block
    return f"{report}graded with {_inline(graded_with(grade))}\n\n"


def _head(grade: Grade, title: str) -> str:
    missing = not_graded(grade)
    score = f"{number(grade.score)} of {number(grade.max_score)} points"
    verdict = f"Not graded: {missing}" if missing else score
    step = _inline(next_step(grade, with_rule=False))
    return f"## {_inline(title)}\n\n**{_inline(verdict)}**\n\n{step}\n\n"


def _blocks(grade: Grade) -> Iterator[str]:
    yield from _table(by_unit(grade))
    yield from _functions(grade.functions)
    for cause in find_causes(grade.outcomes):
        yield _collapsed(cause)
    for note in notes(grade):
        yield _fenced(note, "text")


def _table(units: list[UnitScore]) -> Iterator[str]:
    if not units:
        return
    yield f"| unit | points | {' | '.join(STATUSES)} |\n|---|--:|{'--:|' * len(STATUSES)}\n"
    for unit in units:
        earned = number(unit.points) if unit.complete else "?"
        statuses = [outcome.status for outcome in unit.outcomes]
        counts = " | ".join(str(statuses.count(status) or "") for status in STATUSES)
        points = f"{earned}/{number(unit.max_points)}"
        yield f"| {_inline(unit.name)} | {_inline(points)} | {counts} |\n"
    yield "\n"


def _functions(credits: Sequence[FunctionCredit]) -> Iterator[str]:
    if not credits:
        return
    yield "| function | points | core | edge |\n|---|--:|--:|--:|\n"
    for credit in credits:
        cells = (
            f"{credit.unit}: {function_name(credit)}",
            f"{earned(credit)}/{number(credit.max_points)}",
            f"{credit.core_passed}/{credit.core_total}",
            f"{credit.edges_passed}/{credit.edges_total}",
        )
        yield f"| {' | '.join(map(_inline, cells))} |\n"
    yield "\n"


def _collapsed(cause: Cause) -> str:
    heading = f"{MARKS[cause.status]} {cause_heading(cause)}"
    explanation, code = message(cause.shown), case(cause.shown)
    body = _fenced(explanation, "text") if explanation else ""
    body += f"smallest case:\n\n{_fenced(code, 'python')}" if code else ""
    if cause.also:
        rules = "".join(f"- {_inline(sentence(outcome))}\n" for outcome in cause.explained[1:])
        body += f"{_inline(also_breaks(cause))}\n\n{rules}\n"
    return f"<details><summary>{html.escape(heading)}</summary>\n\n{body}</details>\n\n"


def _fenced(text: str, language: str) -> str:
    """Return a text in a code fence that the text cannot close."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}\n\n"


def _inline(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", one_line(text))
