"""Many submissions: a fresh process for each, several at a time, none able to stop the rest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from backproof.assignment import Assignment
from backproof.errors import UserError
from backproof.outcomes import Grade
from backproof.submission import require_submission


def find_submissions(paths: Sequence[str], units: Sequence[str]) -> tuple[list[Path], list[str]]:
    """List the submissions in ``paths``: each is a submission, or a folder of them.

    Returns:
        The folders to grade, and one line for each folder inside a path that is none.

    Raises:
        UserError: A path does not exist, cannot be read, or holds no submission.
    """
    found: list[Path] = []
    problems: list[str] = []
    for path in map(Path, paths):
        try:
            require_submission(path, units)
            found.append(path)
            continue
        except UserError as error:
            inside = _folders(path)
            if not inside:
                raise error from None
        for folder in inside:
            try:
                require_submission(folder, units)
                found.append(folder)
            except UserError as error:
                problems.append(f"not graded: {error}")
    if not found:
        raise UserError(f"no submission in {', '.join(paths)}: {problems[0]}")
    return found, problems


def _folders(path: Path) -> list[Path]:
    try:
        inside = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
    except OSError:
        return []
    return [entry for entry in inside if entry.is_dir() and entry.name != "__pycache__"]


def grade_all(
    submissions: Sequence[Path],
    *,
    assignment: Assignment,
    profile: str,
    seed: int,
    jobs: int,
    done: Callable[[Path], None] = lambda _path: None,
) -> Iterator[tuple[Path, Grade | str]]:
    """Grade submissions side by side; yield each with its grade, or with why it has none."""
    with ThreadPoolExecutor(jobs) as pool:
        futures = {
            pool.submit(_grade_one, path, assignment, profile, seed): path for path in submissions
        }
        for future in as_completed(futures):
            done(futures[future])
            yield futures[future], future.result()


def _grade_one(path: Path, assignment: Assignment, profile: str, seed: int) -> Grade | str:
    # -P: nothing is imported from the folder that the grader happens to stand in.
    command = [sys.executable, "-P", "-m", "backproof", "check", str(path), "--json"]
    command += ["--profile", profile, "--seed", str(seed), "--assignment", str(assignment.root)]
    here = str(Path(__file__).resolve().parent.parent)
    search = os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")]))
    # One thread each: the submissions side by side are what uses the cores.
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    environment = {**os.environ, **threads, "PYTHONPATH": search}
    limit = assignment.seconds_per_submission
    try:
        process = subprocess.run(
            command, capture_output=True, timeout=limit, env=environment, check=False
        )
        return Grade.from_json(json.loads(process.stdout))
    except subprocess.TimeoutExpired:
        return f"not graded: {path} gave no result within {limit:g} seconds"
    except (ValueError, KeyError, TypeError):
        last = process.stderr.decode(errors="replace").strip().splitlines()[-1:]
        reason = f": {last[0]}" if last else ""
        return f"not graded: {path} ended with exit code {process.returncode}{reason}"
