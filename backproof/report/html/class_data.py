"""What the page of a class keeps of each result as it passes by: little, whatever a grade holds."""

from __future__ import annotations

import os
import urllib.parse
from array import array
from collections.abc import Iterable
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
from backproof.report.text import one_line

# A letter for each status, in the rows of the map; a space where a property was not there.
LETTERS = {PASSED: "p", FAILED: "f", BLOCKED: "b", NOT_STARTED: "n", NOT_GRADED: "g"}


@dataclass
class Entry:
    """One result.

    Attributes:
        name: Whose it is, as it is shown.
        link: The page of its own; empty if it has none.
        problem: Why it has no final score; empty if it has one.
        score: The points that it earned, of ``max_score``.
        units: The points of each unit that was graded in full.
        statuses: The status of each property, by name.
        points: The points of each property, in the order of ``statuses``.

    """

    name: str
    link: str
    problem: str
    score: float = 0.0
    max_score: float = 0.0
    units: dict[str, float] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    points: array[float] = field(default_factory=lambda: array("d"))

    @property
    def share(self) -> float:
        """The share of the points that it earned."""
        return self.score / self.max_score if self.max_score else 0.0

    def row(self, properties: Iterable[str]) -> str:
        """Write its statuses as letters."""
        return "".join(LETTERS.get(self.statuses.get(name, ""), " ") for name in properties)


@dataclass
class Mistake:
    """A named mistake and who makes it."""

    name: str
    sentence: str = ""
    entries: list[Entry] = field(default_factory=list)


@dataclass
class ClassData:
    """A class as its page shows it, read in one pass."""

    pages: str
    statistics: ClassStatistics = field(default_factory=ClassStatistics)
    entries: list[Entry] = field(default_factory=list)
    most: dict[str, float] = field(default_factory=dict)
    _mistakes: dict[str, Mistake] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        """Keep what the page shows of one result."""
        self.statistics.add(result)
        link = f"{self.pages}/{_quoted(result.name)}.html" if self.pages and result.grade else ""
        entry = Entry(_shown(result), link, one_line(why_not_graded(result)))
        self.entries.append(entry)
        if result.grade is not None:
            self._keep(entry, result.grade)

    @property
    def graded(self) -> list[Entry]:
        """What has a grade, the highest first."""
        return sorted((e for e in self.entries if e.statuses), key=lambda entry: -entry.share)

    @property
    def rules(self) -> list[Rule]:
        """The properties, unit by unit."""
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
        """Analyse each property over those that have a final score and all properties.

        Returns:
            The items by property, and how many students they come from.

        """
        names = list(self.most)
        rows = [
            dict(zip(entry.statuses, entry.points, strict=True))
            for entry in self.entries
            if not entry.problem and len(entry.statuses) == len(names)
        ]
        points = np.array([[row[name] for name in names] for row in rows])
        points = points.reshape(len(rows), len(names))
        return dict(zip(names, analyse(points, list(self.most.values())), strict=True)), len(rows)

    def _keep(self, entry: Entry, grade: Grade) -> None:
        entry.score, entry.max_score = grade.score, grade.max_score
        entry.units = {unit.name: unit.points for unit in by_unit(grade) if unit.complete}
        for outcome in grade.outcomes:
            entry.statuses[outcome.property] = outcome.status
            entry.points.append(outcome.points)
            self.most[outcome.property] = outcome.max_points
            for name in outcome.mistakes:
                self._count(entry, name, outcome)

    def _count(self, entry: Entry, name: str, outcome: Outcome) -> None:
        mistake = self._mistakes.setdefault(name, Mistake(name))
        if entry not in mistake.entries[-1:]:
            mistake.entries.append(entry)
        # Where there are several, the diagnosis speaks of all: one alone says it best.
        if not mistake.sentence or outcome.mistakes == (name,):
            mistake.sentence = one_line(outcome.diagnosis or "")


def collect(results: Iterable[Result], pages: str) -> ClassData:
    """Read a class.

    Args:
        results: The results, one for each student or group.
        pages: The folder of their pages, beside the page of the class; empty if there are none.

    """
    data = ClassData(pages)
    for result in results:
        data.add(result)
    return data


def _shown(result: Result) -> str:
    names = [f"{one.name} ({one.id})" if one.name else one.id for one in result.students]
    return one_line(", ".join(names)) or one_line(result.name) or "without a name"


def _quoted(name: str) -> str:
    return urllib.parse.quote(os.fsencode(name), safe="")
