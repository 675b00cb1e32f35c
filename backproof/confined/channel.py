"""Connection to one worker: requests with deadlines, checked replies, and the worker's end."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

from backproof.failure_kinds import (
    CPU_LIMIT,
    CRASH,
    EXITED,
    MEMORY,
    OUTPUT_FLOOD,
    PROTOCOL,
    TIMEOUT,
)
from backproof.sandbox import syscalls
from backproof.submission.hanging import waits_too_long
from backproof.wire.frames import PREFIX_SIZE, decode, split_prefix
from backproof.wire.protocol import Budget, Ended, Reply, checked_reply
from backproof.wire.values import WireError

# Allocating a larger buffer takes longer than reading most replies.
_CHUNK = 2**16
# A worker that exits with status 1 while it has used this part of its memory ran out of memory:
# numerical libraries end the process when they cannot allocate.
_NEAR_THE_LIMIT = 1 / 3
# A call that computes may wait for longer than one that sleeps, so it is looked at again.
_LOOK_AGAIN = 0.1


class Channel:
    """One worker process and the pipes to it.

    Args:
        pidfd: A descriptor of the process.
        pipes: Our ends of its requests, its replies and its output.
        reap: Waits for the ended process; returns its status and its peak memory in kB.
        memory_mb: The memory that it may use.
        output_kb: The output that it may print while it answers one request.

    Attributes:
        next_number: The number of the next request and of its reply.

    """

    def __init__(
        self,
        pidfd: int,
        pipes: tuple[int, int, int],
        reap: Callable[[], tuple[int, int]],
        memory_mb: int,
        output_kb: int,
    ) -> None:
        self.next_number = 0
        self._pidfd = pidfd
        self._requests, self._replies, self._output = pipes
        self._reap = reap
        self._memory_kb = memory_mb * 1024
        self._max_output = output_kb * 1024
        self._clock = _cpu_clock(pidfd)
        self._open = True
        self._printed = 0
        for pipe in pipes:
            os.set_blocking(pipe, False)
        self._ready = select.poll()
        self._ready.register(self._replies, select.POLLIN)
        self._ready.register(self._output, select.POLLIN)

    def hello(self, budget: Budget) -> Reply:
        """Return the first frame of a worker, which it sends without a request."""
        return self.ask(b"", budget)

    def ask(self, frame: bytes, budget: Budget) -> Reply:
        """Send a request and return the reply to it.

        Raises:
            Ended: There is no reply, and the worker is gone: it ended, or it was ended for that.
        """
        try:
            if frame and (early := self._ready.poll(0)):
                self._refuse_reply(early)
            self._printed = 0
            self._waited = False
            self._begin, self._begin_cpu = time.monotonic(), self.seconds_computed()
            if frame:
                self._send(frame, budget)
            reply = checked_reply(self._receive(budget), self.next_number)
        except WireError as problem:
            self.close()
            raise Ended(PROTOCOL, str(problem)) from None
        except BaseException:
            self.close()
            raise
        self.next_number += 1
        return reply

    def close(self) -> tuple[int, int]:
        """End the worker; return its exit status and its peak memory in kB."""
        with uninterrupted():
            if not self._open:
                return 0, 0
            self._open = False
            with contextlib.suppress(ProcessLookupError):
                syscalls.pidfd_kill(self._pidfd)
            for descriptor in (self._pidfd, self._requests, self._replies, self._output):
                os.close(descriptor)
            return self._reap()

    def _refuse_reply(self, ready: list[tuple[int, int]]) -> None:
        for descriptor, events in ready:
            if descriptor == self._replies and events & select.POLLIN:
                raise Ended(PROTOCOL, "a reply before the request")
            if descriptor == self._output:
                self._discard_output()

    def _send(self, frame: bytes, budget: Budget) -> None:
        unsent = memoryview(frame)
        while unsent:
            try:
                unsent = unsent[os.write(self._requests, unsent) :]
            except BlockingIOError:
                self._ready.register(self._requests, select.POLLOUT)
                self._wait(budget)
                self._ready.unregister(self._requests)
            except BrokenPipeError:
                raise self._reason_of_end() from None

    def _receive(self, budget: Budget) -> Any:
        """Receive and decode one frame, and make sure that there is no other."""
        data = self._read(budget)
        while len(data) < PREFIX_SIZE:
            data += self._read(budget)
        header, payload = split_prefix(data[:PREFIX_SIZE])
        start, end = PREFIX_SIZE + header, PREFIX_SIZE + header + payload
        if len(data) < end:
            buffer = bytearray(data)
            while len(buffer) < end:
                buffer += self._read(budget)
            data = bytes(buffer)
        if len(data) > end:
            raise Ended(PROTOCOL, "more than one reply")
        return decode(data[PREFIX_SIZE:start], data, start)

    def _read(self, budget: Budget) -> bytes:
        while True:
            if self._replies in self._wait(budget):
                try:
                    data = os.read(self._replies, _CHUNK)
                except BlockingIOError:
                    continue
                if not data:
                    raise self._reason_of_end()
                return data

    def _wait(self, budget: Budget) -> dict[int, int]:
        """Return the pipes that are ready, with their events; discard the output meanwhile."""
        # Nothing of the budget is used before the first wait, and most replies need no other.
        milliseconds = self._milliseconds_left(budget) if self._waited else 1000 * min(budget)
        self._waited = True
        while True:
            ready = dict(self._ready.poll(milliseconds))
            if ready.pop(self._output, 0):
                self._discard_output()
            if ready:
                return ready
            milliseconds = self._milliseconds_left(budget)

    def _milliseconds_left(self, budget: Budget) -> float:
        """Return how long to wait before the budget is checked again.

        Raises:
            Ended: The budget is used up.
        """
        computed = self.seconds_computed() - self._begin_cpu
        if computed >= budget.cpu:
            raise Ended(CPU_LIMIT, f"{budget.cpu:g}")
        elapsed = time.monotonic() - self._begin
        # Without a clock of its computing, all of it counts as waiting.
        may_wait = budget.wall if self._clock else budget.cpu + budget.wall
        if waits_too_long(elapsed, computed, may_wait):
            raise Ended(TIMEOUT, f"{budget.wall:g}")
        left = min(budget.cpu - computed, max(may_wait - (elapsed - computed), _LOOK_AGAIN))
        return 1000 * max(left, 0.01)

    def _discard_output(self) -> None:
        try:
            data = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return
        if not data:
            self._ready.unregister(self._output)
        self._printed += len(data)
        if self._printed > self._max_output:
            raise Ended(OUTPUT_FLOOD)

    def seconds_computed(self) -> float:
        """Return the seconds that the worker has computed; 0 if that is not known."""
        if self._clock is None:
            return 0.0
        try:
            return time.clock_gettime(self._clock)
        except OSError:  # the worker has just ended; reading its pipe reports that
            return 0.0

    def _reason_of_end(self) -> Ended:
        """End a worker that closed its pipe, and return why it did so."""
        ending = select.poll()
        ending.register(self._pidfd, select.POLLIN)
        has_ended = ending.poll(1000)
        status, peak = self.close()
        if not has_ended:
            return Ended(PROTOCOL, "the replies were closed")
        if status < 0:
            return _by_signal(-status)
        if status == 1 and peak > self._memory_kb * _NEAR_THE_LIMIT:
            return Ended(MEMORY)
        return Ended(EXITED, str(status))


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Block the alarm that ends a property where an exception would leave work half done."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _by_signal(number: int) -> Ended:
    if number == getattr(signal, "SIGXCPU", None):
        return Ended(CPU_LIMIT, "all of its")
    try:
        return Ended(CRASH, signal.Signals(number).name)
    except ValueError:
        return Ended(CRASH, f"signal {number}")


def _cpu_clock(pidfd: int) -> int | None:
    """Return the clock of a process's CPU time; ``None`` where /proc is not mounted."""
    try:
        with open(f"/proc/self/fdinfo/{pidfd}", encoding="ascii") as info:
            pids = [int(line.split()[1]) for line in info if line.startswith("Pid:")]
    except OSError:  # only the limit on elapsed time is left
        return None
    return (~pids[0] << 3) | 2 if pids and pids[0] > 0 else None
