"""Helpers of the benchmarks: time a command, run Backproof, list correct submissions."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORRECT = ROOT / "accepted"


def seconds(command, runs):
    """Return minimum, median and maximum of the time that a command takes, over ``runs`` runs.

    An additional first run fills the caches of compiled files and is not counted.
    """
    durations = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        durations.append(time.perf_counter() - start)
    counted = durations[1:]
    return min(counted), statistics.median(counted), max(counted)


def backproof(*arguments):
    """Run a command of Backproof with ``--json`` and return the parsed output."""
    command = [sys.executable, "-m", "backproof", *map(str, arguments), "--json"]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return json.loads(process.stdout)


def styles():
    """Return the names of the correct submissions that need no library of their own."""
    names = sorted(folder.name for folder in CORRECT.iterdir() if (folder / "layers.py").is_file())
    return [name for name in names if not name.endswith("_backend")]
