"""The cases that a property draws: as programs, by their values, and by what they detect."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import Misconception, load_misconceptions
from backproof.assignment.references import property_names, suggestion
from backproof.authoring.case_counts import fails
from backproof.authoring.drawn_values import DrawnValues
from backproof.casebook.draw import draw_cases
from backproof.casebook.entry import Entry
from backproof.counterexample.program import render_case
from backproof.counterexample.wording import Wording, parameter_names
from backproof.errors import UserError
from backproof.submission.local import LocalSubmission
from backproof.suite.cases import PROVIDED
from backproof.suite.collect import with_suite
from backproof.suite.property import Property
from backproof.suite.suite import Suite


@dataclass
class ShownCases:
    """The draws of a property, over all sets of its parameters.

    Attributes:
        name: The name of the property.
        programs: The first cases, as programs.
        values: The values in all cases.
        discarded: How many cases Hypothesis drew and the property or its strategies rejected.
        detected: For each misconception that names the property, the number of cases that fail.

    """

    name: str
    programs: list[str] = field(default_factory=list)
    values: DrawnValues = field(default_factory=DrawnValues)
    discarded: int = 0
    detected: dict[str, int] = field(default_factory=dict)

    @property
    def detections(self) -> list[tuple[str, int]]:
        """The misconceptions and the numbers of their failing cases, the fewest first."""
        return sorted(self.detected.items(), key=lambda item: item[1])

    def render(self) -> str:
        """Return the cases as text."""
        number = self.values.cases
        lines = [f"{self.name}: {number} cases, {self.discarded} discarded"]
        for place, program in enumerate(self.programs, 1):
            lines += ["", f"case {place}:", program]
        lines += ["", *self.values.lines()]
        lines += [
            f"{name}: detected by {found} of {number} cases" for name, found in self.detections
        ]
        return "\n".join(lines)


def show_cases(
    assignment: Assignment, name: str, *, shown: int = 3, profile: str = "grade", seed: int = 0
) -> ShownCases:
    """Draw the cases of a property, and run them on the mistakes that name it.

    Raises:
        UserError: There is no such property, or it draws its cases while it runs.

    """
    by_unit = property_names(assignment.properties)
    known = {each: unit for unit in assignment.units for each in by_unit.get(unit, ())}
    found = name if name in known else f"test_{name}"
    if found not in known:
        raise UserError(f"there is no property {name}{suggestion(name, known)}")

    def look(suite: Suite) -> ShownCases:
        entries = [*draw_cases(suite, only=suite[found]).values()]
        if not any(entry.cases for entry in entries):
            raise UserError(f"{found} draws its cases while it runs, so there are none to show")
        claiming = [w for w in load_misconceptions(assignment) if found in w.caught_by]
        return look_at_cases(suite, entries, claiming, shown)

    return with_suite(assignment, look, profile=profile, seed=seed, units=[known[found]])


def look_at_cases(
    suite: Suite, entries: Sequence[Entry], claiming: Collection[Misconception], shown: int
) -> ShownCases:
    """Return what the drawn cases of one property contain and detect.

    Args:
        suite: The collected properties.
        entries: The property with each set of its parameters.
        claiming: The misconceptions that name the property.
        shown: The number of cases that are written as programs.

    """
    seen = ShownCases(entries[0].property.name)
    seen.discarded = sum(_discarded(entry.property) for entry in entries)
    for entry in entries:
        for case in entry.cases:
            seen.values.add({key: part for key, part in case.items() if key not in PROVIDED})
    seen.programs = _programs(suite, entries, shown)
    for wrong in claiming:
        seen.detected[wrong.full_name] = _detections(suite, entries, wrong)
    return seen


def _programs(suite: Suite, entries: Sequence[Entry], shown: int) -> list[str]:
    """Return the first cases that differ, as programs."""
    assignment = suite.assignment
    wording = Wording(parameter_names(assignment.template), assignment.opaque)
    reference = LocalSubmission(assignment.reference, assignment.units)
    suite.use(reference)
    programs: dict[str, None] = {}
    drawn = ((each, case) for each in entries for case in each.cases)
    for entry, case in drawn:
        if len(programs) >= shown:
            break
        entry.property.run_cases([case], reference)
        programs[render_case(reference.journal, wording) or "no call"] = None
    reference.close()
    return [*programs]


def _detections(suite: Suite, entries: Sequence[Entry], wrong: Misconception) -> int:
    """Return how many of the cases fail on a misconception."""
    assignment = suite.assignment
    code = LocalSubmission(assignment.reference, assignment.units, {wrong.target: wrong.function})
    suite.use(code)
    found = sum(fails(entry, case, code) for entry in entries for case in entry.cases)
    code.close()
    return found


def _discarded(tested: Property) -> int:
    """Return how many drawn cases were rejected in the last run, as Hypothesis' statistics say."""
    statistics = getattr(tested.item, "hypothesis_statistics", "")
    return sum(map(int, re.findall(r"(\d+) invalid", statistics)))
