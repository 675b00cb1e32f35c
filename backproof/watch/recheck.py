"""Run properties on one state of a submission, in forks of this process where it has any."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NoReturn

from backproof.casebook.draw import DrawnCases
from backproof.failure_kinds import CRASH, EXITED
from backproof.intake.reader import SubmittedFiles
from backproof.processes import affinity
from backproof.processes.forked import receive, send
from backproof.sandbox import syscalls
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import SubmissionEnded
from backproof.suite.records import classify, record_of_pass
from backproof.suite.suite import Suite

# Of each item of a suite, by its number.
Records = dict[int, list[Mapping[str, Any]]]

_INTERRUPTED = 130


class Recheck:
    """One run of some properties on one state of a submission.

    Args:
        suite: The collected properties.
        intake: The state of the submission.
        units: The names of the assignment's modules.
        cases: The cases that are drawn already.
        progress: Called as items end, with how many have and how many there are.

    """

    def __init__(
        self,
        suite: Suite,
        intake: SubmittedFiles,
        units: Sequence[str],
        cases: DrawnCases,
        progress: Callable[[int, int], object],
    ) -> None:
        self._suite = suite
        self._intake = intake
        self._units = units
        self._cases = cases
        self._progress = progress

    def here(self, numbers: Sequence[int], *, shrink: bool) -> Records:
        """Run items in this process, one after the other, as ``apart`` does."""
        records: Records = {}
        submission = LocalSubmission(self._intake, self._units)
        self._suite.use(submission, shrink=shrink)
        try:
            for number in numbers:
                records[number] = self._suite.run_item(self._suite.items[number])
                self._progress(len(records), len(numbers))
        finally:
            submission.close()
        return records

    def apart(
        self,
        numbers: Sequence[int],
        watched: int,
        outdated: Callable[[], bool],
        *,
        shrink: bool,
    ) -> Records | None:
        """Run items side by side in forks of this process.

        Args:
            numbers: Which items, in the order in which to begin them.
            watched: A descriptor that becomes readable when there may have been a change.
            outdated: Reads from ``watched`` and tells whether there was one.
            shrink: Whether to look for smaller failing cases.

        Returns:
            The records of each item; ``None`` if there was a change meanwhile.

        """
        records: Records = {}
        waiting = list(reversed(numbers))
        busy: dict[int, _Worker] = {}

        def begin(worker: _Worker) -> None:
            busy[worker.descriptor] = worker
            worker.begin(waiting.pop())

        try:
            for _ in range(min(len(waiting), _at_a_time())):
                begin(self._worker(shrink))
            while busy:
                ready, _, _ = select.select([watched, *busy], [], [])
                if watched in ready and outdated():
                    return None
                for worker in [busy[descriptor] for descriptor in ready if descriptor != watched]:
                    said = worker.result()
                    del busy[worker.descriptor]
                    records[worker.number] = self._records(worker, said)
                    self._progress(len(records), len(numbers))
                    if said is None or not waiting:
                        worker.close()
                    if waiting:
                        begin(self._worker(shrink) if said is None else worker)
            return records
        finally:
            for worker in busy.values():
                worker.close()

    def _worker(self, shrink: bool) -> _Worker:
        def serve(orders: socket.socket) -> None:
            submission = LocalSubmission(self._intake, self._units)
            self._suite.use(submission, shrink=shrink)
            while True:
                number = receive(orders)["item"]
                passed = None if shrink else self._cases.record_of_pass(number, submission)
                records = [passed] if passed else self._suite.run_item(self._suite.items[number])
                send(orders, {"records": records})

        return _Worker(serve)

    def _records(self, worker: _Worker, said: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
        """Take what a worker said of an item, or sum up why it said nothing."""
        if said is not None and "records" in said:
            return list(said["records"])
        problem = worker.ended() if said is None else RuntimeError(said["fault"])
        item = self._suite.items[worker.number]
        record = record_of_pass(item, self._suite.unit_of(item), (), worker.seconds)
        status, kind, message = classify(problem)
        return [{**record, "status": status, "kind": kind, "message": message}]


def _at_a_time() -> int:
    return len(affinity.allowed()) or os.cpu_count() or 1


class _Worker:
    """A fork of this process that runs one item after another."""

    _sockets: ClassVar[set[socket.socket]] = set()

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._socket, theirs = socket.socketpair()
        self.number = -1
        self._since = 0.0
        sys.stdout.flush()
        sys.stderr.flush()
        gc.freeze()  # the forks share what they do not write to
        self._pid = os.fork()
        if not self._pid:
            for other in (self._socket, *self._sockets):  # or they would not see that we are gone
                other.close()
            _serve(serve, theirs)
        gc.unfreeze()
        theirs.close()
        self._sockets.add(self._socket)
        with contextlib.suppress(OSError):  # here as well: whoever ends it may be first
            os.setpgid(self._pid, self._pid)

    @property
    def descriptor(self) -> int:
        """What becomes readable when there is a result, or the worker is gone."""
        return self._socket.fileno()

    @property
    def seconds(self) -> float:
        """How long ago the item was begun."""
        return time.monotonic() - self._since

    def begin(self, number: int) -> None:
        """Begin to run an item."""
        self.number = number
        self._since = time.monotonic()
        with contextlib.suppress(OSError):  # that it is gone shows when its result is read
            send(self._socket, {"item": number})

    def result(self) -> Mapping[str, Any] | None:
        """Read what came of the item; ``None`` if the worker is gone."""
        try:
            return receive(self._socket)
        except (OSError, ValueError):
            return None

    def ended(self) -> SubmissionEnded:
        """Say how a worker that is gone has ended."""
        status = os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT)
        assert status is not None
        if status.si_code == os.CLD_EXITED:
            said = f"your code ended the program, with exit status {status.si_status}"
            return SubmissionEnded(f"nothing: {said}", "a result", EXITED)
        said = f"your code crashed (signal {status.si_status})"
        return SubmissionEnded(f"nothing: {said}", "a result", CRASH)

    def close(self) -> None:
        """End it and all that it has started."""
        self._sockets.discard(self._socket)
        self._socket.close()
        with contextlib.suppress(OSError):
            os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _serve(serve: Callable[[socket.socket], None], orders: socket.socket) -> NoReturn:
    """Be a worker, until there are no more orders."""
    code = 0
    try:
        os.setpgid(0, 0)
        faulthandler.disable()  # a crash is told in our words
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it decides when it ends
        if sys.platform == "linux":
            syscalls.set_death_signal(signal.SIGKILL)
        serve(orders)
    except OSError:  # nobody asks any more
        pass
    except KeyboardInterrupt:  # of the student's own
        code = _INTERRUPTED
    except BaseException as fault:
        send(orders, {"fault": f"{type(fault).__name__}: {fault}"})
    finally:
        os._exit(code)
