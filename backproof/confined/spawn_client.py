"""Workers on systems without a fork server: each is a fresh process, and no more than that.

Such a process keeps a submission away from the grader's objects. It does not keep it from files,
the network or other processes, so the level is never strict.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from backproof.confined.preload import search_path
from backproof.failure_kinds import CRASH, EXITED, PROTOCOL, TIMEOUT
from backproof.sandbox.plan import Plan
from backproof.wire.frames import PREFIX_SIZE, decode, split_prefix
from backproof.wire.protocol import Budget, Ended, Reply, checked_reply
from backproof.wire.values import WireError

_BOOT = """
import json, sys
settings = json.loads(sys.argv[1])
path = list(sys.path)
sys.path += settings.pop("search")
from backproof.worker.spawned import work
work(path=path, **settings)
"""


class SpawnServer:
    """Starts a fresh process for every worker, with the face of ``fork_client.ForkServer``."""

    namespaces = f"off: not available on {sys.platform}"
    cpu_seconds = 0.0  # not measured here

    def __init__(self, libraries: Sequence[str], plan: Plan) -> None:
        self._settings = {
            "libraries": list(libraries),
            "plan": plan.to_json(),
            "search": search_path(libraries),
        }

    def fork(self, preload: Iterable[str], output_kb: int) -> SpawnedChannel:
        """Start a worker; what it prints goes nowhere, so there is no limit to it."""
        return SpawnedChannel({**self._settings, "preload": list(preload)})

    def skip_users(self) -> None:
        """All workers have the grader's user id here."""

    def close(self) -> None:
        """There is nothing to end but the workers."""


class SpawnedChannel:
    """One worker process; requests and replies pass through a thread, as pipes cannot be polled."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        keep = ("SYSTEMROOT", "TMPDIR", "TEMP")  # without these an interpreter does not start
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", _BOOT, json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                **{name: os.environ[name] for name in keep if name in os.environ},
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
        self.next_number = 0
        self._frames: queue.Queue[bytes | None] = queue.Queue()
        self._replies: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=self._carry, daemon=True).start()

    def hello(self, budget: Budget) -> Reply:
        """Give the first frame of a worker, which it sends unasked."""
        return self.ask(b"", budget)

    def ask(self, frame: bytes, budget: Budget) -> Reply:
        """Send a request and give the reply to it; ``Ended`` if there is none."""
        self._frames.put(frame)
        try:
            reply = self._replies.get(timeout=budget.wall)
        except queue.Empty:
            self.close()
            raise Ended(TIMEOUT, f"{budget.wall:g}") from None
        except BaseException:
            self.close()
            raise
        if isinstance(reply, WireError | OSError):
            self.close()
            raise Ended(PROTOCOL, str(reply))
        if reply is None:
            try:
                status = self._process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                self.close()
                raise Ended(PROTOCOL, "the replies were closed") from None
            self.close()
            raise Ended(EXITED if status >= 0 else CRASH, str(abs(status)))
        try:
            checked = checked_reply(reply, self.next_number)
        except Ended:
            self.close()
            raise
        self.next_number += 1
        return checked

    def close(self) -> tuple[int, int]:
        """End the worker."""
        self._process.kill()
        self._process.wait()
        self._frames.put(None)
        return self._process.returncode, 0

    def _carry(self) -> None:
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
    prefix = stream.read(PREFIX_SIZE)
    if len(prefix) < PREFIX_SIZE:
        return None
    header, payload = split_prefix(prefix)
    return decode(stream.read(header), stream.read(payload))
