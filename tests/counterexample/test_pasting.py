"""Cases that run where a student pastes them: beside a file, in a notebook, in another folder."""

import json
import subprocess
import sys

import pytest

from backproof.counterexample.pasting import fit_to_file, fit_to_folder, fit_to_modules
from tests.conftest import ACTIVATIONS, backproof, checked

CASE = "import numpy as np\nimport activations\nprint(activations.relu(1))"
UNITS = ("activations",)
ONE_UNIT = ("--unit", "activations")
WRONG = ACTIVATIONS.replace("np.maximum(z, 0.0)", "np.abs(z)")


def smallest_case(path):
    """Return the first case that a report on a submission shows."""
    grade, _ = checked(path, *ONE_UNIT)
    return next(o["case"] for o in grade["outcomes"] if o["case"])


def printed_by(code, folder):
    """Return what a program prints in a folder."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", ["homework.py", "my-homework.py"])
def test_a_case_runs_beside_a_single_file(tmp_path, name):
    """The file has a name of its own, which need not be one that Python can import."""
    (tmp_path / name).write_text(WRONG)
    case = smallest_case(tmp_path / name)
    said = case.splitlines()[-1].partition("# ")[2].partition(",")[0]
    assert float(printed_by(case, tmp_path)) == float(said)
    assert "run again" in backproof("check", tmp_path / name, "--case", *ONE_UNIT).stdout


def test_a_case_runs_in_a_notebook(tmp_path):
    """Its functions are in the module that runs the cells."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "source": WRONG}]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    (tmp_path / "homework.ipynb").write_text(json.dumps(notebook))
    case = smallest_case(tmp_path / "homework.ipynb")
    said = case.splitlines()[-1].partition("# ")[2].partition(",")[0]
    assert float(printed_by(f"{WRONG}\n{case}", tmp_path)) == float(said)


def test_a_case_on_the_terminal_runs_in_the_current_folder(hand_in, tmp_path):
    """Few students change to the folder of their modules before they paste."""
    shown = backproof("check", hand_in(activations=WRONG), *ONE_UNIT).stdout
    lines = shown[shown.index("import sys") :].splitlines()
    last = next(number for number, line in enumerate(lines) if line.startswith("print("))
    said = lines[last].partition("# ")[2].partition(",")[0]
    assert float(printed_by("\n".join(lines[: last + 1]), tmp_path)) == float(said)


def test_what_runs_in_the_current_folder_stays(tmp_path, monkeypatch):
    """A path is only in the way there, and for a notebook or an archive it helps nobody."""
    monkeypatch.chdir(tmp_path)
    assert fit_to_folder(CASE, ".") == CASE
    assert fit_to_folder(CASE, tmp_path / "homework.zip") == CASE
    assert fit_to_folder(CASE, "other/homework.ipynb") == CASE


@pytest.mark.parametrize("file", ["a.py", "b-1.py", "src/c.py", "d.ipynb", None])
def test_a_fitted_case_can_be_run_on_modules_again(file):
    """``--case`` and ``--pdb`` run the case on the files that were graded."""
    fitted = fit_to_file(CASE, file, UNITS)
    assert fit_to_modules(fitted, UNITS) == CASE
    assert (fitted == CASE) == (file is None)
