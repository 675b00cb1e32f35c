"""The worker processes of one submission, and what each of them has imported and used up."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from backproof.assignment.config import Assignment
from backproof.confined.channel import Channel
from backproof.confined.exchange import Tap
from backproof.confined.failures import ending, refusal
from backproof.confined.pool import PooledServer
from backproof.confined.remote_objects import CaseObjects
from backproof.confined.spawn_client import SpawnedChannel
from backproof.failure_kinds import (
    CPU_LIMIT,
    EXITED,
    IMPORT_FAILED,
    MISSING,
    PROTOCOL,
    TIMEOUT,
)
from backproof.intake.reader import SubmittedFiles
from backproof.student_code.source import Source
from backproof.submission.hanging import Hanging
from backproof.submission.messages import SubmissionEnded, SubmissionTimeout
from backproof.wire.frames import encode
from backproof.wire.protocol import Budget, Ended, Reply
from backproof.wire.values import WireError

_START = Budget(60.0, 60.0)


@dataclass
class Worker:
    """One worker.

    Attributes:
        channel: The connection to it.
        imported: The modules of the submission that it has imported.
        fresh: Whether it has had no call of the present case yet.

    """

    channel: Channel | SpawnedChannel
    imported: set[str] = field(default_factory=set)
    fresh: bool = True


class Workers:
    """Starts a worker for each home, and makes requests within limits of time.

    A home is the name of the properties that share a worker. After a crash its worker is replaced.

    Args:
        submitted: The files of the submission.
        assignment: Its units, limits, libraries and opaque results.
        pooled: The server that workers are forked from.

    Attributes:
        objects: The objects of the present case; references to them are sent in their place.
        tap: Records the requests, or answers them.
        hanging: The functions that hang, and the time that calls may take.

    """

    def __init__(
        self, submitted: SubmittedFiles, assignment: Assignment, pooled: PooledServer
    ) -> None:
        self.objects: CaseObjects
        self.tap: Tap | None = None
        self.hanging = Hanging(assignment.limits)
        self._submitted = submitted
        self._assignment = assignment
        self._limits = assignment.limits
        self._pooled = pooled
        self._deadline = time.monotonic() + assignment.seconds_per_submission
        self._workers: dict[str, Worker] = {}
        self._home = ""
        self._renewed = False
        # Imports that ended a worker, by home and module, and those that were tried once more.
        self._import_ended: dict[tuple[str, str], SubmissionEnded] = {}
        self._imported_again: set[tuple[str, str]] = set()
        # Imports that took too long, by module: they take as long in every worker.
        self._late_imports: dict[str, SubmissionTimeout] = {}

    def continue_in(self, home: str, keep: Collection[str]) -> None:
        """Use the worker of ``home`` for the next requests; end all workers but those to keep."""
        for other in self._workers.keys() - set(keep):
            # It belongs to another unit: it may still compute, and it uses memory.
            self.end(self._workers[other])
        self._home = home
        self._renewed = False

    def begin_case(self, objects: CaseObjects) -> None:
        """Let every worker forget the case before at its next call."""
        self.objects = objects
        for worker in self._workers.values():
            worker.fresh = True

    def renew(self, function: str) -> bool:
        """End the present worker, once in each property; return whether that was allowed.

        Args:
            function: The function that timed out, which will be called again.

        """
        is_late = time.monotonic() > self._deadline
        if self._renewed or is_late or self.hanging.refuses(function):
            return False
        self._renewed = True
        self.end()
        for place in set(self._import_ended) - self._imported_again:
            del self._import_ended[place]
            self._imported_again.add(place)
        return True

    def extend_deadline(self, seconds: float) -> None:
        """Let the whole submission take so much longer."""
        self._deadline += seconds

    def close(self) -> None:
        """End every worker."""
        for worker in self._workers.values():
            worker.channel.close()
        self._workers.clear()

    def with_module(self, unit: str) -> Worker:
        """Return the present worker, started if necessary, with a module imported.

        Raises:
            SubmissionEnded: The import did not come to an end.
        """
        home = self._home or unit
        worker = self._workers.get(home)
        if worker is None:
            worker = self._workers[home] = self._started()
        if unit not in worker.imported:
            ended_before = self._late_imports.get(unit) or self._import_ended.get((home, unit))
            if ended_before is not None:
                raise ended_before
            what, limit = f"importing {unit}.py", self._limits.seconds_to_import
            if self._late_imports:  # this module may import the one that took too long
                limit = min(limit, self._limits.cpu_seconds_per_call)
            budget = Budget(limit, limit)
            try:
                reply = self.request(worker, what, "import", unit, budget=budget)
            except SubmissionEnded as ended:
                self._import_ended[home, unit] = ended
                if isinstance(ended, SubmissionTimeout):
                    self._late_imports[unit] = ended
                raise
            if reply.failed not in (None, MISSING, IMPORT_FAILED):
                raise self.failure(reply, what)
            worker.imported.add(unit)
        return worker

    def seconds_computed(self) -> float:
        """Return the seconds that the workers of the present properties have computed."""
        return sum(worker.channel.seconds_computed() for worker in self._workers.values())

    def with_results(self, name: str, unit: str) -> Worker:
        """Return the worker that has the results of the present case.

        Raises:
            SubmissionEnded: That worker has ended, and with it what ``name`` returned.
        """
        worker = self._workers.get(self._home or unit)
        if worker is None:
            raise SubmissionEnded(f"nothing: {name} has ended before", "a result", EXITED)
        return worker

    def request(
        self,
        worker: Worker,
        name: str,
        operation: str,
        *details: Any,
        function: str = "",
        budget: Budget | None = None,
    ) -> Reply:
        """Make a request within its budget and the submission's deadline.

        Args:
            worker: The worker.
            name: The function on whose behalf it is made, as a student knows it.
            operation: The operation of the worker.
            details: The arguments of the operation.
            function: The function whose code runs, as ``"unit.name"``; empty for no single one.
            budget: The time for this request; that of a call of ``function`` by default.

        Raises:
            SubmissionEnded: There is no reply, and the worker is gone.
        """
        budget = budget or Budget(*self.hanging.seconds_for(function))
        left = self._deadline - time.monotonic()
        if left <= 0:
            seconds = self._assignment.seconds_per_submission
            raise SubmissionTimeout(f"nothing: all of the {seconds:g} seconds are used up")
        if left < budget.wall:
            budget = budget._replace(wall=left)

        def send() -> Reply:
            channel = worker.channel
            # Most calls are the first of their case, when there is nothing to refer to.
            stand_in = self.objects.stand_in if self.objects.has_any else None
            frame = encode((operation, channel.next_number, *details), stand_in)
            return channel.ask(frame, budget)

        try:
            if self.tap is None or operation in ("import", "batch"):
                reply = send()
            else:
                reply = self.tap.exchange((operation, *details), send)
            if "generators" in reply.also:
                self.objects.move_generators(reply.also["generators"])
        except Ended as ended:
            self.end(worker)
            if function and ended.kind in (TIMEOUT, CPU_LIMIT):
                seconds = budget.cpu if ended.kind == CPU_LIMIT else budget.wall
                self.hanging.missed(function, seconds, ended.kind)
            raise ending(ended, name, self._limits) from None
        except WireError as problem:
            self.end(worker)
            if "cannot be sent" in str(problem):  # an argument that the property itself made
                raise
            # The property passed on a value of the worker that is too large, or nested too deeply.
            raise ending(Ended(PROTOCOL, str(problem)), name, self._limits) from None
        except BaseException:
            self.end(worker)
            raise
        if function and self.hanging:
            self.hanging.returned(function)
        return reply

    def failure(self, reply: Reply, name: str) -> BaseException:
        """Return the exception for a reply without a result."""
        return refusal(reply, name, self._limits) or self.interference(name)

    def interference(self, name: str) -> SubmissionEnded:
        """End the present worker; return the exception for a reply that no honest worker sends."""
        return self.ended(Ended(PROTOCOL), name)

    def ended(self, reason: Ended, name: str) -> SubmissionEnded:
        """End the present worker for a reason; return the exception that states it."""
        self.end()
        return ending(reason, name, self._limits)

    def end(self, worker: Worker | None = None) -> None:
        """End a worker, the present one by default."""
        for home, other in list(self._workers.items()):
            if other is worker or (worker is None and home == self._home):
                other.channel.close()
                del self._workers[home]

    def _started(self) -> Worker:
        channel = self._pooled.server.fork(self._pooled.preload, self._limits.output_kb)
        assignment, submitted = self._assignment, self._submitted
        document = {
            "files": {path: _as_sent(path, source) for path, source in submitted.files.items()},
            "units": assignment.units,
            "single_file": submitted.single_file,
            "libraries": assignment.libraries,
            "stand_ins": assignment.stand_ins,
            "opaque": dict(assignment.opaque),
            "iterables": sorted(assignment.iterables),
        }
        # Sent as one array of bytes, because the limits of frames are not those of a submission.
        data = np.frombuffer(json.dumps(document).encode(), dtype=np.uint8)
        try:
            channel.hello(_START)
            channel.ask(encode(("load", channel.next_number, data)), _START)
        except (Ended, WireError) as problem:
            raise RuntimeError(f"a worker could not be started: {problem}") from None
        return Worker(channel)


def _as_sent(path: str, source: Source) -> list[Any]:
    """Return a source as it crosses; a traceback shows its path inside the submission."""
    shown = PurePosixPath(path).with_name(os.path.basename(source.filename))
    return ["" if source.cells else source.text, str(shown), source.cells]
