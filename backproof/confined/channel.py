"""A worker as the grader sees it: requests with deadlines, replies that are checked, an end."""

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
from backproof.wire.frames import PREFIX_SIZE, decode, split_prefix
from backproof.wire.protocol import Budget, Ended, Reply, checked_reply
from backproof.wire.values import WireError

# A larger buffer costs more to make than most replies take to read.
_CHUNK = 2**16
# A worker of which a third of its memory was in use when it exited with status 1 ran out of it:
# numerical libraries end the process where they cannot allocate.
_NEAR_THE_LIMIT = 1 / 3


class Channel:
    """One worker process and the pipes to it.

    Args:
        pidfd: A descriptor of the process.
        pipes: Our ends of its requests, its replies and what it prints.
        reap: Waits for the ended process; gives its status and the most memory that it had.
        memory_mb: The memory that it may have.
        output_kb: What it may print while it answers one request.

    """

    def __init__(
        self,
        pidfd: int,
        pipes: tuple[int, int, int],
        reap: Callable[[], tuple[int, int]],
        memory_mb: int,
        output_kb: int,
    ) -> None:
        self._pidfd = pidfd
        self._requests, self._replies, self._output = pipes
        self._reap = reap
        self._memory_kb = memory_mb * 1024
        self._most_output = output_kb * 1024
        self._clock = _cpu_clock(pidfd)
        self._number = 0
        self._open = True
        self._printed = 0
        for pipe in pipes:
            os.set_blocking(pipe, False)
        self._waiting = select.poll()
        self._waiting.register(self._replies, select.POLLIN)
        self._waiting.register(self._output, select.POLLIN)

    @property
    def next_number(self) -> int:
        """The number that the next request must bear, and its reply."""
        return self._number

    def hello(self, budget: Budget) -> Reply:
        """Give the first frame of a worker, which it sends unasked."""
        return self._asked(b"", budget)

    def ask(self, frame: bytes, budget: Budget) -> Reply:
        """Send a request and give the reply to it.

        Raises:
            Ended: There is none; the worker is gone, by itself or because it was ended.
        """
        try:
            self._refuse_early_replies()
        except Ended:
            self.close()
            raise
        return self._asked(frame, budget)

    def _asked(self, frame: bytes, budget: Budget) -> Reply:
        try:
            reply = checked_reply(self._exchange(frame, budget), self._number)
        except WireError as problem:
            self.close()
            raise Ended(PROTOCOL, str(problem)) from None
        except BaseException:
            self.close()
            raise
        self._number += 1
        return reply

    def close(self) -> tuple[int, int]:
        """End the worker; give its exit status and its peak memory in kB."""
        with uninterrupted():
            if not self._open:
                return 0, 0
            self._open = False
            _end(self._pidfd)
            for descriptor in (self._pidfd, self._requests, self._replies, self._output):
                os.close(descriptor)
            return self._reap()

    def _refuse_early_replies(self) -> None:
        for descriptor, events in self._waiting.poll(0):
            if descriptor == self._replies and events & select.POLLIN:
                raise Ended(PROTOCOL, "a reply before the request")
            if descriptor == self._output:
                self._swallow()

    def _exchange(self, frame: bytes, budget: Budget) -> Any:
        self._printed = 0
        self._begin = time.monotonic()
        self._begin_cpu = self._cpu()
        self._waited = False
        self._send(memoryview(frame), budget)
        data = self._receive(budget)
        while len(data) < PREFIX_SIZE:
            data += self._receive(budget)
        header, payload = split_prefix(data[:PREFIX_SIZE])
        start, end = PREFIX_SIZE + header, PREFIX_SIZE + header + payload
        if len(data) < end:
            buffer = bytearray(data)
            while len(buffer) < end:
                buffer += self._receive(budget)
            data = bytes(buffer)
        if len(data) > end:
            raise Ended(PROTOCOL, "more than one reply")
        return decode(data[PREFIX_SIZE:start], data, start)

    def _send(self, frame: memoryview, budget: Budget) -> None:
        while frame:
            try:
                frame = frame[os.write(self._requests, frame) :]
            except BlockingIOError:
                self._waiting.register(self._requests, select.POLLOUT)
                self._wait(budget)
                self._waiting.unregister(self._requests)
            except BrokenPipeError:
                raise self._how_it_ended() from None

    def _receive(self, budget: Budget) -> bytes:
        while True:
            if self._replies in self._wait(budget):
                try:
                    data = os.read(self._replies, _CHUNK)
                except BlockingIOError:
                    continue
                if not data:
                    raise self._how_it_ended()
                return data

    def _wait(self, budget: Budget) -> list[int]:
        """Wait until something can be read or written; what is printed is swallowed meanwhile."""
        # Neither can be used up before the first wait, and most replies need no other.
        milliseconds = self._milliseconds(budget) if self._waited else 1000 * min(budget)
        self._waited = True
        while True:
            ready = [descriptor for descriptor, _ in self._waiting.poll(milliseconds)]
            if self._output in ready:
                ready.remove(self._output)
                self._swallow()
            if ready:
                return ready
            milliseconds = self._milliseconds(budget)

    def _milliseconds(self, budget: Budget) -> float:
        """Give how long it can be waited for at least, or end what has used up its budget."""
        wall = budget.wall - (time.monotonic() - self._begin)
        if wall <= 0:
            raise Ended(TIMEOUT, f"{budget.wall:g}")
        cpu = budget.cpu - (self._cpu() - self._begin_cpu)
        if cpu <= 0:
            raise Ended(CPU_LIMIT, f"{budget.cpu:g}")
        return 1000 * min(wall, max(cpu, 0.01))

    def _swallow(self) -> None:
        try:
            data = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return
        if not data:
            self._waiting.unregister(self._output)
        self._printed += len(data)
        if self._printed > self._most_output:
            raise Ended(OUTPUT_FLOOD)

    def _cpu(self) -> float:
        if self._clock is None:
            return 0.0
        try:
            return time.clock_gettime(self._clock)
        except OSError:  # it has just ended, which is seen when its pipe is read
            return 0.0

    def _how_it_ended(self) -> Ended:
        """Wait for a worker that closed its pipe; one that only closed it is ended."""
        ending = select.poll()
        ending.register(self._pidfd, select.POLLIN)
        gone = ending.poll(1000)
        status, peak = self.close()
        if not gone:
            return Ended(PROTOCOL, "the replies were closed")
        if status < 0:
            return _by_signal(-status)
        if status == 1 and peak > self._memory_kb * _NEAR_THE_LIMIT:
            return Ended(MEMORY)
        return Ended(EXITED, str(status))


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back the alarm that ends a property, where an exception would leave things undone."""
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


def _end(pidfd: int) -> None:
    try:
        syscalls.pidfd_kill(pidfd)
    except ProcessLookupError:
        return


def _cpu_clock(pidfd: int) -> int | None:
    """Find the clock of a process's CPU time, by its number as it is seen from here."""
    try:
        with open(f"/proc/self/fdinfo/{pidfd}", encoding="ascii") as info:
            found = [int(line.split()[1]) for line in info if line.startswith("Pid:")]
    except OSError:  # nothing is mounted there: the limit on the clock is left
        return None
    return (~found[0] << 3) | 2 if found and found[0] > 0 else None
