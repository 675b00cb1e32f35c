"""Many submissions where processes cannot be forked: a fresh grader for each."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import Any

from backproof.about import INSTALL_ROOT
from backproof.classroom.settings import Settings
from backproof.errors import UserError
from backproof.grades.results import Attempt
from backproof.intake.reader import read_submission
from backproof.processes import affinity

# For all that a grader does besides waiting for a submission, which has a limit of its own.
_SECONDS_FOR_GRADER = 300.0


def grade_afresh(
    attempts: Sequence[Attempt], settings: Settings, *, jobs: int
) -> Iterator[tuple[Attempt, dict[str, Any]]]:
    """Grade attempts side by side, each by a process that collects and draws for itself.

    Args:
        attempts: What to grade.
        settings: What to grade with.
        jobs: How many at a time.

    Yields:
        Each attempt with what came of it, as it comes.

    """
    places: queue.SimpleQueue[int] = queue.SimpleQueue()
    for place in range(jobs):
        places.put(place)
    grade = partial(_graded, settings=settings, places=places)
    pool = ThreadPoolExecutor(jobs)
    futures = {pool.submit(grade, attempt.path): attempt for attempt in attempts}
    try:
        for future in as_completed(futures):
            yield futures.pop(future), future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _graded(path: Path, settings: Settings, places: queue.SimpleQueue[int]) -> dict[str, Any]:
    begin = time.monotonic()
    try:
        fingerprint = read_submission(path, settings.assignment.units).fingerprint
    except UserError as error:
        return {"problem": str(error)}
    place = places.get()  # a processor for each of those side by side
    try:
        result = _checked(path, settings, place)
    finally:
        places.put(place)
    seconds = round(time.monotonic() - begin, 3)
    return {**result, "fingerprint": fingerprint, "seconds": seconds}


def _checked(path: Path, settings: Settings, place: int) -> dict[str, Any]:
    assignment = settings.assignment
    # -P: nothing is imported from the folder that the grader happens to stand in.
    command = [sys.executable, "-P", "-m", "backproof", "check", str(path), "--json"]
    command += ["--profile", settings.profile, "--seed", str(settings.seed)]
    command += ["--confinement", settings.confinement, "--assignment", str(assignment.root)]
    command += ["--show-hidden"]
    here = str(INSTALL_ROOT)
    search = os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")]))
    # One thread each: the submissions side by side are what uses the cores.
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    environment = {**os.environ, **threads, "PYTHONPATH": search}
    limit = assignment.seconds_per_submission + _SECONDS_FOR_GRADER
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    try:
        affinity.assign(process.pid, place)
        printed, errors = process.communicate(timeout=limit)
        return {"grade": json.loads(printed)}
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return {"problem": f"it gave no result within {limit:g} seconds"}
    except ValueError:
        last = errors.decode(errors="replace").strip().splitlines()[-1:]
        reason = f": {last[0]}" if last else ""
        return {"problem": f"the grader ended with exit code {process.returncode}{reason}"}
