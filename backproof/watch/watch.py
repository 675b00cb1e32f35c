"""Check a submission again whenever it is saved: only what the change touches."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from backproof.assignment.config import Assignment
from backproof.casebook.draw import DrawnCases
from backproof.confined.level import IN_PROCESS
from backproof.errors import UserError
from backproof.grades.judging import judge
from backproof.grades.next_step import by_cause, next_outcome
from backproof.grades.outcomes import FAILED, Grade, Outcome
from backproof.grades.visibility import hide_for_students
from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.suite.records import name_of
from backproof.suite.selection import select, with_true_points
from backproof.suite.suite import Suite
from backproof.watch.file_changes import Changes
from backproof.watch.import_graph import changed_files, touched_units
from backproof.watch.recheck import Recheck, Records

_CAN_FORK = hasattr(os, "fork")


@dataclass(frozen=True)
class Answer:
    """What came of one change.

    Attributes:
        grade: The grade of everything, as it is now and as a student may see it. Of failures that
            are not shown the case is the first that was found, and not the smallest.
        changed: The files that changed; none the first time.
        units: The units that were checked again.
        shown: What failed in these units, by cause: what to mend next first, and not too many.
        more: How many causes are left out.
        seconds: From when the change was noticed.

    """

    grade: Grade
    changed: tuple[str, ...]
    units: tuple[str, ...]
    shown: Sequence[Sequence[Outcome]]
    more: int
    seconds: float


@dataclass
class Watch:
    """A submission that is looked at again and again.

    Args:
        suite: The collected properties.
        assignment: What to grade against.
        path: The submission.
        names: The properties to check; all of the suite by default.
        hidden: The properties of which no more than the unit is shown.
        most: Of how many failures the smallest cases are looked for, and shown.
        progress: Called as properties end, with how many have and how many there are.

    """

    suite: Suite
    assignment: Assignment
    path: str
    names: Collection[str] = ()
    hidden: Collection[str] = ()
    most: int = 4
    progress: Callable[[int, int], object] = lambda _done, _total: None
    _intake: SubmittedFiles | None = None
    _unusable: bool = False
    _records: Records = field(default_factory=dict)
    # The items whose case is not known to be the smallest.
    _not_shrunk: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._cases = DrawnCases(self.suite, self.assignment)
        chosen = select(self.names, self.suite.properties)
        self._properties = {
            number: name_of(item)
            for number, item in enumerate(self.suite.items)
            if name_of(item) in chosen
        }

    def follow(self, changes: Changes, show: Callable[[Answer | UserError], object]) -> None:
        """Show an answer now and after each change, without an end.

        Raises:
            UserError: The submission cannot be used at the start, or not be watched any more.
        """
        read_submission(self.path, self.assignment.units)
        while True:
            answer = self.look(changes)
            if answer is not None:
                show(answer)
            self._wait(changes)

    def look(self, changes: Changes) -> Answer | UserError | None:
        """Check what a change touches; ``None`` if nothing has changed."""
        while True:
            begin = time.monotonic()
            try:
                intake = read_submission(self.path, self.assignment.units)
            except UserError as problem:  # half saved, or gone for now
                self._unusable = True
                return problem
            changed = changed_files(self._intake, intake) if self._intake else ()
            if self._intake and not changed and not self._unusable:
                return None
            numbers = self._touched(intake)
            answer = self._answer(intake, numbers, changes)
            if answer is not None:
                self._intake, self._unusable = intake, False
                grade, units, causes = answer
                left = max(0, len(causes) - self.most)
                seconds = time.monotonic() - begin
                return Answer(grade, changed, units, causes[: self.most], left, seconds)

    def _wait(self, changes: Changes) -> None:
        while True:
            if _CAN_FORK:  # what else there is to do until the next save
                with _ctrl_c_held_back():
                    self._cases.draw(
                        self._properties, lambda: changes.waiting() or bool(signal.sigpending())
                    )
            if changes.read():
                return

    def _touched(self, intake: SubmittedFiles) -> list[int]:
        """Choose what to run: first what failed last time, then in the order of the lecture."""
        if self._intake is None:
            return [*self._properties]
        units = set(touched_units(self._intake, intake, self.assignment.units))
        touched = [number for number in self._properties if units & self._units_of(number)]
        return sorted(touched, key=lambda number: not _failed(self._records[number]))

    def _units_of(self, number: int) -> set[str]:
        used = {
            function.partition(".")[0]
            for record in self._records[number]
            for function in record["functions"]
        }
        return used | {self.suite.unit_of(self.suite.items[number])}

    def _answer(
        self, intake: SubmittedFiles, numbers: Sequence[int], changes: Changes
    ) -> tuple[Grade, tuple[str, ...], list[list[Outcome]]] | None:
        """Run items, and once more those that are shown, for their smallest case.

        Returns:
            The grade, the units that were run and what failed in them, by cause; ``None`` if there
            was a change meanwhile.
        """
        found = self._run(intake, numbers, changes, shrink=False)
        if found is None:
            return None
        records = {**self._records, **found}
        not_shrunk = (self._not_shrunk - {*found}) | {n for n in found if _failed(found[n])}
        ran = {self.suite.unit_of(self.suite.items[number]) for number in numbers}
        units = tuple(unit for unit in self.assignment.units if unit in ran)
        causes = self._causes(self._grade(records, intake), units)
        shown = {cause[0].property for cause in causes[: self.most] if cause[0].case}
        # The first parameter that fails is the one whose case a property has.
        first = {self._properties[n]: n for n in reversed(self._properties) if _failed(records[n])}
        again = [first[name] for name in shown & {*first} if first[name] in not_shrunk]
        smaller = self._run(intake, sorted(again), changes, shrink=True)
        if smaller is None:
            return None
        self._records = {**records, **smaller}
        self._not_shrunk = not_shrunk - {*smaller}
        grade = self._grade(self._records, intake)
        return grade, units, self._causes(grade, units)

    @staticmethod
    def _causes(grade: Grade, units: Collection[str]) -> list[list[Outcome]]:
        """Group what failed in the units, and what to mend next, which comes first."""
        first = next_outcome(grade)
        outcomes = [o for o in grade.outcomes if o.unit in units or o is first]
        return by_cause(sorted(outcomes, key=lambda outcome: outcome is not first))

    def _run(
        self, intake: SubmittedFiles, numbers: Sequence[int], changes: Changes, *, shrink: bool
    ) -> Records | None:
        units = self.assignment.units
        recheck = Recheck(self.suite, intake, units, self._cases, self.progress)
        if not _CAN_FORK:
            return recheck.here(numbers, shrink=shrink)

        def outdated() -> bool:
            return changes.read() and self._differs(intake)

        return recheck.apart(numbers, changes.descriptor, outdated, shrink=shrink)

    def _differs(self, intake: SubmittedFiles) -> bool:
        try:
            return bool(changed_files(intake, read_submission(self.path, self.assignment.units)))
        except UserError:
            return True

    def _grade(self, found: Records, intake: SubmittedFiles) -> Grade:
        records = [record for number in self._properties for record in found[number]]
        how = {"confinement": IN_PROCESS.to_json(), "notes": list(intake.notes)}
        outcomes = with_true_points(judge(records, self.assignment), self.suite, self.assignment)
        grade = Grade(self.path, outcomes, {**self.suite.graded_with, **how})
        return hide_for_students(grade, self.hidden)


@contextmanager
def _ctrl_c_held_back() -> Iterator[None]:
    """Have Ctrl-C come afterwards: Hypothesis' callback at garbage collection may swallow it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _failed(records: Sequence[Mapping[str, Any]]) -> bool:
    return any(record["status"] == FAILED for record in records)
