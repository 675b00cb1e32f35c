"""The runs of a student's tests on one implementation, in one worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backproof.assignment.config import Assignment
from backproof.confined.fork_client import ForkServer
from backproof.examination.implementations import Implementations
from backproof.examination.served_code import ServedCode
from backproof.examination.suite import StudentTest, TestSuite
from backproof.examination.test_worker import ACCEPTED, ENDED, Outcome, TestWorker
from backproof.examination.trivial import trivial_variant
from backproof.wire.protocol import Ended

# After so many new workers a suite that ends them all the time is left alone.
_MAX_WORKERS = 40

# The kinds of jobs: list the tests; run all on a right implementation; run some as on a mistake.
LIST, FULL, QUICK = "list", "full", "quick"


@dataclass(frozen=True)
class Job:
    """Runs of some tests on one implementation.

    Attributes:
        kind: ``LIST`` loads the tests only. ``FULL`` runs each at every seed. ``QUICK`` runs them
            at the first seed, and those that reject at the others.
        right: The number of the right implementation.
        wrong: The number of the mistake that is made in it; -1 for none.
        trivial: The function, as ``"unit.name"``, that is replaced by a trivial one, and the name
            of that; empty for none.
        tests: The numbers of the tests.
        seeds: The seeds.

    """

    kind: str
    right: int = 0
    wrong: int = -1
    trivial: tuple[str, str] = ("", "")
    tests: tuple[int, ...] = ()
    seeds: tuple[int, ...] = ()


@dataclass(frozen=True)
class Run:
    """The outcome of one run of a test: its number, the seed, and what it said."""

    test: int
    seed: int
    outcome: Outcome

    @property
    def accepted(self) -> bool:
        """Whether the test accepts the implementation."""
        return self.outcome.status == ACCEPTED


@dataclass(frozen=True)
class JobResult:
    """The result of a job.

    Attributes:
        runs: The runs, in order.
        tests: The tests that were found.
        problems: The files that could not be loaded, and why.
        fault: Why there is no result, in one line.

    """

    runs: tuple[Run, ...] = ()
    tests: tuple[StudentTest, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    fault: str = ""


class JobRunner:
    """Runs jobs in workers of one server.

    Args:
        assignment: The assignment.
        implementations: What tests are examined by.
        server: The server.

    """

    def __init__(
        self, assignment: Assignment, implementations: Implementations, server: ForkServer
    ) -> None:
        self._assignment = assignment
        self._implementations = implementations
        self._server = server
        # The implementation that served the job before, as most jobs use the reference.
        self._code: tuple[int, ServedCode] | None = None

    def run(self, suite: TestSuite, job: Job) -> JobResult:
        """Run a job."""
        cases = self._assignment.examine.cases
        session = _Session(lambda: self._started(suite, job), cases)
        try:
            session.worker()
        except Ended as ended:
            return JobResult(fault=f"loading the tests ended the program ({ended.kind})")
        try:
            runs = tuple(_RUNS[job.kind](session, job))
        finally:
            session.close()
        return JobResult(runs, session.tests, session.problems)

    def _started(self, suite: TestSuite, job: Job) -> TestWorker:
        code = self._serving(job.right)
        replaced: dict[str, Callable[..., Any]] = {}
        if job.wrong >= 0:
            mistake = self._implementations.wrong[job.wrong]
            replaced[mistake.target] = mistake.function
        if job.trivial[0]:
            code.put({})
            replaced[job.trivial[0]] = trivial_variant(
                job.trivial[1], code.function(job.trivial[0])
            )
        code.put(replaced)
        return TestWorker(self._server, self._assignment, suite, code)

    def _serving(self, right: int) -> ServedCode:
        if self._code is None or self._code[0] != right:
            if self._code is not None:
                self._code[1].close()
            files = self._implementations.right[right].files
            self._code = right, ServedCode(self._assignment, files)
        return self._code[1]


class _Session:
    """The worker of a job, which is replaced when it has ended."""

    def __init__(self, start: Callable[[], TestWorker], cases: int) -> None:
        self._start = start
        self._cases = cases
        self._worker: TestWorker | None = None
        self._started = 0
        self.tests: tuple[StudentTest, ...] = ()
        self.problems: tuple[tuple[str, str], ...] = ()

    def worker(self) -> TestWorker:
        if self._worker is None:
            self._worker = self._start()
            self._started += 1
            self.tests, self.problems = self._worker.tests, self._worker.problems
        return self._worker

    def run(self, test: int, seed: int, *, shrink: bool = False, short: bool = False) -> Run:
        """Run a test, in a new worker if the one before has ended; ``short`` with fewer cases."""
        if self._started >= _MAX_WORKERS and self._worker is None:
            return Run(test, seed, Outcome(ENDED, "the tests ended the program too often"))
        try:
            worker = self.worker()
            if test >= len(worker.tests):
                return Run(test, seed, Outcome(ENDED, "the test is not always there"))
            outcome = worker.run(
                test, seed, self._cases // 3 + 1 if short else self._cases, shrink=shrink
            )
        except Ended as ended:
            outcome = Outcome(ENDED, f"loading the tests ended the program ({ended.kind})")
        if outcome.status == ENDED:
            self.close()
        return Run(test, seed, outcome)

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None


def _no_runs(_session: _Session, _job: Job) -> Iterable[Run]:
    return ()


def _all_runs(session: _Session, job: Job) -> Iterable[Run]:
    """Run every test at every seed, and look for small failing cases."""
    for test in job.tests:
        for seed in job.seeds:
            yield session.run(test, seed, shrink=True)


def _quick_runs(session: _Session, job: Job) -> Iterable[Run]:
    """Run every test at the first seed; at the others only until one rejects that did before.

    Once the implementation is rejected, the other tests are run only to see which are alike, on
    fewer cases.
    """
    rejecting: list[int] = []
    for test in job.tests:
        yield (run := session.run(test, job.seeds[0], short=bool(rejecting)))
        if not run.accepted:
            rejecting.append(test)
    for seed in job.seeds[1:]:
        for test in rejecting:
            yield (run := session.run(test, seed))
            if not run.accepted:
                rejecting.remove(test)
                rejecting.insert(0, test)  # the one to try first at the next seed
                break


_RUNS: Mapping[str, Callable[[_Session, Job], Iterable[Run]]] = {
    LIST: _no_runs,
    FULL: _all_runs,
    QUICK: _quick_runs,
}
