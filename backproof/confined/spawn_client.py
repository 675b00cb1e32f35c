"""Workers on systems without a fork server: each is a new process without further confinement.

Such a process keeps a submission away from the grader's objects. It does not keep it from files,
the network or other processes, so the level is never strict.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from backproof.confined.interpreter import entry_settings, start_interpreter
from backproof.failure_kinds import CRASH, EXITED, PROTOCOL, TIMEOUT
from backproof.sandbox.plan import Plan
from backproof.wire.frames import PREFIX_SIZE, decode, split_prefix
from backproof.wire.protocol import Budget, Ended, Reply, checked_reply
from backproof.wire.values import WireError

# On some systems an interpreter does not start without these variables.
_NEEDED_VARIABLES = ("SYSTEMROOT", "TMPDIR", "TEMP")


class SpawnServer:
    """Starts a new process for every worker; has the interface of ``fork_client.ForkServer``."""

    namespaces = f"off: not available on {sys.platform}"
    cpu_seconds = 0.0  # not measured here

    def __init__(self, libraries: Sequence[str], plan: Plan) -> None:
        self._settings = entry_settings("backproof.worker.spawned", libraries, plan)

    def fork(self, preload: Iterable[str], output_kb: int) -> SpawnedChannel:
        """Start a worker; its output is discarded by the system, so it has no limit."""
        return SpawnedChannel({**self._settings, "preload": list(preload)})

    def skip_users(self) -> None:
        """Do nothing: all workers have the grader's user id."""

    def close(self) -> None:
        """Do nothing: only the workers have to be ended."""


class SpawnedChannel:
    """One worker process; a thread passes requests and replies on, as pipes cannot be polled."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.next_number = 0
        self._process = start_interpreter(
            settings,
            _NEEDED_VARIABLES,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._frames: queue.Queue[bytes | None] = queue.Queue()
        self._replies: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=self._exchange, daemon=True).start()

    def hello(self, budget: Budget) -> Reply:
        """Return the first frame of a worker, which it sends without a request."""
        return self.ask(b"", budget)

    def ask(self, frame: bytes, budget: Budget) -> Reply:
        """Send a request and return the reply to it; ``Ended`` if there is none."""
        self._frames.put(frame)
        try:
            # How much of the time it computes is not known here.
            reply = self._replies.get(timeout=budget.cpu + budget.wall)
            if isinstance(reply, WireError | OSError):
                raise Ended(PROTOCOL, str(reply))
            if reply is None:
                raise self._reason_of_end()
            checked = checked_reply(reply, self.next_number)
        except queue.Empty:
            self.close()
            raise Ended(TIMEOUT, f"{budget.wall:g}") from None
        except BaseException:
            self.close()
            raise
        self.next_number += 1
        return checked

    def seconds_computed(self) -> float:
        """Return 0: how long the worker computes is not known here."""
        return 0.0

    def close(self) -> tuple[int, int]:
        """End the worker; return its exit status, and 0 for its memory, which is not measured."""
        self._process.kill()
        self._process.wait()
        self._frames.put(None)
        return self._process.returncode, 0

    def _reason_of_end(self) -> Ended:
        try:
            status = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return Ended(PROTOCOL, "the replies were closed")
        return Ended(EXITED if status >= 0 else CRASH, str(abs(status)))

    def _exchange(self) -> None:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with stdin, stdout:
            while (frame := self._frames.get()) is not None:
                try:
                    stdin.write(frame)
                    stdin.flush()
                    self._replies.put(_read(stdout))
                except (WireError, OSError) as problem:
                    self._replies.put(problem)


def _read(stream: BinaryIO | Any) -> Any:
    """Read and decode a frame; return ``None`` at the end of the stream."""
    prefix = stream.read(PREFIX_SIZE)
    if len(prefix) < PREFIX_SIZE:
        return None
    header, payload = split_prefix(prefix)
    return decode(stream.read(header), stream.read(payload))
