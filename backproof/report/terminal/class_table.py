"""A class on the terminal: a row for each submission, then how the class did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from backproof.grades.outcomes import FAILED, NOT_STARTED, PASSED, Outcome
from backproof.grades.results import Result
from backproof.report.class_statistics import ClassStatistics
from backproof.report.scores import by_unit
from backproof.report.terminal.grade import points

_BINS = 10
_BAR = 40
_MOST_RULES = 12


def print_table(console: Console, results: Iterable[Result], units: Sequence[str]) -> None:
    """Print a row for each submission that has a grade."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("submission", no_wrap=True)
    for heading in units:
        table.add_column(heading, justify="right", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    for result in results:
        if result.grade is not None:
            graded = {unit.name: unit.outcomes for unit in by_unit(result.grade)}
            cells = [_cell(graded.get(unit, ())) for unit in units]
            score = f"{points(result.grade.score)}/{points(result.grade.max_score)}"
            table.add_row(Text(result.name), *cells, score)
    if table.row_count:
        console.print(table)
        said = "✓ all passed   3/9 passed of all   · not started"
        console.print(said, style="dim", highlight=False)


def print_statistics(console: Console, found: ClassStatistics) -> None:
    """Print how the scores spread, what failed most, and how long it took."""
    if found.shares:
        console.print(_scores(found))
    if rules := found.failures()[:_MOST_RULES]:
        table = Table("not passed", "unit", "rule", box=box.SIMPLE_HEAD)
        for rule, rate in rules:
            table.add_row(f"{100 * rate:.0f} %", rule.unit, Text(rule.sentence))
        console.print(table)
    if found.seconds:
        console.print(_times(found), highlight=False)


def print_lines(console: Console, lines: Iterable[str], *, style: str) -> None:
    """Print lines that hold names of files and students, as they are."""
    for line in lines:
        console.print(Text(line, style=style), soft_wrap=True)


def _scores(found: ClassStatistics) -> Table:
    low, median, high = (100 * q for q in found.quartiles())
    title = f"scores: median {median:.0f} %, the middle half from {low:.0f} to {high:.0f} %"
    table = Table(title=title, box=None, show_header=False, title_justify="left")
    counts = Counter(min(int(share * _BINS), _BINS - 1) for share in found.shares)
    most = max(counts.values())
    for bin in reversed(range(_BINS)):
        edges = f"{100 * bin // _BINS} to {100 * (bin + 1) // _BINS} %"
        bar = "█" * max(round(_BAR * counts[bin] / most), counts[bin] > 0)
        table.add_row(edges, Text(bar, style="cyan"), str(counts[bin] or ""))
    return table


def _times(found: ClassStatistics) -> str:
    median, late = found.time_quantiles()
    slowest = ", ".join(f"{name} {seconds:.1f} s" for seconds, name in found.slowest())
    return (
        f"{found.graded} graded, {found.not_graded} not; seconds for each: median {median:.2f}, "
        f"95 % within {late:.2f}; slowest: {slowest}"
    )


def _cell(outcomes: Sequence[Outcome]) -> Text:
    counts = Counter(outcome.status for outcome in outcomes)
    if counts[PASSED] == len(outcomes):
        return Text("✓", style="green")
    if counts[NOT_STARTED] == len(outcomes):
        return Text("·", style="dim")
    style = "red" if counts[FAILED] else "yellow"
    return Text(f"{counts[PASSED]}/{len(outcomes)}", style=style)
