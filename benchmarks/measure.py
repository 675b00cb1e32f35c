"""Helpers of the benchmarks: time a command, run Backproof, list correct submissions."""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from backproof.assignment.config import load_assignment

ROOT = Path(__file__).resolve().parent.parent
CORRECT = ROOT / "accepted"
# The assignment that is measured, this repository's own by default.
ASSIGNMENT = load_assignment(os.environ.get("BACKPROOF_ASSIGNMENT") or ROOT)
os.environ["BACKPROOF_ASSIGNMENT"] = str(ASSIGNMENT.root)  # for the commands that are measured


def seconds(command, runs):
    """Return minimum, median and maximum of the time that a command takes, over ``runs`` runs.

    An additional first run fills the caches of compiled files and is not counted.
    """
    durations = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, cwd=ASSIGNMENT.root, capture_output=True, check=True)
        durations.append(time.perf_counter() - start)
    counted = durations[1:]
    return min(counted), statistics.median(counted), max(counted)


def backproof(*arguments):
    """Run a command of Backproof with ``--json`` and return the parsed output."""
    command = [sys.executable, "-m", "backproof", *map(str, arguments), "--json"]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return json.loads(process.stdout)


def correct():
    """Return the folders of correct submissions that need no library of their own.

    In another assignment than this repository's own these are its examples.
    """
    if ASSIGNMENT.root != ROOT:
        folders = (ASSIGNMENT.root / "examples").glob("*")
        return sorted(folder for folder in folders if folder.is_dir())
    return [CORRECT / style for style in styles()]


def styles():
    """Return the names of the correct submissions to this repository's own assignment."""
    names = sorted(folder.name for folder in CORRECT.iterdir() if (folder / "layers.py").is_file())
    return [name for name in names if not name.endswith("_backend")]
