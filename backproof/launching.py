"""Start the fork server, and workers from it."""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from backproof import confinement
from backproof.channel import Channel, uninterrupted
from backproof.forkserver import MOST_BYTES

# In a fresh interpreter with no environment: only what is named here is importable.
_BOOT = """
import json, sys
settings = json.loads(sys.argv[1])
path = list(sys.path)
sys.path += settings.pop("search")
from backproof.forkserver import main
main(path=path, **settings)
"""
_SECONDS_TO_START = 60.0
_MOST_PRELOADED = 20
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

    def __init__(self, libraries: Sequence[str], plan: confinement.Plan) -> None:
        if "undumpable" in plan.layers:
            confinement.undumpable()  # this process: the grader
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
        uid = confinement.unique_uid(self._plan, self._first_user + next(self._users))
        request = {"op": "fork", "preload": list(preload), "uid": uid}
        with uninterrupted():
            try:
                socket.send_fds(self._control, [json.dumps(request).encode()], theirs)
                message, descriptors, _, _ = socket.recv_fds(self._control, MOST_BYTES, 1)
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
            message = self._control.recv(MOST_BYTES)
        except OSError:
            message = b""
        if not message:
            raise self._broken()
        return json.loads(message)

    def _broken(self) -> RuntimeError:
        self._errors.seek(0)
        last = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
        return RuntimeError(f"the process that workers start from is gone: {''.join(last)}")


def modules_to_preload(texts: Iterable[str], libraries: Sequence[str]) -> list[str]:
    """Name the modules of ``libraries`` that sources import, without parsing them.

    They are loaded once, before the workers are forked.
    """
    names = "|".join(map(re.escape, libraries))
    # One level down, and nothing private: it is loaded by the fork server, which is not confined.
    part = r"[a-z][a-z0-9_]{0,40}\b"
    plain = re.compile(rf"^[ \t]*(?:import|from)[ \t]+((?:{names})\b(?:\.{part})?)", re.M)
    parts = re.compile(rf"^[ \t]*from[ \t]+({names})[ \t]+import[ \t]+([\w, \t]+)", re.M)
    found: dict[str, None] = {}
    for text in texts:
        found.update(dict.fromkeys(plain.findall(text)))
        for package, imported in parts.findall(text):
            for name in (entry.split(" as ")[0].strip() for entry in imported.split(",")):
                if re.fullmatch(part, name):
                    found[f"{package}.{name}"] = None
    return list(found)[:_MOST_PRELOADED]


def search_path(libraries: Sequence[str]) -> list[str]:
    """List the folders that the engine and the libraries are imported from."""
    folders: dict[str, None] = {}
    for library in libraries:
        spec = importlib.util.find_spec(library)
        for place in (spec and spec.submodule_search_locations) or ():
            folders[str(Path(place).parent)] = None
        if spec and spec.origin and not spec.submodule_search_locations:
            folders[str(Path(spec.origin).parent)] = None
    folders[str(Path(__file__).resolve().parent.parent)] = None
    return list(folders)
