"""Check a submission again at every save, with the properties that the change touches."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from backproof.casebook.draw import DrawnCases
from backproof.casebook.shelf import Shelf
from backproof.confined.level import IN_PROCESS
from backproof.errors import UserError
from backproof.grades.causes import find_causes
from backproof.grades.changes import describe_changes, statuses
from backproof.grades.outcomes import FAILED, Grade
from backproof.grades.visibility import hide_for_students
from backproof.grading.grade import as_pasted, grade_records
from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.suite.property import Property
from backproof.suite.suite import Suite
from backproof.watch.file_changes import Changes
from backproof.watch.import_graph import changed_files, touched_units
from backproof.watch.recheck import Recheck, Records

_CAN_FORK = hasattr(os, "fork")


@dataclass(frozen=True)
class Answer:
    """The result of checking one change.

    Attributes:
        grade: The grade of all properties in the present state, as a student may see it. The case
            of a failure that is not shown is the first that was found, not the smallest.
        changed: The files that changed; empty for the first check.
        units: The units that were checked again.
        since: What has changed since the last check, in words; empty if nothing has.
        seconds: The time since the change was noticed.

    """

    grade: Grade
    changed: tuple[str, ...]
    units: tuple[str, ...]
    since: str
    seconds: float


@dataclass
class Watch:
    """The checks of one submission, each after a change.

    Args:
        suite: The collected properties.
        path: The submission.
        names: The properties to check; all of the suite by default.
        hidden: The properties of which only the unit is shown.
        progress: Called when a property ends, with the number of ended and of all properties.

    """

    suite: Suite
    path: str
    names: Collection[str] = ()
    hidden: Collection[str] = ()
    progress: Callable[[int, int], object] = lambda _done, _total: None
    # The files of the last check, its records, and the statuses that it showed.
    _files: SubmittedFiles | None = None
    _records: Records = field(default_factory=dict)
    _statuses: dict[str, str] = field(default_factory=dict)
    # Whether the last attempt to read the submission failed.
    _unreadable: bool = False
    # The ids of the failed properties whose smallest case is not known.
    _not_shrunk: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        drawn_with = self.suite.graded_with
        shelf = Shelf(self.suite.assignment, drawn_with["profile"], drawn_with["seed"])
        self._cases = DrawnCases(self.suite.assignment, shelf)
        chosen = self.suite.select(self.names)
        self._properties = [each for each in self.suite.properties if each.name in chosen]

    def follow(self, changes: Changes, show: Callable[[Answer | UserError], object]) -> None:
        """Show an answer now and after each change; this does not return.

        Raises:
            UserError: The submission cannot be read at the start, or cannot be watched any more.

        """
        self._read()
        while True:
            answer = self.look(changes)
            if answer is not None:
                show(answer)
            self._wait(changes)

    def look(self, changes: Changes) -> Answer | UserError | None:
        """Check the properties that a change touches; return ``None`` if nothing has changed."""
        while True:
            begin = time.monotonic()
            try:
                files = self._read()
            except UserError as problem:  # the files are half saved, or moved away
                self._unreadable = True
                return problem
            changed = changed_files(self._files, files) if self._files else ()
            if self._files and not changed and not self._unreadable:
                return None
            touched = self._touched(files)
            checked = self._check(files, touched, changes)
            if checked is not None:
                self._files, self._unreadable = files, False
                ran = {each.unit for each in touched}
                units = tuple(unit for unit in self.suite.assignment.units if unit in ran)
                since = describe_changes(self._statuses, statuses(checked))
                self._statuses = statuses(checked)
                return Answer(checked, changed, units, since, time.monotonic() - begin)

    def _read(self) -> SubmittedFiles:
        return read_submission(self.path, self.suite.assignment.units)

    def _wait(self, changes: Changes) -> None:
        """Wait for a change; in the meantime draw cases, which later checks replay."""
        while True:
            if _CAN_FORK:
                with _without_ctrl_c():
                    self._cases.draw(
                        self.suite,
                        self._properties,
                        lambda: changes.waiting() or bool(signal.sigpending()),
                    )
            if changes.read():
                return

    def _touched(self, files: SubmittedFiles) -> list[Property]:
        """Return the properties that a change touches: those that failed before come first."""
        if self._files is None:
            return self._properties
        units = set(touched_units(self._files, files, self.suite.assignment.units))
        touched = [each for each in self._properties if units & self._units_of(each)]
        return sorted(touched, key=lambda each: self._records[each.id].status != FAILED)

    def _units_of(self, tested: Property) -> set[str]:
        functions = self._records[tested.id].functions
        return {tested.unit, *(function.partition(".")[0] for function in functions)}

    def _check(
        self, files: SubmittedFiles, properties: Sequence[Property], changes: Changes
    ) -> Grade | None:
        """Run properties, then again the one whose smallest case is shown; return the grade.

        ``None`` is returned if there was another change in the meantime.
        """
        checked = self._run(files, properties, changes, shrink=False)
        if checked is None:
            return None
        records = {**self._records, **checked}
        failed = {name for name, record in records.items() if record.status == FAILED}
        not_shrunk = (self._not_shrunk - {*checked}) | (failed & {*checked})
        causes = find_causes(self._grade(records, files).outcomes)
        shown = [cause.shown.property for cause in causes[:1] if cause.shown.case]
        # A property shows the case of its first parameter set that fails.
        first = {each.name: each for each in reversed(self._properties) if each.id in failed}
        again = [
            each
            for each in self._properties
            if each.name in shown and each is first.get(each.name) and each.id in not_shrunk
        ]
        smaller = self._run(files, again, changes, shrink=True)
        if smaller is None:
            return None
        self._records = {**records, **smaller}
        self._not_shrunk = not_shrunk - {*smaller}
        return self._grade(self._records, files)

    def _run(
        self,
        files: SubmittedFiles,
        properties: Sequence[Property],
        changes: Changes,
        *,
        shrink: bool,
    ) -> Records | None:
        recheck = Recheck(self.suite, files, self._cases, self.progress)
        if not _CAN_FORK:
            return recheck.run_here(properties, shrink=shrink)

        def is_outdated() -> bool:
            return changes.read() and self._differs(files)

        return recheck.run_forked(properties, changes.descriptor, is_outdated, shrink=shrink)

    def _differs(self, files: SubmittedFiles) -> bool:
        try:
            return bool(changed_files(files, self._read()))
        except UserError:
            return True

    def _grade(self, records: Records, files: SubmittedFiles) -> Grade:
        ordered = [records[each.id] for each in self._properties]
        grade = grade_records(
            self.suite,
            self.path,
            as_pasted(ordered, files, self.suite.assignment),
            IN_PROCESS,
            files.notes,
        )
        return hide_for_students(grade, self.hidden)


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Delay Ctrl-C: a callback of Hypothesis at garbage collection could swallow the exception."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
