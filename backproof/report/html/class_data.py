"""The data of a class page, collected in one pass over the results without keeping the grades."""

from __future__ import annotations

import os
import urllib.parse
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from backproof.grades.outcomes import (
    BLOCKED,
    FAILED,
    NOT_GRADED,
    NOT_STARTED,
    PASSED,
    Grade,
    Outcome,
)
from backproof.grades.results import Result
from backproof.report.class_statistics import ClassStatistics, Rule
from backproof.report.html.item_analysis import Item, analyse
from backproof.report.scores import by_unit, why_not_graded
from backproof.report.text import graded_with, one_line, versions

# The letter of each status in a row of the map; a space marks a property that was not graded.
LETTERS = {PASSED: "p", FAILED: "f", BLOCKED: "b", NOT_STARTED: "n", NOT_GRADED: "g"}


@dataclass
class Entry:
    """One result.

    Attributes:
        name: The displayed names of its students.
        link: The address of its own page; empty if it has none.
        problem: The reason why it has no final score; empty if it has one.
        score: The points earned, of ``max_score``.
        units: The points of each completely graded unit.
        statuses: The status of each property, by name.
        shares: For each property, in the order of ``statuses``, 1 if it passed, and else the share
            of the points that stand at it.
        functions: The points of each completely graded function.
        absent: Whether nothing was handed in.

    """

    name: str
    link: str
    problem: str
    score: float = 0.0
    max_score: float = 0.0
    units: dict[str, float] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    shares: array[float] = field(default_factory=lambda: array("d"))
    functions: dict[str, float] = field(default_factory=dict)
    absent: bool = False

    @property
    def share(self) -> float:
        """The share of the points that were earned."""
        return self.score / self.max_score if self.max_score else 0.0

    def row(self, properties: Iterable[str]) -> str:
        """Return the statuses of some properties as letters."""
        return "".join(LETTERS.get(self.statuses.get(name, ""), " ") for name in properties)


@dataclass
class Mistake:
    """A named mistake and the results that have it."""

    name: str
    sentence: str = ""
    entries: list[Entry] = field(default_factory=list)


@dataclass
class ClassData:
    """The data of a class page.

    Attributes:
        pages: The folder of the students' pages, beside the class page; empty if there are none.
        statistics: The statistics of the class.
        entries: The results.
        max_points: The maximal points of each function.
        graded_with: What the first of the grades was made with: versions, seed and the like.
        names: The displayed name of each result.

    """

    pages: str
    statistics: ClassStatistics = field(default_factory=ClassStatistics)
    entries: list[Entry] = field(default_factory=list)
    max_points: dict[str, float] = field(default_factory=dict)
    graded_with: str = ""
    names: dict[str, str] = field(default_factory=dict)
    _mistakes: dict[str, Mistake] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        """Add one result."""
        self.statistics.add(result)
        link = f"{self.pages}/{_quoted(result.name)}.html" if self.pages and result.grade else ""
        problem = one_line(why_not_graded(result))
        absent = result.number == 0 and result.grade is None
        entry = Entry(display_name(result), link, problem, absent=absent)
        if result.grade is not None and not self.graded_with:
            self.graded_with = "; ".join(
                filter(None, (graded_with(result.grade), versions(result.grade)))
            )
        self.entries.append(entry)
        self.names[result.name] = entry.name
        if result.grade is not None:
            self._keep(entry, result.grade)

    @property
    def graded(self) -> list[Entry]:
        """The results that have a grade, best first."""
        return sorted((e for e in self.entries if e.statuses), key=lambda entry: -entry.share)

    @property
    def rules(self) -> list[Rule]:
        """The properties, ordered by unit."""
        rules = self.statistics.rules.values()
        units = list(dict.fromkeys(rule.unit for rule in rules))
        return sorted(rules, key=lambda rule: units.index(rule.unit))

    @property
    def units(self) -> list[str]:
        """The units, in order."""
        return list(dict.fromkeys(rule.unit for rule in self.rules))

    @property
    def mistakes(self) -> list[Mistake]:
        """The named mistakes, the most frequent first."""
        return sorted(self._mistakes.values(), key=lambda one: (-len(one.entries), one.name))

    def items(self) -> tuple[dict[str, Item], int]:
        """Analyse each property, over the results with a final score and all properties.

        Returns:
            The items by property, and the number of results that they are computed from.

        """
        names = list(self.statistics.rules)
        rows = [
            dict(zip(entry.statuses, entry.shares, strict=True))
            for entry in self.entries
            if not entry.problem and len(entry.statuses) == len(names)
        ]
        return _analysed(rows, dict.fromkeys(names, 1.0)), len(rows)

    def function_items(self) -> dict[str, Item]:
        """Analyse the points of each function, over the results that have points for all."""
        rows = [e.functions for e in self.entries if e.functions.keys() == self.max_points.keys()]
        return _analysed(rows, self.max_points)

    def _keep(self, entry: Entry, grade: Grade) -> None:
        entry.score, entry.max_score = grade.score, grade.max_score
        entry.units = {unit.name: unit.points for unit in by_unit(grade) if unit.complete}
        for credit in grade.functions:
            self.max_points[credit.function] = credit.max_points
            if credit.complete:
                entry.functions[credit.function] = credit.points
        for outcome in grade.outcomes:
            if not outcome.property:  # points that staff decided
                continue
            entry.statuses[outcome.property] = outcome.status
            entry.shares.append(_share(outcome))
            for name in outcome.mistakes:
                self._count(entry, name, outcome)

    def _count(self, entry: Entry, name: str, outcome: Outcome) -> None:
        mistake = self._mistakes.setdefault(name, Mistake(name))
        if entry not in mistake.entries[-1:]:
            mistake.entries.append(entry)
        # A diagnosis that names several mistakes describes all of them, so one that names only
        # this mistake is preferred.
        if not mistake.sentence or outcome.mistakes == (name,):
            mistake.sentence = one_line(outcome.diagnosis or "")


def _share(outcome: Outcome) -> float:
    """Return how far a property passed; a property with several sets of parameters may in part."""
    if outcome.status == PASSED:
        return 1.0
    return outcome.points / outcome.max_points if outcome.max_points else 0.0


def _analysed(
    rows: Sequence[Mapping[str, float]], max_points: Mapping[str, float]
) -> dict[str, Item]:
    points = np.array([[row[name] for name in max_points] for row in rows])
    points = points.reshape(len(rows), len(max_points))
    return dict(zip(max_points, analyse(points, list(max_points.values())), strict=True))


def display_name(result: Result) -> str:
    """Return the names of a result's students, with their ids; of a folder if there are none."""
    names = [f"{one.name} ({one.id})" if one.name else one.id for one in result.students]
    return one_line(", ".join(names)) or one_line(result.name) or "without a name"


def _quoted(name: str) -> str:
    return urllib.parse.quote(os.fsencode(name), safe="")
