"""Small classes: an assignment of few units, and submissions to it."""

import shutil
from pathlib import Path

from tests.conftest import ACTIVATIONS, ROOT

_VIEWS = ("reference", "properties", "misconceptions", "student_template")

LOSSES = """
import numpy as np

def mean_squared_error(prediction, target):
    return np.mean((prediction - target) ** 2)

def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size
"""

# Correct, wrong and hostile submissions, with their scores of 14 points.
SUBMISSIONS = {
    "ada": ({"activations": ACTIVATIONS, "losses": LOSSES}, 14.0),
    "ben": ({"losses": LOSSES}, 6.0),
    "cid": ({"activations": "import os\nos._exit(0)\n", "losses": LOSSES}, 6.0),
    "dee": ({"losses": LOSSES.replace("np.mean", "np.sum")}, None),
    "eva": ({"activations": "raise SystemExit", "losses": "while True: pass"}, 0.0),
}


def small_assignment(folder: Path, *units: str, more: str = "") -> Path:
    """Copy the assignment, restricted to some units and with short limits."""
    for view in _VIEWS:
        shutil.copytree(ROOT / view, folder / view, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "conftest.py", folder)
    points = {"activations": 8, "losses": 6}
    lines = [
        "[tool.backproof]",
        f"units = {list(units)}",
        more,
        "[tool.backproof.points]",
        *(f"{unit} = {points.get(unit, 10)}" for unit in units),
        "[tool.backproof.limits]",
        "cpu_seconds_per_call = 0.5",
        "seconds_to_import = 0.5",
        "seconds_hanging_per_unit = 0.5",
    ]
    (folder / "pyproject.toml").write_text("\n".join(lines).replace("'", '"'))
    return folder


def write_class(folder: Path, names=tuple(SUBMISSIONS)) -> Path:
    """Write submissions into a folder each."""
    for name in names:
        modules, _ = SUBMISSIONS[name.partition("-")[0]]
        (folder / name).mkdir(parents=True)
        for unit, text in modules.items():
            (folder / name / f"{unit}.py").write_text(text)
    return folder
