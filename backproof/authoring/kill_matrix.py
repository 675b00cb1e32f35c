"""The whole kill matrix: every misconception with every property of its unit."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from backproof.assignment.concepts import Concept, concepts_of
from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import Misconception, load_misconceptions
from backproof.authoring.case_counts import fails
from backproof.casebook.draw import draw_cases
from backproof.casebook.entry import Entry
from backproof.grades.outcomes import FAILED
from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import SubmissionEnded
from backproof.submission.time_limit import time_limit
from backproof.suite.collect import require_units, with_suite
from backproof.suite.suite import Suite


@dataclass(frozen=True)
class KillMatrix:
    """Which properties fail on which misconceptions.

    Attributes:
        properties: The properties, by unit.
        killed_by: For each misconception, as ``"unit.name"``, the properties that fail on it.
        claimed: For each misconception, the properties that it names.
        targets: For each misconception, the function that it replaces, as ``"unit.name"``.

    """

    properties: Mapping[str, tuple[str, ...]]
    killed_by: Mapping[str, frozenset[str]]
    claimed: Mapping[str, tuple[str, ...]]
    targets: Mapping[str, str]

    @property
    def concepts(self) -> list[Concept]:
        """The misconceptions, those of one function together that the same properties detect."""
        return concepts_of(self.killed_by, self.targets)

    def to_csv(self) -> str:
        """Return a row for each misconception and property of a unit, for a spreadsheet."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["misconception", "property", "fails", "claimed"])
        for name, killed in self.killed_by.items():
            for each in self.properties[name.partition(".")[0]]:
                claims = each in self.claimed[name]
                table.writerow([name, each, int(each in killed), int(claims)])
        return text.getvalue()


def kill_matrix(
    assignment: Assignment,
    *,
    profile: str = "quick",
    seed: int = 0,
    units: Collection[str] = (),
    progress: Callable[[str, int], object] = lambda _name, _total: None,
) -> KillMatrix:
    """Run all properties of a unit on each of its misconceptions.

    Raises:
        UserError: A part of the assignment cannot be loaded, or a unit is unknown.

    """
    assignment.require_reference()
    chosen = require_units(assignment, units)
    wrong = [each for each in load_misconceptions(assignment) if each.unit in chosen]

    def measure(suite: Suite) -> KillMatrix:
        return kills_of_cases(suite, draw_cases(suite), wrong, progress)

    return with_suite(assignment, measure, profile=profile, seed=seed, units=units)


def kills_of_cases(
    suite: Suite,
    entries: Mapping[str, Entry],
    misconceptions: Collection[Misconception],
    progress: Callable[[str, int], object] = lambda _name, _total: None,
) -> KillMatrix:
    """Run drawn cases of all properties of a unit on each of its misconceptions.

    Args:
        suite: The collected properties.
        entries: The drawn cases, by the ids of their properties.
        misconceptions: The misconceptions.
        progress: Called after each misconception, with its name and their number.

    """
    properties: dict[str, dict[str, list[Entry]]] = {each.unit: {} for each in suite.properties}
    for entry in entries.values():
        by_name = properties[entry.property.unit]
        by_name.setdefault(entry.property.name, []).append(entry)
    killed: dict[str, frozenset[str]] = {}
    for wrong in misconceptions:
        killed[wrong.full_name] = frozenset(_killers(suite, properties[wrong.unit], wrong))
        progress(wrong.name, len(misconceptions))
    return KillMatrix(
        {unit: tuple(names) for unit, names in properties.items()},
        killed,
        {each.full_name: each.caught_by for each in misconceptions},
        {each.full_name: each.target for each in misconceptions},
    )


def _killers(
    suite: Suite, properties: Mapping[str, Iterable[Entry]], wrong: Misconception
) -> list[str]:
    """Return the names of the properties that fail on a misconception."""
    assignment = suite.assignment
    code = LocalSubmission(assignment.reference, assignment.units, {wrong.target: wrong.function})
    suite.use(code, shrink=False)
    killers = [
        name
        for name, entries in properties.items()
        if any(_kills(suite, entry, code) for entry in entries)
    ]
    code.close()
    return killers


def _kills(suite: Suite, entry: Entry, code: LocalSubmission) -> bool:
    """Return whether a property fails; without drawn cases it is run by Hypothesis."""
    if not entry.cases:
        records = run_properties(suite, code, [entry.property.name], shrink=False)
        return any(record.status == FAILED for record in records)
    code.begin_property(entry.property.unit)
    try:
        with (
            time_limit(suite.assignment.seconds_per_property, code.overdue),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")  # a rule on warnings looks at them itself
            return any(fails(entry, case, code) for case in entry.cases)
    except SubmissionEnded:  # it does not return in time
        return True
