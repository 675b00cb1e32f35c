"""Grade many submissions in parallel, each in a fork of this process.

This process has collected the properties and drawn their cases. It keeps the servers that workers
are forked from and the answers that are known to pass, which every later fork inherits. A grader
that hangs or crashes costs its own submission only.
"""

from __future__ import annotations

import gc
import select
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from backproof.casebook.book import Casebook
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.level import require_level
from backproof.confined.pool import ServerPool
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.errors import UserError
from backproof.facts.fact_finder import FactFinder
from backproof.grades.outcomes import Grade
from backproof.grading.grade import as_pasted, grade_records, run_properties
from backproof.grading.lone_runs import with_notes_of_lone_runs
from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.processes import affinity
from backproof.processes.forked import Connection, ForkedProcess
from backproof.processes.interrupts import kept_ctrl_c
from backproof.suite.suite import Suite

# Time for a grader besides waiting for its submission, which has a limit of its own.
SECONDS_FOR_GRADER = 300.0
# How long a Ctrl-C that was lost elsewhere may wait at most.
_SECONDS_TO_CTRL_C = 1.0

Key = TypeVar("Key")


@dataclass(frozen=True)
class GradingJob:
    """The means with which all submissions of a run are graded.

    Attributes:
        suite: The collected properties.
        casebook: Their recorded cases.
        confinement: The level of confinement that must be reached.
        diagnostician: Names the known mistakes behind failures.

    """

    suite: Suite
    casebook: Casebook
    confinement: str
    diagnostician: Diagnostician


@dataclass(frozen=True)
class Graded:
    """The result for one submission: its grade, or the reason why it has none.

    Attributes:
        grade: The grade; ``None`` if the submission could not be graded.
        problem: Why it could not be graded, in one line; empty if it was graded.
        fingerprint: A digest of the submitted files; empty if they could not be read.
        seconds: Duration of grading.
        cpu_seconds: Processor time of the grader and of the student's code.
        records: What the grade is computed from, as plain data.

    """

    grade: Grade | None = None
    problem: str = ""
    fingerprint: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    records: tuple[Mapping[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain data that can be sent to another process."""
        return {**vars(self), "grade": self.grade and self.grade.to_json()}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Graded:
        """Return the result that ``to_json`` described."""
        grade = document.get("grade")
        records = tuple(document.get("records", ()))
        grade = grade and Grade.from_json(grade)
        return cls(**{**document, "grade": grade, "records": records})


class GraderPool:
    """A pool of slots; each grades one submission after another in a fork.

    Args:
        job: The means of grading.
        slots: The number of submissions that are graded at a time.
        pinned: Whether each slot keeps to a processor of its own.

    """

    def __init__(self, job: GradingJob, slots: int, *, pinned: bool = True) -> None:
        self._slots = [_Slot(job, place if pinned else None) for place in range(slots)]
        # The collector writes to the objects that it visits, and each fork would have to copy them.
        # They are not visited any more: what exists by now lasts as long as this process.
        gc.collect()
        gc.freeze()

    def grade(
        self, submissions: Iterable[tuple[Key, Path | SubmittedFiles]]
    ) -> Iterator[tuple[Key, Graded]]:
        """Grade submissions in parallel; yield each result with its key as it arrives."""
        idle, busy = [*self._slots], dict[int, tuple[_Slot, Key]]()
        with kept_ctrl_c() as check_ctrl_c:
            for key, submission in submissions:
                slot = idle.pop()
                if problem := slot.begin(submission):
                    idle.append(slot)
                    yield key, problem
                else:
                    busy[slot.descriptor] = slot, key
                while not idle:
                    yield from self._finished(busy, idle, check_ctrl_c)
            while busy:
                yield from self._finished(busy, idle, check_ctrl_c)

    @staticmethod
    def _finished(
        busy: dict[int, tuple[_Slot, Key]], idle: list[_Slot], check_ctrl_c: Callable[[], None]
    ) -> Iterator[tuple[Key, Graded]]:
        """Wait until a grader ends or is late; yield its result and free its slot."""
        poll = select.poll()
        for descriptor in busy:
            poll.register(descriptor, select.POLLIN)
        first_deadline = min(slot.deadline for slot, _ in busy.values())
        ready: set[int] = set()
        while not ready and (seconds := first_deadline - time.monotonic()) > 0:
            check_ctrl_c()
            events = poll.poll(1000 * min(seconds, _SECONDS_TO_CTRL_C))
            ready = {descriptor for descriptor, _ in events}
        for descriptor, (slot, key) in [*busy.items()]:
            if descriptor in ready or slot.deadline <= time.monotonic():
                del busy[descriptor]
                idle.append(slot)
                yield key, slot.result(late=descriptor not in ready)

    def close(self) -> None:
        """End all graders and the servers of their workers."""
        for slot in self._slots:
            slot.close()


class _Slot:
    """A place for one grader at a time, with the servers that its workers are forked from."""

    def __init__(self, job: GradingJob, place: int | None) -> None:
        self._job = job
        self._place = place
        self._servers = ServerPool(job.suite.assignment)
        self._process: ForkedProcess | None = None
        self._limit = job.suite.assignment.seconds_per_submission + SECONDS_FOR_GRADER
        self._begin = 0.0
        self._fingerprint = ""

    @property
    def descriptor(self) -> int:
        """A descriptor that becomes readable when the grader has a result, or has ended."""
        assert self._process is not None
        return self._process.connection.descriptor

    @property
    def deadline(self) -> float:
        """The moment at which the grader is late, on the monotonic clock."""
        return self._begin + self._limit

    def begin(self, submission: Path | SubmittedFiles) -> Graded | None:
        """Start to grade a submission; return the result if it cannot be graded at all."""
        self._begin = time.monotonic()
        job, servers = self._job, self._servers
        try:
            files = submission
            if isinstance(files, Path):
                files = read_submission(files, job.suite.assignment.units)
            self._fingerprint = files.fingerprint
            with affinity.pinned_to(self._place):
                require_level(servers.for_sources(files.files.values()).observed, job.confinement)
                servers.skip_users()
                self._process = ForkedProcess(
                    lambda parent: _grade_in_fork(parent, files, job, servers)
                )
        except UserError as error:
            return Graded(problem=str(error))
        except Exception as error:  # a fault of the grader costs this submission only
            return Graded(problem=describe_fault(error))
        return None

    def result(self, *, late: bool) -> Graded:
        """Return the result of the grader, and end it."""
        assert self._process is not None
        problem = f"it gave no result within {self._limit:g} seconds" if late else ""
        message: dict[str, Any] | None = None
        if not late:
            try:
                message = self._process.connection.receive()
            except (OSError, ValueError):
                code = self._process.exit_code
                ending = f"signal {-code}" if code < 0 else f"exit code {code}"
                problem = f"the grader ended with {ending}"
        ended = self._process.close()
        self._process = None
        if message is None:
            self._servers.close()  # workers of the ended grader may still run
            return Graded(problem=problem)
        self._job.casebook.learn(message["learnt"])
        graded = Graded.from_json(message["graded"])
        if graded.grade is None:
            self._servers.close()
        return replace(
            graded,
            fingerprint=self._fingerprint,
            seconds=round(time.monotonic() - self._begin, 3),
            cpu_seconds=round(graded.cpu_seconds + ended.cpu_seconds, 3),
        )

    def close(self) -> None:
        """End the grader, if one runs, and the servers."""
        if self._process is not None:
            self._process.close()
            self._process = None
        self._servers.close()


def _grade_in_fork(
    parent: Connection, files: SubmittedFiles, job: GradingJob, servers: ServerPool
) -> None:
    """Grade a submission and send the result to the parent."""
    try:
        graded = grade_confined(files, job, servers)
    except BaseException as error:  # a fault of the grader: the submission is not graded
        graded = Graded(problem=describe_fault(error))
    learnt = [(name, digest.hex()) for name, digest in job.casebook.learnt]
    parent.send({"graded": graded.to_json(), "learnt": learnt})


def grade_confined(files: SubmittedFiles, job: GradingJob, servers: ServerPool) -> Graded:
    """Grade a submission in confined workers, in this process.

    ``cpu_seconds`` of the result is the processor time of the workers.
    """
    suite, diagnostician = job.suite, job.diagnostician
    fact_finder = FactFinder(suite.assignment)
    before = servers.cpu_seconds
    with ConfinedSubmission(files, suite.assignment, servers=servers) as submission:
        records = run_properties(
            suite,
            submission,
            casebook=job.casebook,
            diagnostician=diagnostician,
            fact_finder=fact_finder,
        )
        records = with_notes_of_lone_runs(records, files, suite.assignment, submission)
        observed = submission.observed
    notes = [*files.notes, *diagnostician.problems, *fact_finder.problems]
    records = as_pasted(records, files, suite.assignment)
    grade = grade_records(suite, files.name, records, observed, notes, job.casebook)
    kept = tuple(record.to_kept() for record in records)
    return Graded(grade, cpu_seconds=servers.cpu_seconds - before, records=kept)


def describe_fault(error: BaseException) -> str:
    """Return a line that names an exception of the grader and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)[-1:]
    place = "".join(f" at {Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"a fault of the grader: {type(error).__name__}: {error}{place}".replace("\n", " ")
