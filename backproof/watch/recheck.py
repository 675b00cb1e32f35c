"""Run properties on one state of a submission, in forks of this process where it can fork."""

from __future__ import annotations

import contextlib
import gc
import os
import select
import time
from collections.abc import Callable, Sequence
from typing import Any

from backproof.casebook.draw import DrawnCases
from backproof.facts.fact_finder import FactFinder
from backproof.failure_kinds import CRASH, EXITED
from backproof.grades.property_record import PropertyRecord
from backproof.intake.reader import SubmittedFiles
from backproof.processes import affinity
from backproof.processes.forked import Connection, ForkedProcess
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import SubmissionEnded
from backproof.suite.property import Property, PropertyRun
from backproof.suite.records import record_of_failure
from backproof.suite.suite import Suite

# The records of properties, by their ids.
Records = dict[str, PropertyRecord]


class Recheck:
    """One run of some properties on one state of a submission.

    Args:
        suite: The collected properties.
        files: The state of the submission.
        cases: Cases that were drawn before.
        progress: Called when a property ends, with the number of ended and of all properties.

    """

    def __init__(
        self,
        suite: Suite,
        files: SubmittedFiles,
        cases: DrawnCases,
        progress: Callable[[int, int], object],
    ) -> None:
        self._suite = suite
        self._files = files
        self._cases = cases
        self._progress = progress

    def run_here(self, properties: Sequence[Property], *, shrink: bool) -> Records:
        """Run properties in this process, one after the other."""
        records: Records = {}
        submission = self._opened(shrink)
        try:
            for each in properties:
                records[each.id] = self._with_facts(each, submission, shrink)
                self._progress(len(records), len(properties))
        finally:
            submission.close()
        return records

    def run_forked(
        self,
        properties: Sequence[Property],
        changes: int,
        is_outdated: Callable[[], bool],
        *,
        shrink: bool,
    ) -> Records | None:
        """Run properties in parallel, in forks of this process.

        Args:
            properties: The properties, in the order in which to begin.
            changes: A descriptor that becomes readable when the submission may have changed.
            is_outdated: Reads from ``changes`` and returns whether the submission has changed.
            shrink: Whether to look for smaller failing cases.

        Returns:
            The records; ``None`` if the submission has changed in the meantime.

        """
        records: Records = {}
        waiting = list(reversed(properties))
        busy: dict[int, _Runner] = {}

        def begin(runner: _Runner) -> None:
            busy[runner.descriptor] = runner
            runner.begin(waiting.pop())

        try:
            for _ in range(min(len(waiting), len(affinity.allowed()) or os.cpu_count() or 1)):
                begin(self._runner(shrink))
            while busy:
                ready, _, _ = select.select([changes, *busy], [], [])
                if changes in ready and is_outdated():
                    return None
                for runner in [busy[descriptor] for descriptor in ready if descriptor in busy]:
                    records[runner.property.id] = runner.record()
                    del busy[runner.descriptor]
                    self._progress(len(records), len(properties))
                    if runner.has_ended or not waiting:
                        runner.close()
                    if waiting:
                        begin(self._runner(shrink) if runner.has_ended else runner)
            return records
        finally:
            for runner in busy.values():
                runner.close()

    def _runner(self, shrink: bool) -> _Runner:
        properties = {each.id: each for each in self._suite.properties}

        def serve(parent: Connection) -> None:
            submission = self._opened(shrink)
            while True:
                each = properties[parent.receive()["property"]]
                try:
                    passed = None if shrink else self._cases.record_of_pass(each, submission)
                    record = passed or self._with_facts(each, submission, shrink)
                    message: dict[str, Any] = {"record": record.to_json()}
                except Exception as fault:  # a fault of the grader costs this property only
                    message = {"fault": f"{type(fault).__name__}: {fault}"}
                parent.send(message)

        # The collector writes to the objects that it visits, and the fork would have to copy them.
        gc.freeze()
        try:
            return _Runner(serve)
        finally:
            gc.unfreeze()

    def _with_facts(
        self, tested: Property, submission: LocalSubmission, is_shown: bool
    ) -> PropertyRecord:
        """Run a property; add the facts about its failure if that is shown."""
        run = PropertyRun(tested, tested.run_live(), tested.collect_cases)
        if is_shown:
            [run] = FactFinder(self._suite.assignment).add_facts([run], submission)
        return run.record

    def _opened(self, shrink: bool) -> LocalSubmission:
        assignment = self._suite.assignment
        submission = LocalSubmission(
            self._files, assignment.units, stand_ins=assignment.stand_ins, limits=assignment.limits
        )
        self._suite.use(submission, shrink=shrink)
        return submission


class _Runner:
    """A fork of this process that runs one property after another."""

    def __init__(self, serve: Callable[[Connection], None]) -> None:
        self._process = ForkedProcess(serve)
        self._since = 0.0
        self.has_ended = False
        self.property: Property

    @property
    def descriptor(self) -> int:
        """A descriptor that becomes readable when there is a record, or the process has ended."""
        return self._process.connection.descriptor

    def begin(self, tested: Property) -> None:
        """Start to run a property."""
        self.property = tested
        self._since = time.monotonic()
        with contextlib.suppress(OSError):  # if the process has ended, reading its record shows it
            self._process.connection.send({"property": tested.id})

    def record(self) -> PropertyRecord:
        """Return the record of the property; a failure if the process has ended."""
        problem: BaseException
        try:
            message: dict[str, Any] = self._process.connection.receive()
        except (OSError, ValueError):
            self.has_ended = True
            problem = _ending(self._process.exit_code)
        else:
            if "record" in message:
                return PropertyRecord.from_json(message["record"])
            problem = RuntimeError(message["fault"])
        return record_of_failure(self.property, problem, time.monotonic() - self._since)

    def close(self) -> None:
        """End the process and all that it has started."""
        self._process.close()


def _ending(code: int) -> SubmissionEnded:
    if code < 0:
        return SubmissionEnded(f"nothing: your code crashed (signal {-code})", "a result", CRASH)
    ended = f"your code ended the program, with exit status {code}"
    return SubmissionEnded(f"nothing: {ended}", "a result", EXITED)
