"""An examination on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from backproof.examination.lines import cards, head, problems, summary
from backproof.examination.results import Examination
from backproof.report.text import one_line

_MARKS = {"right": ("✓", "green"), "wrong": ("✗", "red"), "remark": ("•", "yellow")}


def print_examination(console: Console, examination: Examination) -> None:
    """Print what was found about a student's tests.

    Args:
        console: Where to print.
        examination: The result.

    """
    console.print(Text(f"{examination.title}: tests in {one_line(examination.name)}", "bold"))
    console.print(Text(summary(examination)))
    for line in head(examination):
        console.print(Padding(Text(line), (0, 0, 0, 2)))
    for line in problems(examination):
        console.print(Text(f"• {line}", "yellow"))
    for card in cards(examination):
        mark, style = _MARKS[card.mark]
        console.print()
        console.print(Text.assemble((f"{mark} ", style), (card.heading, "bold")))
        for label, text in card.lines:
            shown = f"{label}: {text}" if label else text
            console.print(Padding(Text(shown), (0, 0, 0, 2)))
        if card.code:
            console.print(Padding(Text(card.code, "dim"), (0, 0, 0, 4)))
