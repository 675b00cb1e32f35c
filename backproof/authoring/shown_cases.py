"""The cases that a property draws: as programs, by their sizes, and by what they detect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import load_misconceptions
from backproof.assignment.references import property_names, suggestion
from backproof.authoring.case_counts import fails
from backproof.casebook.draw import draw_cases
from backproof.casebook.entry import Entry
from backproof.counterexample.program import render_case
from backproof.counterexample.wording import Wording, parameter_names
from backproof.errors import UserError
from backproof.submission.local import LocalSubmission
from backproof.suite.cases import PROVIDED, parts
from backproof.suite.collect import with_suite
from backproof.suite.suite import Suite


@dataclass
class ShownCases:
    """What a property draws, over all sets of its parameters.

    Attributes:
        property: The name of the property.
        programs: The first cases, as programs.
        cases: The number of cases.
        sizes: How many of the arrays, strings and lists in the cases have which shape or length.
        lowest: The smallest number in the cases.
        highest: The largest one.
        detected: For each misconception that names the property, the number of cases that fail.

    """

    property: str
    programs: list[str] = field(default_factory=list)
    cases: int = 0
    sizes: Counter[str] = field(default_factory=Counter)
    lowest: float = np.inf
    highest: float = -np.inf
    detected: dict[str, int] = field(default_factory=dict)

    def render(self) -> str:
        """Return the cases as text."""
        lines = [f"{self.property}: {self.cases} cases"]
        for number, program in enumerate(self.programs, 1):
            lines += ["", f"case {number}:", program]
        lines += ["", "sizes: " + ", ".join(f"{n} × {s}" for s, n in self.sizes.most_common(12))]
        if self.lowest <= self.highest:
            lines.append(f"numbers: from {self.lowest:g} to {self.highest:g}")
        lines += [
            f"{name}: detected by {found} of {self.cases} cases"
            for name, found in sorted(self.detected.items(), key=lambda item: item[1])
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
        entries = [e for e in draw_cases(suite).values() if e.property.name == found]
        if not any(entry.cases for entry in entries):
            raise UserError(f"{found} draws its cases while it runs, so there are none to show")
        return _look(assignment, suite, entries, ShownCases(found), shown)

    return with_suite(assignment, look, profile=profile, seed=seed, units=[known[found]])


def _look(
    assignment: Assignment, suite: Suite, entries: Sequence[Entry], seen: ShownCases, shown: int
) -> ShownCases:
    wording = Wording(parameter_names(assignment.template), assignment.opaque)
    reference = LocalSubmission(assignment.reference, assignment.units)
    suite.use(reference)
    for entry in entries:
        for case in entry.cases:
            seen.cases += 1
            _count(seen, {key: part for key, part in case.items() if key not in PROVIDED})
            if len(seen.programs) < shown:
                entry.property.run_cases([case], reference)
                seen.programs.append(render_case(reference.journal, wording) or "no call")
    reference.close()
    for wrong in load_misconceptions(assignment):
        if seen.property in wrong.caught_by:
            replaced = {wrong.target: wrong.function}
            code = LocalSubmission(assignment.reference, assignment.units, replaced)
            suite.use(code)
            seen.detected[wrong.full_name] = sum(
                fails(entry, case, code) for entry in entries for case in entry.cases
            )
            code.close()
    return seen


def _count(seen: ShownCases, case: dict[str, object]) -> None:
    for part in _inside(case):
        match part:
            case np.ndarray():
                seen.sizes[f"array {part.shape}"] += 1
                if part.size and part.dtype.kind in "fiu":
                    seen.lowest = min(seen.lowest, float(part.min()))
                    seen.highest = max(seen.highest, float(part.max()))
            case str():
                seen.sizes[f"string of {len(part)}"] += 1
            case bool():
                pass
            case int() | float():
                seen.lowest = min(seen.lowest, float(part))
                seen.highest = max(seen.highest, float(part))
            case list() | set() | frozenset() | dict():
                seen.sizes[f"{type(part).__name__} of {len(part)}"] += 1


def _inside(case: dict[str, object]) -> Iterator[object]:
    for value in case.values():
        yield from parts(value)
