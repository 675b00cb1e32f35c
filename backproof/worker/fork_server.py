"""The process that workers are forked from: numpy is loaded once, so that each starts at once.

It is started with an empty environment, holds no test and no result, and goes away with the
grader. A request names what the worker is confined by; the answer carries a descriptor of the
new process, so that no other one can be ended in its place.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import json
import os
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from backproof.sandbox import confine, syscalls
from backproof.sandbox.plan import Plan
from backproof.wire.protocol import MAX_CONTROL_BYTES
from backproof.worker.server import serve
from backproof.worker.startup import import_libraries, import_library

_REQUESTS, _REPLIES = 3, 4


def main(
    control: int, libraries: Sequence[str], plan: Mapping[str, Any], path: Sequence[str]
) -> None:
    """Serve until the grader goes away.

    Args:
        control: The descriptor of the socket to the grader.
        libraries: Installed packages that workers may use; the only ones that stay importable.
        plan: What confines the workers, as ``confinement.Plan`` in JSON.
        path: The path that stays: the standard library's. What is loaded finds its own parts.

    """
    loaded = import_libraries(libraries, path)
    decided = Plan.from_json(plan)
    confine.undumpable()
    apart = confine.isolate(decided)
    if apart == "on":
        _become_first_process()
    server = socket.socket(fileno=control)
    server.send(json.dumps({"libraries": loaded, "namespaces": apart}).encode())
    ruleset = confine.prepare(decided)
    gc.freeze()  # what is loaded by now is shared by all workers
    while True:
        message, descriptors, _, _ = socket.recv_fds(server, MAX_CONTROL_BYTES, 3)
        if not message:
            os._exit(0)
        request = json.loads(message)
        if request["op"] == "fork":
            _fork(server, request, decided, descriptors, ruleset)
        else:
            server.send(json.dumps(_reaped(request["pid"])).encode())


def _become_first_process() -> None:
    """Go on as the first process of the new namespace: when it ends, all in there end."""
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
) -> None:
    for library in request["preload"]:
        import_library(library)
    try:
        pid = os.fork()
    except OSError:  # there may be no more processes: the grader is told, and may ask again
        for descriptor in descriptors:
            os.close(descriptor)
        server.send(json.dumps({"pid": 0}).encode())
        return
    if not pid:
        try:
            _work(server, plan, request, descriptors, ruleset)
        finally:
            os._exit(1)
    for descriptor in descriptors:
        os.close(descriptor)
    handle = syscalls.pidfd_open(pid)
    socket.send_fds(server, [json.dumps({"pid": pid}).encode()], [handle])
    os.close(handle)


def _work(
    server: socket.socket,
    plan: Plan,
    request: Mapping[str, Any],
    descriptors: list[int],
    ruleset: int | None,
) -> None:
    requests, replies, output = descriptors
    os.setsid()
    server.close()
    nothing = os.open(os.devnull, os.O_RDONLY)
    # Out of the way first: a target may be the number of another source.
    high = [os.dup2(fd, 20 + n) for n, fd in enumerate((nothing, output, requests, replies))]
    if ruleset is not None:
        ruleset = os.dup2(ruleset, 30)
    for target, source in zip((0, 1, 2, _REQUESTS, _REPLIES), (*high[:2], *high[1:]), strict=True):
        os.dup2(source, target)
    os.closerange(5, 30)
    os.closerange(30 + (ruleset is not None), 1024)
    layers = confine.confine(dataclasses.replace(plan, uid=request["uid"]), ruleset)
    serve(_REQUESTS, _REPLIES, layers)
    os._exit(0)


def _reaped(pid: int) -> dict[str, float]:
    """Wait for a worker that was ended, or ended itself; say how, and what it has used."""
    try:
        _, status, usage = os.wait4(pid, 0)
    except ChildProcessError:
        return {"status": 0, "peak_kb": 0, "cpu": 0.0}
    cpu = usage.ru_utime + usage.ru_stime
    return {"status": os.waitstatus_to_exitcode(status), "peak_kb": usage.ru_maxrss, "cpu": cpu}
