"""The time that the commands take."""

import sys

from benchmarks.measure import CORRECT, ROOT, seconds


def report():
    """Print minimum, median and maximum of each command."""
    python = sys.executable
    check = [python, "-m", "backproof", "check"]
    commands = {
        "check, quick, reference": ([*check, ROOT / "reference"], 5),
        "check, quick, accepted/objects": ([*check, CORRECT / "objects"], 5),
        "check, quick, accepted/loops": ([*check, CORRECT / "loops"], 3),
        "check, grade, reference": ([*check, ROOT / "reference", "--profile", "grade"], 3),
        "pytest properties -n auto, 100 cases": (
            [python, "-m", "pytest", "properties", "-q", "-n", "auto", "-p", "no:cacheprovider"],
            3,
        ),
        "demo all": ([python, "-m", "backproof", "demo", "all", "--out", "build/figures"], 1),
        "validate (the kill matrix)": ([python, "-m", "backproof", "validate"], 3),
    }
    print(f"{'seconds from the shell':40}  min  median  max")
    for name, (command, runs) in commands.items():
        low, median, high = seconds(command, runs)
        print(f"{name:40} {low:5.2f} {median:6.2f} {high:6.2f}", flush=True)
