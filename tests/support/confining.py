"""Execution of pieces of code in confined workers, for the tests of confinement.

Each worker has a grader with canaries, which has given up its capabilities, and a server that it is
forked from. All cases of a ``run`` share one interpreter.
"""

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

# If this file runs as a script, these can be imported only from here on.
from backproof.sandbox import confine, escape_attempts, readable_paths, syscalls  # noqa: E402
from backproof.sandbox.plan import Limits, plan  # noqa: E402
from backproof.student_code.finders import OnlyThese  # noqa: E402

_REPLIES, _RULESET = 4, 30


def run(cases, *, libraries=(), preload=True, limits=None, around=subprocess.run):
    """Run the cases ``{name: {"layers": …, "body": …}}`` and return the outcome of each.

    Args:
        cases: Layers and Python code, which finds ``targets`` and leaves a ``result``; with
            ``"orphan"`` true, the server ends before the code is run.
        libraries: The libraries that can be imported.
        preload: Whether they are imported before the workers are forked.
        limits: Some of ``confinement.Limits``.
        around: The function that runs a command: ``subprocess.run`` or one of ``emulation``.

    Returns:
        For each name a dict of ``layers`` (the report), ``result``, ``raised`` (the name of an
        exception's class) and ``status`` (of the process).

    """
    search = [entry for entry in sys.path if entry.endswith("-packages")]
    settings = {"search": search, "libraries": libraries, "preload": preload}
    settings |= {"limits": limits or {}, "cases": cases}
    command = [sys.executable, "-I", "-S", "-B", __file__, json.dumps(settings)]
    process = around(command, capture_output=True, text=True, timeout=600, check=False)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def _main(search, libraries, preload, limits, cases):
    sys.path += search
    # As in a worker, other installed packages are missing, rather than refused.
    sys.meta_path.insert(0, OnlyThese(libraries))
    for library in libraries if preload else ():
        __import__(library)
    readable = readable_paths.readable_paths(libraries)
    full = plan(readable=readable, limits=Limits(**limits))
    sys.path_importer_cache.clear()  # so that a worker has to list the folders itself
    print(json.dumps({name: _case(full, **case) for name, case in cases.items()}))


def _case(full, layers, body, orphan=False):
    planned = dataclasses.replace(
        full,
        layers=tuple(layer for layer in layers if layer in full.layers),
        uid=full.uid if "uid" in layers else None,
        search=full.search and "landlock" in layers,
    )
    with _grader("undumpable" in layers) as targets:
        reading, writing = os.pipe()
        server = os.fork()
        if not server:
            with _leaving():
                os.close(reading)
                _serve(planned, body, orphan, targets, writing)
        os.close(writing)
        with open(reading, "rb") as replies:
            answers = [json.loads(line) for line in replies]
        os.waitpid(server, 0)
    return {"result": None, "raised": None, "status": None} | {
        key: value for answer in answers for key, value in answer.items()
    }


@contextlib.contextmanager
def _leaving():
    """Exit the process after the body, whatever it raises."""
    try:
        yield
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


@contextlib.contextmanager
def _grader(undumpable):
    """Start a process with canaries and a worker's rights; yield its targets."""
    (told, telling), (ending, end) = os.pipe(), os.pipe()
    grader = os.fork()
    if not grader:
        with _leaving():
            os.close(end)
            with escape_attempts.canaries() as targets:
                syscalls.set_capabilities(0)
                syscalls.set_dumpable(not undumpable)
                os.write(telling, json.dumps(targets).encode())
                os.read(ending, 1)
    targets = json.loads(os.read(told, 2**16))
    try:
        yield targets
    finally:
        for descriptor in (end, ending, told, telling):
            os.close(descriptor)
        os.waitpid(grader, 0)


def _serve(planned, body, orphan, targets, replies):
    _tell(replies, {"namespaces": confine.isolate(planned)})
    ruleset = confine.prepare(planned)
    ready, telling = os.pipe()
    worker = os.fork()
    if not worker:
        with _leaving():
            _work(planned, body, targets, (replies, telling, ruleset))
    if orphan:
        os.read(ready, 1)
        os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(worker, 0)
    _tell(replies, {"status": os.waitstatus_to_exitcode(status)})


def _work(planned, body, targets, descriptors):
    replies, telling, ruleset = (
        fd and os.dup2(fd, _RULESET + n) for n, fd in enumerate(descriptors)
    )
    os.dup2(replies, _REPLIES)
    os.closerange(_REPLIES + 1, replies)
    layers = confine.confine(planned, ruleset)
    _tell(_REPLIES, {"layers": layers})
    os.write(telling, b"!")
    os.closerange(replies, ruleset or telling + 1)
    found = {"targets": targets, "result": None}
    try:
        exec(body, found)
    except Exception as exception:
        _tell(_REPLIES, {"raised": type(exception).__name__})
    else:
        _tell(_REPLIES, {"result": found["result"]})
    os._exit(0)


def _tell(descriptor, answer):
    os.write(descriptor, json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    _main(**json.loads(sys.argv[1]))
