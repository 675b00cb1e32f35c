"""Grader's side of the fork server, which workers are forked from."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

from backproof.confined.channel import Channel, uninterrupted
from backproof.confined.interpreter import entry_settings, start_interpreter
from backproof.sandbox import confine
from backproof.sandbox.plan import Plan, unique_uid
from backproof.wire.protocol import MAX_CONTROL_BYTES

_SECONDS_TO_START = 60.0
_ENTRY = "backproof.worker.fork_server"
# User ids that are set aside for the workers of one submission: more than it can need.
_USERS_PER_SUBMISSION = 2**12


class ForkServer:
    """A process that has imported the libraries, so that workers forked from it start at once.

    Args:
        libraries: The installed packages that a submission may use.
        plan: The layers that confine the workers.
        entry: The module that the server is started with.

    Attributes:
        libraries: Those of the libraries that could be imported.
        namespaces: Whether the workers are in namespaces of their own: "on", or "off: " and why.
        cpu_seconds: The CPU time of all workers that have ended.

    Raises:
        RuntimeError: It did not start, which is a fault of ours or of the machine.

    """

    def __init__(self, libraries: Sequence[str], plan: Plan, entry: str = _ENTRY) -> None:
        if "undumpable" in plan.layers:
            confine.make_undumpable()  # the grader itself
        self.cpu_seconds = 0.0
        self._plan = plan
        self._first_user = 0
        self._users = itertools.count()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_SECONDS_TO_START)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the server
        settings = entry_settings(entry, libraries, plan)
        self._process = start_interpreter(
            {**settings, "control": theirs.fileno()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            cwd="/",
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        started = self._answer()
        self.libraries: tuple[str, ...] = tuple(started["libraries"])
        self.namespaces: str = started["namespaces"]

    def fork(self, preload: Iterable[str], output_kb: int) -> Channel:
        """Start a worker, which is confined before anything of the submission is in it."""
        pipes = [os.pipe() for _ in range(3)]
        (their_requests, requests), (replies, their_replies), (output, their_output) = pipes
        theirs = [their_requests, their_replies, their_output]
        uid = unique_uid(self._plan, self._first_user + next(self._users))
        request = {"op": "fork", "preload": list(preload), "uid": uid}
        with uninterrupted():
            try:
                socket.send_fds(self._control, [json.dumps(request).encode()], theirs)
                message, descriptors, _, _ = socket.recv_fds(self._control, MAX_CONTROL_BYTES, 1)
            except OSError:
                message, descriptors = b"", []
            for descriptor in theirs:
                os.close(descriptor)
        if not descriptors:
            for descriptor in (requests, replies, output):
                os.close(descriptor)
            raise self._failure() if not message else RuntimeError("no process can be started")
        pid = json.loads(message)["pid"]
        return Channel(
            descriptors[0],
            (requests, replies, output),
            lambda: self._reap(pid),
            self._plan.limits.memory_mb,
            output_kb,
        )

    def skip_users(self) -> None:
        """Use other user ids from here on, as forks of this process count on independently."""
        self._first_user += _USERS_PER_SUBMISSION
        self._users = itertools.count()

    def close(self) -> None:
        """End the server, and with it the workers that are left."""
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _reap(self, pid: int) -> tuple[int, int]:
        try:
            self._control.send(json.dumps({"op": "reap", "pid": pid}).encode())
            answer = self._answer()
        except (OSError, RuntimeError):  # the server has ended, and its workers with it
            return 0, 0
        self.cpu_seconds += answer["cpu"]
        return answer["status"], answer["peak_kb"]

    def _answer(self) -> Any:
        try:
            message = self._control.recv(MAX_CONTROL_BYTES)
        except OSError:
            message = b""
        if not message:
            raise self._failure()
        return json.loads(message)

    def _failure(self) -> RuntimeError:
        self._errors.seek(0)
        last = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
        return RuntimeError(f"the process that workers are forked from has ended: {''.join(last)}")
