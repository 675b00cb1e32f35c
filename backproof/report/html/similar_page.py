"""The HTML page of similar code in a class: both sources of each pair, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from backproof.grades.results import Result
from backproof.report.html.class_data import display_name
from backproof.report.html.pages import render_page
from backproof.report.text import one_line


class Pair(Protocol):
    """Two modules that are alike; see ``classroom.similar_code.SimilarPair``."""

    @property
    def unit(self) -> str:
        """The name of the module."""

    @property
    def names(self) -> tuple[str, str]:
        """The names of the two submissions."""

    @property
    def parts(self) -> tuple[Sequence[tuple[str, bool]], Sequence[tuple[str, bool]]]:
        """The source of each, in parts, and whether the other one has the part, too."""


def render(pairs: Sequence[Pair], results: Iterable[Result], title: str) -> str:
    """Return the page.

    Args:
        pairs: The pairs.
        results: The results of the class, which have the names of its students.
        title: The assignment's title.

    Raises:
        UserError: Jinja is not installed.

    """
    return render_page(
        "similar", "class", title=one_line(title), pairs=labelled(pairs, names_of(results))
    )


def names_of(results: Iterable[Result]) -> dict[str, str]:
    """Return the displayed name of each submission."""
    return {result.name: display_name(result) for result in results}


def labelled(pairs: Sequence[Pair], names: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the pairs as plain data, with the names of students and the ids of their sections."""
    return [
        {
            "id": f"pair-{number}",
            "unit": one_line(pair.unit),
            "names": [names.get(name, one_line(name)) for name in pair.names],
            "parts": pair.parts,
        }
        for number, pair in enumerate(pairs, 1)
    ]
