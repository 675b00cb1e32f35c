"""Many submissions: a fresh process for each, several at a time, none able to stop the rest."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from backproof import processors
from backproof.assignment import Assignment
from backproof.errors import UserError
from backproof.intake import take_in
from backproof.outcomes import Grade

# What a file may end with that is a submission.
_HANDED_IN = (".zip", ".py", ".ipynb")
# For all that a grader does besides waiting for a submission.
_SECONDS_FOR_GRADER = 300.0


def find_submissions(paths: Sequence[str], units: Sequence[str]) -> tuple[list[Path], list[str]]:
    """List the submissions in ``paths``: each is a submission, or a folder of them.

    A folder that has a module of the contract itself is a submission; of any other, what is in it.

    Returns:
        What to grade, and one line for each thing inside a path that is no submission.

    Raises:
        UserError: A path does not exist, cannot be read, or holds no submission.
    """
    found: list[Path] = []
    problems: list[str] = []
    for path in map(Path, paths):
        inside = [] if _is_one(path, units) else _inside(path)
        before = len(found)
        for entry in inside:
            try:
                take_in(entry, units)
                found.append(entry)
            except UserError as error:
                problems.append(f"not graded: {error}")
        if len(found) == before:
            take_in(path, units)  # says what is the matter, if it is no submission either
            found.append(path)
            problems = problems[: len(problems) - len(inside)]
    return found, problems


def _is_one(path: Path, units: Sequence[str]) -> bool:
    """Tell whether a folder has a module of the contract itself; a file is one thing anyway."""
    try:
        names = {entry.name for entry in path.iterdir()}
    except OSError:
        return True
    return any({f"{unit}.py", f"{unit}.ipynb", unit} & names for unit in units)


def _inside(path: Path) -> list[Path]:
    entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith((".", "__")))
    return [entry for entry in entries if entry.is_dir() or entry.suffix.lower() in _HANDED_IN]


def grade_all(
    submissions: Sequence[Path],
    *,
    assignment: Assignment,
    profile: str,
    seed: int,
    jobs: int,
    confinement: str,
    done: Callable[[Path], None] = lambda _path: None,
) -> Iterator[tuple[Path, Grade | str]]:
    """Grade submissions side by side; yield each with its grade, or with why it has none."""
    places: queue.SimpleQueue[int] = queue.SimpleQueue()
    for place in range(jobs):
        places.put(place)
    with ThreadPoolExecutor(jobs) as pool:
        futures = {
            pool.submit(_grade_one, path, assignment, profile, seed, confinement, places): path
            for path in submissions
        }
        for future in as_completed(futures):
            done(futures[future])
            yield futures[future], future.result()


def _grade_one(
    path: Path,
    assignment: Assignment,
    profile: str,
    seed: int,
    confinement: str,
    places: queue.SimpleQueue[int],
) -> Grade | str:
    place = places.get()  # a processor for each of those side by side
    try:
        return _graded(path, assignment, profile, seed, confinement, place)
    finally:
        places.put(place)


def _graded(
    path: Path, assignment: Assignment, profile: str, seed: int, confinement: str, place: int
) -> Grade | str:
    # -P: nothing is imported from the folder that the grader happens to stand in.
    command = [sys.executable, "-P", "-m", "backproof", "check", str(path), "--json"]
    command += ["--profile", profile, "--seed", str(seed), "--assignment", str(assignment.root)]
    command += ["--confinement", confinement, "--show-hidden"]
    here = str(Path(__file__).resolve().parent.parent)
    search = os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")]))
    # One thread each: the submissions side by side are what uses the cores.
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    environment = {**os.environ, **threads, "PYTHONPATH": search}
    # The grader in there keeps the submission's own limit; this one is for the grader.
    limit = assignment.seconds_per_submission + _SECONDS_FOR_GRADER
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    try:
        processors.assign(process.pid, place)
        printed, errors = process.communicate(timeout=limit)
        return Grade.from_json(json.loads(printed))
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"not graded: {path} gave no result within {limit:g} seconds"
    except (ValueError, KeyError, TypeError):
        last = errors.decode(errors="replace").strip().splitlines()[-1:]
        reason = f": {last[0]}" if last else ""
        return f"not graded: {path} ended with exit code {process.returncode}{reason}"
