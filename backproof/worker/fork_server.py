"""Server that forks workers: it imports numpy once, so that each worker starts at once.

It is started with an empty environment, has no test and no result in its memory, and ends with the
grader. Its answer to a request for a worker carries a descriptor of the new process, because a
process id may come to mean another process.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import json
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backproof.sandbox import confine, syscalls
from backproof.sandbox.plan import Plan
from backproof.wire.protocol import MAX_CONTROL_BYTES
from backproof.worker.server import serve
from backproof.worker.startup import import_libraries, import_library

_REQUESTS, _REPLIES = 3, 4
# Descriptors are moved here before they are duplicated to where a worker expects them.
_FIRST_SPARE, _RULESET, _MAX_DESCRIPTORS = 20, 30, 1024

# The work of a worker: answers requests from a descriptor into another one; it is confined by then,
# and gets what each layer reported.
Serve = Callable[[int, int, Mapping[str, str]], None]


def main(
    control: int,
    libraries: Sequence[str],
    plan: Mapping[str, Any],
    path: Sequence[str],
    serve: Serve = serve,
) -> None:
    """Serve until the grader ends.

    Args:
        control: The descriptor of the socket to the grader.
        libraries: Installed packages that workers may use; no others can be imported.
        plan: The layers that confine the workers, as ``Plan.to_json`` returns them.
        path: The search path for imports that is left: the standard library's.
        serve: What each worker does once it is confined.

    """
    imported = import_libraries(libraries, path)
    decided = Plan.from_json(plan)
    confine.make_undumpable()
    namespaces = confine.isolate(decided)
    if namespaces == "on":
        _become_first_process()
    server = socket.socket(fileno=control)
    server.send(json.dumps({"libraries": imported, "namespaces": namespaces}).encode())
    ruleset = confine.prepare(decided)
    gc.freeze()  # all workers share what has been imported
    while True:
        message, descriptors, _, _ = socket.recv_fds(server, MAX_CONTROL_BYTES, 3)
        if not message:
            os._exit(0)
        request = json.loads(message)
        if request["op"] == "fork":
            _fork(server, request, decided, descriptors, ruleset, serve)
        else:
            server.send(json.dumps(_reap(request["pid"])).encode())


def _become_first_process() -> None:
    """Continue as the first process of the new namespace: when it ends, all others there end."""
    child = os.fork()
    if child:
        with contextlib.suppress(OSError):
            os.waitpid(child, 0)
        os._exit(0)
    confine.die_with_parent()


def _fork(
    server: socket.socket,
    request: Mapping[str, Any],
    plan: Plan,
    descriptors: list[int],
    ruleset: int | None,
    serve: Serve,
) -> None:
    for library in request["preload"]:
        import_library(library)
    try:
        pid = os.fork()
    except OSError:  # no more processes can be started: the grader is told, and may try again
        for descriptor in descriptors:
            os.close(descriptor)
        server.send(json.dumps({"pid": 0}).encode())
        return
    if not pid:
        try:
            server.close()
            _work(plan, request, descriptors, ruleset, serve)
        finally:
            os._exit(1)
    for descriptor in descriptors:
        os.close(descriptor)
    handle = syscalls.pidfd_open(pid)
    socket.send_fds(server, [json.dumps({"pid": pid}).encode()], [handle])
    os.close(handle)


def _work(
    plan: Plan,
    request: Mapping[str, Any],
    descriptors: list[int],
    ruleset: int | None,
    serve: Serve,
) -> None:
    requests, replies, output = descriptors
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    # Moved out of the way first, because a target may be the number of another source.
    sources = (nothing, output, requests, replies)
    spare = [os.dup2(fd, _FIRST_SPARE + number) for number, fd in enumerate(sources)]
    if ruleset is not None:
        ruleset = os.dup2(ruleset, _RULESET)
    targets = (0, 1, 2, _REQUESTS, _REPLIES)
    for target, source in zip(targets, (*spare[:2], *spare[1:]), strict=True):
        os.dup2(source, target)
    os.closerange(_REPLIES + 1, _RULESET)
    os.closerange(_RULESET + (ruleset is not None), _MAX_DESCRIPTORS)
    layers = confine.confine(dataclasses.replace(plan, uid=request["uid"]), ruleset)
    serve(_REQUESTS, _REPLIES, layers)
    os._exit(0)


def _reap(pid: int) -> dict[str, float]:
    """Wait for a worker that has ended; return its exit status, peak memory and CPU time."""
    try:
        _, status, usage = os.wait4(pid, 0)
    except ChildProcessError:
        return {"status": 0, "peak_kb": 0, "cpu": 0.0}
    cpu = usage.ru_utime + usage.ru_stime
    return {"status": os.waitstatus_to_exitcode(status), "peak_kb": usage.ru_maxrss, "cpu": cpu}
