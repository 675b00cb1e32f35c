"""The time that the commands take."""

import sys

from benchmarks.measure import ASSIGNMENT, ROOT, correct, seconds


def report():
    """Print minimum, median and maximum of each command."""
    python = sys.executable
    check = [python, "-m", "backproof", "check"]
    commands = {
        "check, quick, reference": ([*check, ASSIGNMENT.reference], 5),
        **{
            f"check, quick, {folder.name}": ([*check, folder], 3)
            for folder in correct()
            if folder.name in ("objects", "loops")
        },
        "check, grade, reference": ([*check, ASSIGNMENT.reference, "--profile", "grade"], 3),
        "pytest properties -n auto, 100 cases": (
            [python, "-m", "pytest", "properties", "-q", "-n", "auto", "-p", "no:cacheprovider"],
            3,
        ),
        "demo all": (
            [python, "-m", "backproof", "demo", "all", "--out", ROOT / "build" / "figures"],
            1,
        ),
        "validate (the kill matrix)": ([python, "-m", "backproof", "validate"], 3),
    }
    print(f"{'seconds from the shell':40}  min  median  max")
    for name, (command, runs) in commands.items():
        low, median, high = seconds(command, runs)
        print(f"{name:40} {low:5.2f} {median:6.2f} {high:6.2f}", flush=True)
