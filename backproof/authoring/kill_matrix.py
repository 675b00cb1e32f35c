"""The whole kill matrix: every misconception with every property of its unit."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import load_misconceptions
from backproof.grades.outcomes import FAILED
from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import require_units, with_suite
from backproof.suite.suite import Suite


@dataclass(frozen=True)
class KillMatrix:
    """Which properties fail on which misconceptions.

    Attributes:
        properties: The properties, by unit.
        killed_by: For each misconception, as ``"unit.name"``, the properties that fail on it.
        claimed: For each misconception, the properties that it names.

    """

    properties: Mapping[str, tuple[str, ...]]
    killed_by: Mapping[str, frozenset[str]]
    claimed: Mapping[str, tuple[str, ...]]

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
        by_unit = {
            unit: tuple(name for name in suite.names if suite[name][0].unit == unit)
            for unit in chosen
        }
        killed = {}
        for each in wrong:
            code = LocalSubmission(
                assignment.reference, assignment.units, {each.target: each.function}
            )
            records = run_properties(suite, code, by_unit[each.unit], shrink=False)
            code.close()
            failed = {record.property for record in records if record.status == FAILED}
            killed[each.full_name] = frozenset(failed)
            progress(each.name, len(wrong))
        return KillMatrix(by_unit, killed, {each.full_name: each.caught_by for each in wrong})

    return with_suite(assignment, measure, profile=profile, seed=seed, units=units)
