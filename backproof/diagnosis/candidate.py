"""A known mistake in one of its spellings, as the search compares it with a submission."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backproof.assignment.misconceptions import Misconception


@dataclass(frozen=True, eq=False)
class Candidate:
    """A known mistake in one spelling.

    Attributes:
        misconception: The mistake.
        function: The spelling of it.
        convention: The convention that the spelling follows; empty if it follows none.

    """

    misconception: Misconception
    function: Callable[..., Any]
    convention: str = ""

    @property
    def name(self) -> str:
        """The full name of the mistake."""
        return self.misconception.full_name

    @property
    def target(self) -> str:
        """The function that it is a mistake in, as ``"unit.name"``."""
        return self.misconception.target


def replacements_of(candidates: Iterable[Candidate]) -> Mapping[str, Callable[..., Any]]:
    """Return the functions of some candidates by the names of those that they replace."""
    return {each.target: each.function for each in candidates}


def names_of(candidates: Iterable[Candidate]) -> set[str]:
    """Return the names of the mistakes, of which some may be the same in several spellings."""
    return {each.name for each in candidates}
