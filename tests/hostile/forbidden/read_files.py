# needs: landlock
"""Read the right solution and the machine's own files."""

from pathlib import Path

from target import ROOT


def mean_squared_error(prediction, target):
    return Path(ROOT, "reference", "losses.py").read_text()


def mean_squared_error_gradient(prediction, target):
    return list(Path(ROOT).iterdir())
