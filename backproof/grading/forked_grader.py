"""A seat: a process that grades one submission after another, each in a fork of itself.

It is forked from the process that has collected the properties and drawn their cases, keeps what
workers are forked from, and learns which answers pass. A submission whose grader is stuck or
crashes costs itself only.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from backproof.assignment.config import Assignment
from backproof.casebook.book import Casebook
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.level import require_level
from backproof.confined.pool import ServerPool
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.errors import UserError
from backproof.grades.judging import judge
from backproof.grades.outcomes import Grade
from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.processes import affinity
from backproof.processes.forked import _CHUNK, receive, send
from backproof.sandbox import syscalls
from backproof.suite.suite import Suite

# For all that a grader does besides waiting for a submission, which has a limit of its own.
SECONDS_FOR_GRADER = 300.0

Key = TypeVar("Key")


@dataclass(frozen=True)
class GradingJob:
    """What all submissions of a run are graded with."""

    suite: Suite
    casebook: Casebook
    assignment: Assignment
    confinement: str
    diagnostician: Diagnostician


class GraderPool:
    """Some seats that share the work.

    Args:
        order: What to grade with.
        number: How many there are.
        pinned: Whether each keeps to a processor of its own.

    """

    def __init__(self, order: GradingJob, number: int, *, pinned: bool = True) -> None:
        self._seats = [ForkedGrader(order, place if pinned else None) for place in range(number)]

    def grade(
        self, handed_in: Iterable[tuple[Key, Path | SubmittedFiles]]
    ) -> Iterator[tuple[Key, dict[str, Any]]]:
        """Grade submissions side by side; yield what came of each, by its key, as it comes."""
        waiting = iter(handed_in)
        busy: dict[int, tuple[ForkedGrader, Key]] = {}
        readable = select.poll()

        def begin(seat: ForkedGrader) -> None:
            for key, submission in itertools.islice(waiting, 1):
                seat.grade(submission)
                busy[seat.descriptor] = seat, key
                readable.register(seat.descriptor, select.POLLIN)

        for seat in self._seats:
            begin(seat)
        while busy:
            for descriptor, _ in readable.poll():
                seat, key = busy.pop(descriptor)
                readable.unregister(descriptor)
                said = seat.result()
                begin(seat)
                yield key, said

    def close(self) -> None:
        """End all seats and what they have started."""
        for seat in self._seats:
            seat.close()


class ForkedGrader:
    """The grader's side of a seat.

    Args:
        order: What to grade with.
        place: Which of the processors to use, counted round; ``None`` for any.

    """

    _sockets: ClassVar[set[socket.socket]] = set()

    def __init__(self, order: GradingJob, place: int | None) -> None:
        self._order = order
        self._place = place
        self._start()

    @property
    def descriptor(self) -> int:
        """What becomes readable when there is a result, or the seat is gone."""
        return self._socket.fileno()

    def grade(self, handed_in: Path | SubmittedFiles) -> None:
        """Begin to grade a submission; start anew if the seat is gone."""
        message: dict[str, Any] = {"path": str(handed_in)}
        if isinstance(handed_in, SubmittedFiles):
            message = {"intake": handed_in.to_json()}
        try:
            send(self._socket, message)
        except OSError:
            self.close()
            self._start()
            send(self._socket, message)

    def result(self) -> dict[str, Any]:
        """Read the result of the submission at hand; start anew if the seat is gone."""
        try:
            return receive(self._socket)
        except (OSError, ValueError):
            self.close()
            self._start()
            return {"problem": "the process that graded it is gone"}

    def close(self) -> None:
        """End the seat and all that it has started."""
        self._sockets.discard(self._socket)
        self._socket.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        sys.stdout.flush()
        sys.stderr.flush()
        self._pid = os.fork()
        if not self._pid:
            try:
                for other in (ours, *self._sockets):  # or a seat would not see that we are gone
                    other.close()
                _serve(theirs, self._order, self._place)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        theirs.close()
        # Here as well: whoever ends the seat may be first.
        with contextlib.suppress(OSError):
            os.setpgid(self._pid, self._pid)
        self._socket = ours
        self._sockets.add(ours)


def _serve(orders: socket.socket, order: GradingJob, place: int | None) -> None:
    """Be a seat, until there are no more orders."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the grader decides when it ends
    if sys.platform == "linux":
        syscalls.set_death_signal(signal.SIGKILL)
    if place is not None:
        affinity.assign(0, place)
    gc.freeze()
    servers = ServerPool(order.assignment)
    while True:
        try:
            request = receive(orders)
        except (OSError, ValueError):
            break
        result, learnt = _graded_apart(request, order, servers)
        if result.pop("broken", False):
            servers.close()  # its workers may still be there
        order.casebook.learn(learnt)
        send(orders, result)
    servers.close()


def _graded_apart(
    request: Mapping[str, Any], order: GradingJob, servers: ServerPool
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Grade in a fork; give the result and what has been learnt."""
    begin = time.monotonic()
    try:
        intake = _taken_in(request, order.assignment)
        served = servers.for_sources(intake.files.values())
        require_level(served.observed, order.confinement)
    except UserError as error:
        return {"problem": str(error)}, []
    except Exception as error:  # a fault of ours costs this submission only
        return {"problem": _named(error)}, []
    servers.skip_users()
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        _grade_and_exit(intake, order, servers, writing)
    os.close(writing)
    limit = order.assignment.seconds_per_submission + SECONDS_FOR_GRADER
    try:
        said = _read_all(reading, begin + limit)
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
    if said is None:
        return {"problem": f"it gave no result within {limit:g} seconds", "broken": True}, []
    try:
        result: dict[str, Any] = json.loads(said)
    except ValueError:
        code = os.waitstatus_to_exitcode(status)
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return {"problem": f"the grader ended with {how}", "broken": True}, []
    result["fingerprint"] = intake.fingerprint
    result["seconds"] = round(time.monotonic() - begin, 3)
    cpu = result.pop("workers", 0.0) + usage.ru_utime + usage.ru_stime
    result["cpu_seconds"] = round(cpu, 3)
    return result, result.pop("learnt", [])


def _taken_in(request: Mapping[str, Any], assignment: Assignment) -> SubmittedFiles:
    if "intake" in request:
        return SubmittedFiles.from_json(request["intake"])
    return read_submission(request["path"], assignment.units)


def _grade_and_exit(
    intake: SubmittedFiles, order: GradingJob, servers: ServerPool, writing: int
) -> None:
    """Be the grader of one submission."""
    try:
        if sys.platform == "linux":
            syscalls.set_death_signal(signal.SIGKILL)
        try:
            result = _grade(intake, order, servers)
        except BaseException as error:  # a fault of ours: not graded
            result = {"problem": _named(error), "broken": True}
        with os.fdopen(writing, "w", encoding="utf-8") as out:
            json.dump(result, out, allow_nan=False)  # in ASCII: names may hold half a character
    finally:
        os._exit(0)


def _grade(intake: SubmittedFiles, order: GradingJob, servers: ServerPool) -> dict[str, Any]:
    suite, assignment = order.suite, order.assignment
    before = servers.cpu_seconds
    with ConfinedSubmission(intake, assignment, servers=servers) as submission:
        records = suite.run(submission, casebook=order.casebook, diagnostician=order.diagnostician)
        observed = submission.observed
    notes = [*intake.notes, *order.diagnostician.problems]
    how = {"confinement": observed.to_json(), "notes": notes}
    how["casebook"] = order.casebook.digest
    grade = Grade(intake.name, judge(records, assignment), {**suite.graded_with, **how})
    return {
        "grade": grade.to_json(),
        "workers": servers.cpu_seconds - before,
        "learnt": [(name, digest.hex()) for name, digest in order.casebook.learnt],
    }


def _named(error: BaseException) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1:]
    place = "".join(f" at {Path(frame.filename).name}:{frame.lineno}" for frame in where)
    return f"a fault of the grader: {type(error).__name__}: {error}{place}".replace("\n", " ")


def _read_all(descriptor: int, deadline: float) -> bytes | None:
    """Read to the end; ``None`` if that does not come in time."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    chunks: list[bytes] = []
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        if waiting.poll(1000 * min(left, 60.0)):
            chunk = os.read(descriptor, _CHUNK)
            if not chunk:
                return b"".join(chunks)
            chunks.append(chunk)
