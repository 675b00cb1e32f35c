"""Times of whole processes, and the runs behind the counts."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORRECT = ROOT / "tests" / "correct"


def seconds(command, runs):
    """Time a command from the shell: its minimum, median and maximum over ``runs`` runs.

    One run before them is not counted: it fills the caches of compiled files.
    """
    taken = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        taken.append(time.perf_counter() - start)
    counted = taken[1:]
    return min(counted), statistics.median(counted), max(counted)


def backproof(*arguments):
    """Run the command line and return what it printed, parsed as JSON."""
    command = [sys.executable, "-m", "backproof", *map(str, arguments), "--json"]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return json.loads(process.stdout)


def styles():
    """Name the correct submissions that can run here."""
    names = sorted(folder.name for folder in CORRECT.iterdir() if (folder / "layers.py").is_file())
    torch = subprocess.run([sys.executable, "-c", "import torch"], capture_output=True, check=False)
    return [name for name in names if name != "torch_backend" or torch.returncode == 0]
