"""Smallest cases, each run once more in a process that has run nothing else."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from backproof.student_code.modules import StudentCode
from backproof.student_code.source import Source

# The remark of the last line, "0.5, required 1", says what the line prints.
_REQUIRED = ", required "
_RELATIVE = 1e-6

# Cases, files, names of units, and the single file.
_Request = tuple[list[str], dict[str, Source], list[str], str | None]

# The required value may depend on other results of the student's, so none is said to be right.
KEPT = (
    "another result when this case runs alone: do you keep something between calls, or draw "
    "numbers that are not from rng?"
)
UNSEEDED = "other numbers whenever this case runs: do you draw some that are not from rng?"


def notes_of(
    cases: Sequence[str], run: Callable[[Sequence[str]], Sequence[Sequence[str]]]
) -> list[str]:
    """Return for each case a sentence if it gives another result alone, or else an empty text.

    Args:
        cases: The cases, as programs.
        run: Returns what each of some cases printed alone, once, and once more if that was not
            what its last line says. If a run has failed, nothing is said of its case.

    """
    told = [case for case in dict.fromkeys(cases) if _said(case)]
    printed = dict(zip(told, run(told), strict=True)) if told else {}
    return [_note(case, printed.get(case, [])) for case in cases]


def run_unconfined(
    cases: Sequence[str],
    files: dict[str, Source],
    units: Sequence[str],
    single_file: str | None,
    seconds: float,
) -> list[list[str]]:
    """Run each case in a process of its own, without confinement; return what each run printed.

    Args:
        cases: The cases, as programs.
        files: The files of the submission.
        units: The names of the assignment's modules.
        single_file: The path of the file that defines all units, if there is only one.
        seconds: The time for all cases together.

    Returns:
        For each case what its runs printed; nothing for any if the process fails or is late.

    """
    command = [sys.executable, "-c", f"from {__name__} import main; main()"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        request = msgspec.json.encode((cases, files, units, single_file))
        answer = _answer(command, environment, request, seconds)
        return msgspec.json.decode(answer, type=list[list[str]])
    except Exception:  # whatever happens there, the grade is what it was
        return [[] for _ in cases]


def _answer(
    command: Sequence[str], environment: dict[str, str], request: bytes, seconds: float
) -> bytes:
    """Return what a process prints; one that takes too long is ended with all its forks."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    try:
        return process.communicate(request, timeout=seconds)[0]
    except BaseException:
        _end(process)
        raise


def _end(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.communicate()


def main() -> None:
    """Run the cases from standard input; print the list of what each of them printed."""
    cases, files, units, single_file = msgspec.json.decode(sys.stdin.buffer.read(), type=_Request)
    out = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    printed = []
    for case in cases:
        runs = [_run_apart(case, files, units, single_file)]
        if not shows(case, runs[0]):
            runs.append(_run_apart(case, files, units, single_file))
        printed.append(runs)
    os.write(out, json.dumps(printed).encode())


def _run_apart(case: str, *submission: Any) -> str:
    """Run a case in a fork, if there are forks; return what it prints, nothing if it fails."""
    if not hasattr(os, "fork"):
        return _run(case, *submission)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, _run(case, *submission).encode()[-4096:])
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        text = pipe.read().decode(errors="replace")
    os.waitpid(child, 0)
    return text


def _run(case: str, files: dict[str, Source], units: Sequence[str], single_file: str | None) -> str:
    code = StudentCode(files, units, single_file)
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(case, "<smallest case>", "exec"), {})
    except Exception:
        return ""
    finally:
        code.close()
    return printed.getvalue()


def _note(case: str, runs: Sequence[str]) -> str:
    if not runs or not all(runs) or shows(case, runs[0]):
        return ""
    return KEPT if len(set(runs)) == 1 else UNSEEDED


def shows(case: str, printed: str) -> bool:
    """Return whether a case has printed what its last line says that it prints."""
    said, shown = _said(case), printed.strip().rpartition("\n")[2]
    try:
        return math.isclose(float(said), float(shown), rel_tol=_RELATIVE)
    except ValueError:  # a shape, a type, or NaN in words
        return said in shown or shown in ("nan", "inf", "-inf")


def _said(case: str) -> str:
    """Return what the last line of a case prints, by its remark; empty if it does not say."""
    return case.splitlines()[-1].partition("  # ")[2].rpartition(_REQUIRED)[0]
