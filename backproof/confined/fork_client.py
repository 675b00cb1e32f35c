"""Start the fork server, and workers from it."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

from backproof.confined.channel import Channel, uninterrupted
from backproof.confined.preload import search_path
from backproof.sandbox import confine
from backproof.sandbox.plan import Plan, unique_uid
from backproof.wire.protocol import MAX_CONTROL_BYTES

# In a fresh interpreter with no environment: only what is named here is importable.
_BOOT = """
import json, sys
settings = json.loads(sys.argv[1])
path = list(sys.path)
sys.path += settings.pop("search")
from backproof.worker.fork_server import main
main(path=path, **settings)
"""
_SECONDS_TO_START = 60.0
# More workers than one submission can need.
_USERS_OF_A_SUBMISSION = 2**12


class ForkServer:
    """A warm process that workers are forked from.

    Args:
        libraries: The installed packages that a submission may use.
        plan: What confines the workers.

    Raises:
        RuntimeError: It did not start: a fault of ours, or of the machine.

    """

    def __init__(self, libraries: Sequence[str], plan: Plan) -> None:
        if "undumpable" in plan.layers:
            confine.undumpable()  # this process: the grader
        self._plan = plan
        self._first_user = 0
        self._users = itertools.count()
        self.cpu_seconds = 0.0  # of all workers that have ended
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_SECONDS_TO_START)
        settings = {
            "control": theirs.fileno(),
            "libraries": list(libraries),
            "plan": plan.to_json(),
            "search": search_path(libraries),
        }
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the server
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", _BOOT, json.dumps(settings)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"},
            cwd="/",
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        started = self._answer()
        self.libraries: tuple[str, ...] = tuple(started["libraries"])
        self.namespaces: str = started["namespaces"]

    def fork(self, preload: Iterable[str], output_kb: int) -> Channel:
        """Start a worker, confined before anything of the submission is in it."""
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
            raise self._broken() if not message else RuntimeError("no process can be started")
        pid = json.loads(message)["pid"]
        return Channel(
            descriptors[0],
            (requests, replies, output),
            lambda: self._reap(pid),
            self._plan.limits.memory_mb,
            output_kb,
        )

    def skip_users(self) -> None:
        """Let the workers from here on have other user ids, also if those before were forks' own.

        A process that is forked from this one counts on by itself.
        """
        self._first_user += _USERS_OF_A_SUBMISSION
        self._users = itertools.count()

    def close(self) -> None:
        """End the server; workers that are left end with it."""
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
        except (OSError, RuntimeError):  # the server is gone, and its workers with it
            return 0, 0
        self.cpu_seconds += answer["cpu"]
        return answer["status"], answer["peak_kb"]

    def _answer(self) -> Any:
        try:
            message = self._control.recv(MAX_CONTROL_BYTES)
        except OSError:
            message = b""
        if not message:
            raise self._broken()
        return json.loads(message)

    def _broken(self) -> RuntimeError:
        self._errors.seek(0)
        last = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
        return RuntimeError(f"the process that workers start from is gone: {''.join(last)}")
