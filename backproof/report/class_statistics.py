"""Statistics of a class, counted in one pass over its results."""

from __future__ import annotations

import heapq
import statistics
from array import array
from dataclasses import dataclass, field

from backproof.grades.outcomes import NOT_STARTED, PASSED, Grade
from backproof.grades.results import Result
from backproof.report.scores import why_not_graded

# More results without a grade than these are counted and not named.
_MAX_NAMED = 20
_SLOWEST = 3
# Shares below this are rounding errors.
_ROUNDING = 1e-9


@dataclass
class Rule:
    """The number of submissions that started a property, and of those that passed it."""

    property: str
    unit: str
    sentence: str
    started: int = 0
    passed: int = 0


@dataclass
class FunctionStatistics:
    """The number of submissions with final points of a function, and the sum of these."""

    max_points: float
    graded: int = 0
    points: float = 0.0


@dataclass
class ClassStatistics:
    """Statistics of a class; they keep two numbers for each result, and no grades.

    Attributes:
        graded: The number of results with a final score.
        not_graded: The number of results without one.
        shares: The share of the maximal points that each final score is.
        seconds: The seconds that grading each submission took.
        rules: The counts of each property, by name.
        functions: The points of each function, by its name.
        absent: The ids of the students who handed in nothing.

    """

    graded: int = 0
    not_graded: int = 0
    shares: array[float] = field(default_factory=lambda: array("d"))
    seconds: array[float] = field(default_factory=lambda: array("d"))
    rules: dict[str, Rule] = field(default_factory=dict)
    functions: dict[str, FunctionStatistics] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    _named: list[str] = field(default_factory=list)
    _slowest: list[tuple[float, str]] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count one result; of a student who handed in nothing, only the name is kept."""
        if result.number == 0 and result.grade is None:
            self.absent += [one.id for one in result.students]
            return
        if result.grade is not None:
            self.seconds.append(result.seconds)
        heapq.heappush(self._slowest, (result.seconds, result.name))
        if len(self._slowest) > _SLOWEST:
            heapq.heappop(self._slowest)
        problem = why_not_graded(result)
        if problem:
            self.not_graded += 1
            if len(self._named) < _MAX_NAMED:
                self._named.append(f"not graded: {result.name}: {problem}")
        else:
            self.graded += 1
        if result.grade is not None:
            self._count(result.grade, final=not problem)

    def failures(self) -> list[tuple[Rule, float]]:
        """Return the rules that someone failed with the share who did, most failed first."""
        rates = [(r, 1 - r.passed / r.started) for r in self.rules.values() if r.started]
        failed = [(rule, rate) for rule, rate in rates if rate > 0]
        return sorted(failed, key=lambda pair: -pair[1])

    def losses(self) -> list[tuple[str, float]]:
        """Return the functions that lost points with the mean share lost, most first."""
        means = [
            (name, 1 - each.points / (each.graded * each.max_points))
            for name, each in self.functions.items()
            if each.graded and each.max_points
        ]
        return sorted([pair for pair in means if pair[1] > _ROUNDING], key=lambda pair: -pair[1])

    def quartiles(self) -> tuple[float, float, float]:
        """Return the quartiles of the shares."""
        if len(self.shares) == 1:
            return (self.shares[0],) * 3
        low, median, high = statistics.quantiles(self.shares, n=4, method="inclusive")
        return low, median, high

    def time_quantiles(self) -> tuple[float, float]:
        """Return the median and the 95th percentile of the seconds."""
        ordered = sorted(self.seconds)
        return statistics.median(ordered), ordered[(95 * len(ordered) - 1) // 100]

    def slowest(self) -> list[tuple[float, str]]:
        """Return the seconds and names of the slowest submissions, slowest first."""
        return sorted(self._slowest, reverse=True)

    def not_graded_lines(self) -> list[str]:
        """Return a line with the reason for each result without a final score."""
        more = self.not_graded - len(self._named)
        return [*self._named, *([f"not graded: {more} more"] if more else [])]

    def _count(self, grade: Grade, *, final: bool) -> None:
        if final and grade.max_score:
            self.shares.append(grade.score / grade.max_score)
        for credit in grade.functions:
            if credit.complete:
                empty = FunctionStatistics(credit.max_points)
                function = self.functions.setdefault(credit.function, empty)
                function.graded += 1
                function.points += credit.points
        for outcome in grade.outcomes:
            if not outcome.property:  # points that staff decided
                continue
            rule = self.rules.get(outcome.property)
            if rule is None:
                rule = Rule(outcome.property, outcome.unit, outcome.sentence)
                self.rules[outcome.property] = rule
            rule.started += outcome.status != NOT_STARTED
            rule.passed += outcome.status == PASSED
