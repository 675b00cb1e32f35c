"""What the engine's tests share: folders of made-up submissions, and the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from backproof.assignment.config import load_assignment

ROOT = Path(__file__).resolve().parent.parent

ACTIVATIONS = """
import numpy as np

def identity(z):
    return z

def identity_derivative(z):
    return np.ones_like(z)

def tanh(z):
    return np.tanh(z)

def tanh_derivative(z):
    return 1.0 - np.tanh(z) ** 2

def relu(z):
    return np.maximum(z, 0.0)

def relu_derivative(z):
    return np.asarray(z > 0, dtype=float)

def sigmoid(z):
    return 0.5 * (1.0 + np.tanh(0.5 * z))

def sigmoid_derivative(z):
    return sigmoid(z) * (1.0 - sigmoid(z))
"""


@pytest.fixture(scope="session")
def assignment():
    """The assignment that comes with the engine."""
    return load_assignment(ROOT)


@pytest.fixture
def hand_in(tmp_path):
    """Write files into a folder and return it: ``hand_in(activations="…", layers="…")``."""

    def write(**modules):
        folder = tmp_path / "handed_in"
        folder.mkdir(exist_ok=True)
        for name, text in modules.items():
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        return folder

    return write


def backproof(*arguments, cwd=ROOT, **keywords):
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "backproof", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, check=False, timeout=300, **keywords
    )


def checked(*arguments, **keywords):
    """Run ``backproof check … --json`` and return the grade and the exit code."""
    process = backproof("check", *arguments, "--json", **keywords)
    assert process.stdout, process.stderr
    return json.loads(process.stdout), process.returncode


def statuses(grade):
    """Map each property of a grade to its status."""
    return {outcome["property"]: outcome["status"] for outcome in grade["outcomes"]}
