"""A class on the terminal: a row for each submission, then statistics."""

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
from backproof.report.scores import by_unit, number

_BINS = 10
_BAR_COLUMNS = 40
_MAX_RULES = 12


class ClassTable:
    """A table with a row for each graded submission and a column for each unit."""

    def __init__(self, units: Sequence[str]) -> None:
        self._units = units
        self._table = Table(box=box.SIMPLE_HEAD)
        self._table.add_column("submission", no_wrap=True)
        for unit in units:
            self._table.add_column(unit, justify="right", overflow="fold")
        self._table.add_column("points", justify="right", no_wrap=True)

    def add(self, result: Result) -> None:
        """Add the row of a result; without a grade it has none."""
        if result.grade is not None:
            outcomes = {unit.name: unit.outcomes for unit in by_unit(result.grade)}
            cells = [_cell(outcomes.get(unit, ())) for unit in self._units]
            points = f"{number(result.grade.score)}/{number(result.grade.max_score)}"
            self._table.add_row(Text(result.name), *cells, points)

    def print(self, console: Console) -> None:
        """Print the table with its legend, unless it is empty."""
        if self._table.row_count:
            console.print(self._table)
            legend = "✓ all passed   3/9 passed of all   · not started"
            console.print(legend, style="dim", highlight=False)


def print_statistics(console: Console, statistics: ClassStatistics) -> None:
    """Print the distribution of the scores, what was lost and failed most, and the times."""
    if statistics.shares:
        console.print(_histogram(statistics))
    if losses := statistics.losses()[:_MAX_RULES]:
        table = Table("lost", "function", box=box.SIMPLE_HEAD)
        for function, share in losses:
            table.add_row(f"{100 * share:.0f} %", Text(function))
        console.print(table)
    if failures := statistics.failures()[:_MAX_RULES]:
        table = Table("not passed", "unit", "rule", box=box.SIMPLE_HEAD)
        for rule, rate in failures:
            table.add_row(f"{100 * rate:.0f} %", rule.unit, Text(rule.sentence))
        console.print(table)
    if statistics.seconds:
        console.print(_times(statistics), highlight=False)


def print_lines(console: Console, lines: Iterable[str], *, style: str) -> None:
    """Print lines that contain names of files and students, without markup or wrapping."""
    for line in lines:
        console.print(Text(line, style=style), soft_wrap=True)


def _histogram(statistics: ClassStatistics) -> Table:
    low, median, high = (100 * quartile for quartile in statistics.quartiles())
    title = f"scores: median {median:.0f} %, the middle half from {low:.0f} to {high:.0f} %"
    table = Table(title=title, box=None, show_header=False, title_justify="left")
    counts = Counter(min(int(share * _BINS), _BINS - 1) for share in statistics.shares)
    largest = max(counts.values())
    for bin in reversed(range(_BINS)):
        edges = f"{100 * bin // _BINS} to {100 * (bin + 1) // _BINS} %"
        bar = "█" * max(round(_BAR_COLUMNS * counts[bin] / largest), counts[bin] > 0)
        table.add_row(edges, Text(bar, style="cyan"), str(counts[bin] or ""))
    return table


def _times(statistics: ClassStatistics) -> str:
    median, late = statistics.time_quantiles()
    slowest = ", ".join(f"{name} {seconds:.1f} s" for seconds, name in statistics.slowest())
    return (
        f"{statistics.graded} graded, {statistics.not_graded} not; seconds for each: median "
        f"{median:.2f}, 95 % within {late:.2f}; slowest: {slowest}"
    )


def _cell(outcomes: Sequence[Outcome]) -> Text:
    counts = Counter(outcome.status for outcome in outcomes)
    if counts[PASSED] == len(outcomes):
        return Text("✓", style="green")
    if counts[NOT_STARTED] == len(outcomes):
        return Text("·", style="dim")
    style = "red" if counts[FAILED] else "yellow"
    return Text(f"{counts[PASSED]}/{len(outcomes)}", style=style)
