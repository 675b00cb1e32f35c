"""Processes that run jobs at the same time, each with a server of its own for workers."""

from __future__ import annotations

import dataclasses
import os
import resource
import select
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from backproof.assignment.config import Assignment
from backproof.confined.level import ObservedConfinement, require_level
from backproof.errors import UserError
from backproof.examination.implementations import Implementations
from backproof.examination.jobs import Job, JobResult, JobRunner
from backproof.examination.servers import observed, start_server
from backproof.examination.suite import TestSuite
from backproof.intake.reader import SubmittedFiles
from backproof.processes import affinity
from backproof.processes.forked import Connection, ForkedProcess

# A job may take so long besides the time of its tests.
_SECONDS_BESIDE = 120.0
# Tests may call an implementation with absurd arguments: it may use so much more memory.
_SPARE_BYTES = 2**31


class Lanes:
    """Processes that each run one job at a time; they last until ``close`` is called.

    Args:
        assignment: The assignment.
        implementations: What tests are examined by.
        confinement: The level of confinement that must be reached.
        count: The number of processes; by default that of the processors.

    Attributes:
        count: The number of processes.
        observed: What confines the workers.

    """

    def __init__(
        self,
        assignment: Assignment,
        implementations: Implementations,
        confinement: str,
        count: int | None = None,
    ) -> None:
        self._assignment = assignment
        self._implementations = implementations
        self._confinement = confinement
        self.count = count or max(len(affinity.allowed()), 1)
        self._lanes = [self._started(place) for place in range(self.count)]
        self.observed = self._check()

    def run(
        self, suite: TestSuite, jobs: Iterable[Job], until: float
    ) -> Iterator[tuple[Job, JobResult]]:
        """Run jobs on a suite, as many at a time as there are lanes; yield each as it ends.

        Args:
            suite: The tests.
            jobs: The jobs.
            until: After this moment, on the monotonic clock, no job is begun.

        """
        sent = {"submitted": suite.submitted.to_json(), "modules": dict(suite.modules)}
        waiting = iter(jobs)
        busy: dict[int, tuple[Job, float]] = {}
        idle = [*range(len(self._lanes))]
        while True:
            while idle and time.monotonic() < until and (job := next(waiting, None)) is not None:
                place = idle.pop()
                self._lanes[place].connection.send({"suite": sent, "job": dataclasses.asdict(job)})
                busy[place] = job, time.monotonic() + self._seconds_for(job)
            if not busy:
                return
            for place in self._ended(busy):
                job, deadline = busy.pop(place)
                idle.append(place)
                yield job, self._result(place, late=time.monotonic() > deadline)

    def close(self) -> None:
        """End all processes."""
        for lane in self._lanes:
            lane.close()

    def _started(self, place: int) -> ForkedProcess:
        def work(parent: Connection) -> None:
            _serve(parent, self._assignment, self._implementations)

        with affinity.pinned_to(place):
            return ForkedProcess(work)

    def _check(self) -> ObservedConfinement:
        """Return what confines the workers; raise if that is too little, or there are none."""
        try:
            for lane in self._lanes:
                self._await(lane)
                message = lane.connection.receive()
                if "problem" in message:
                    raise UserError(message["problem"])
                level = ObservedConfinement(
                    message["level"], message["layers"], tuple(message["open"])
                )
                require_level(level, self._confinement)
        except BaseException:
            self.close()
            raise
        return level

    @staticmethod
    def _await(lane: ForkedProcess) -> None:
        poll = select.poll()
        poll.register(lane.connection.descriptor, select.POLLIN)
        poll.poll(1000 * _SECONDS_BESIDE)

    def _seconds_for(self, job: Job) -> float:
        runs = max(len(job.tests) * len(job.seeds), 1)
        return _SECONDS_BESIDE + 3 * runs * self._assignment.examine.seconds_per_test

    def _ended(self, busy: Mapping[int, tuple[Job, float]]) -> list[int]:
        """Wait until some lanes have a result, or are late."""
        poll = select.poll()
        places = {self._lanes[place].connection.descriptor: place for place in busy}
        for descriptor in places:
            poll.register(descriptor, select.POLLIN)
        first = min(deadline for _, deadline in busy.values())
        ready = poll.poll(1000 * max(first - time.monotonic(), 0))
        late = [place for place, (_, end) in busy.items() if end <= time.monotonic()]
        return [*{*(places[descriptor] for descriptor, _ in ready), *late}]

    def _result(self, place: int, *, late: bool) -> JobResult:
        """Receive a result; start a lane again that has none."""
        lane = self._lanes[place]
        if not late:
            try:
                return msgspec.convert(lane.connection.receive(), JobResult)
            except (OSError, ValueError, msgspec.ValidationError):
                pass
        lane.close()
        self._lanes[place] = self._started(place)
        self._await(self._lanes[place])
        self._lanes[place].connection.receive()
        return JobResult(fault="a fault of the grader: a process that runs tests has ended")


def _serve(parent: Connection, assignment: Assignment, implementations: Implementations) -> None:
    """Run jobs until the parent ends."""
    try:
        server = start_server(assignment)
        parent.send(observed(server).to_json())
    except UserError as error:
        parent.send({"problem": str(error)})
        return
    _limit_memory()
    runner = JobRunner(assignment, implementations, server)
    try:
        while True:
            try:
                message = parent.receive()
            except (OSError, ValueError):
                return
            result = runner.run(_suite(message["suite"]), msgspec.convert(message["job"], Job))
            parent.send(msgspec.to_builtins(result))
    finally:
        server.close()


def _suite(document: Mapping[str, Any]) -> TestSuite:
    return TestSuite(SubmittedFiles.from_json(document["submitted"]), document["modules"])


def _limit_memory() -> None:
    """Bound what calls with absurd arguments may use of this process's memory."""
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = used + _SPARE_BYTES
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
