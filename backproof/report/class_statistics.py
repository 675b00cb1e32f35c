"""How a class did, counted in one pass over its results."""

from __future__ import annotations

import heapq
import statistics
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from backproof.grades.outcomes import NOT_STARTED, PASSED, Grade
from backproof.grades.results import Result
from backproof.report.scores import why_not_graded

# Named one by one; of more only the number is said.
_MOST_NAMED = 20
_SLOWEST = 3


@dataclass
class Rule:
    """How one property went over the class: of those who started it, how many passed."""

    property: str
    unit: str
    sentence: str
    started: int = 0
    passed: int = 0


@dataclass
class ClassStatistics:
    """What is counted of a class; its size does not depend on that of the class but for numbers.

    Attributes:
        graded: How many have a grade in which everything was graded.
        not_graded: How many have none.
        shares: The share of the points that each earned.
        seconds: The seconds that grading each took.
        rules: The properties, by name.

    """

    graded: int = 0
    not_graded: int = 0
    shares: array[float] = field(default_factory=lambda: array("d"))
    seconds: array[float] = field(default_factory=lambda: array("d"))
    rules: dict[str, Rule] = field(default_factory=dict)
    _named: list[str] = field(default_factory=list)
    _slowest: list[tuple[float, str]] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count one result."""
        if result.grade is not None:
            self.seconds.append(result.seconds)
        heapq.heappush(self._slowest, (result.seconds, result.name))
        if len(self._slowest) > _SLOWEST:
            heapq.heappop(self._slowest)
        problem = why_not_graded(result)
        if problem:
            self.not_graded += 1
            if len(self._named) < _MOST_NAMED:
                self._named.append(f"not graded: {result.name}: {problem}")
        else:
            self.graded += 1
        if result.grade is not None:
            self._count(result.grade, final=not problem)

    def failures(self) -> list[tuple[Rule, float]]:
        """List the rules that were not always passed, the most failed first, with the share."""
        rates = [(r, 1 - r.passed / r.started) for r in self.rules.values() if r.started]
        failed = [(rule, rate) for rule, rate in rates if rate > 0]
        return sorted(failed, key=lambda pair: -pair[1])

    def quartiles(self) -> tuple[float, float, float]:
        """Give the quartiles of the shares."""
        if len(self.shares) == 1:
            return (self.shares[0],) * 3
        low, median, high = statistics.quantiles(self.shares, n=4, method="inclusive")
        return low, median, high

    def time_quantiles(self) -> tuple[float, float]:
        """Give the median of the seconds, and what 95 of 100 stay within."""
        ordered = sorted(self.seconds)
        return statistics.median(ordered), ordered[(95 * len(ordered) - 1) // 100]

    def slowest(self) -> list[tuple[float, str]]:
        """Give the seconds and the names of those that took longest."""
        return sorted(self._slowest, reverse=True)

    def not_graded_lines(self) -> list[str]:
        """Say what was not graded and why, a line each."""
        more = self.not_graded - len(self._named)
        return [*self._named, *([f"not graded: {more} more"] if more else [])]

    def _count(self, grade: Grade, *, final: bool) -> None:
        if final and grade.max_score:
            self.shares.append(grade.score / grade.max_score)
        for outcome in grade.outcomes:
            rule = self.rules.get(outcome.property)
            if rule is None:
                rule = Rule(outcome.property, outcome.unit, outcome.sentence)
                self.rules[outcome.property] = rule
            rule.started += outcome.status != NOT_STARTED
            rule.passed += outcome.status == PASSED


def collect(results: Iterable[Result]) -> ClassStatistics:
    """Count a class, result by result."""
    found = ClassStatistics()
    for result in results:
        found.add(result)
    return found
