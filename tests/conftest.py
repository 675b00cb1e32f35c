"""Shared by the engine's tests: folders of made-up submissions, and the command line."""

import atexit
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from backproof.assignment.config import load_assignment
from backproof.cli import main

# A test leaves nothing in the home of whoever runs it.
os.environ["BACKPROOF_NO_HISTORY"] = "1"
# Cases that were drawn once serve all tests of a session, and those of no other one.
if "XDG_CACHE_HOME" not in os.environ:
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="backproof-cache-")
    atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)

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


# Files whose tests share something that is slow to build: each file runs in one worker.
IN_ONE_WORKER = {
    "tests/authoring/test_case_counts.py",
    "tests/authoring/test_figures.py",
    "tests/authoring/test_second_assignment.py",
    "tests/authoring/test_survey.py",
    "tests/casebook/test_book.py",
    "tests/classroom/test_cluster.py",
    "tests/classroom/test_grade_all.py",
    "tests/classroom/test_resume.py",
    "tests/classroom/test_synthetic_class.py",
    "tests/docs/test_assignments.py",
    "tests/docs/test_site.py",
    "tests/grading/test_text_assignment.py",
    "tests/mutation/test_measure.py",
    "tests/report/test_browser.py",
    "tests/sandbox/test_confine.py",
    "tests/sandbox/test_landlock.py",
}
# All tests below this folder share the processes that examine tests.
FOLDER_IN_ONE_WORKER = "tests/examination/"
# Here the tests whose parameters begin with the same word do; the words have no hyphen.
IN_A_WORKER_BY_PARAMETER = "tests/confined/test_hostile.py"


def group_of(nodeid):
    """Return what the tests that run in one worker have in common."""
    file, _, test = nodeid.partition("::")
    if file in IN_ONE_WORKER:
        return file
    if file.startswith(FOLDER_IN_ONE_WORKER):
        return FOLDER_IN_ONE_WORKER
    if file == IN_A_WORKER_BY_PARAMETER:
        return f"{file} {test.partition('[')[2].rstrip(']').partition('-')[0]}"
    return nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Group the tests by their ids.

    The marks that ``--dist loadgroup`` documents have no effect with pytest 9.2, silently.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return group_of(nodeid)

    return ByGroup(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_collection_modifyitems(items):
    """Put long tests first, so that no worker is left with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture
def hand_in(tmp_path):
    """Write files into a folder and return it: ``hand_in(activations="…", layers="…")``.

    A file that is replaced is never seen half written, by ``--watch`` for example.
    """

    def write(**modules):
        folder = tmp_path / "handed_in"
        folder.mkdir(exist_ok=True)
        for name, text in modules.items():
            unfinished = tmp_path / f"{name}.unfinished"
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(folder / f"{name}.py")
        return folder

    return write


def backproof(*arguments, cwd=ROOT):
    """Run the command line in this process, which saves the second that a new one takes to start.

    The streams are files, as a command may ask for their descriptors.

    Returns:
        What ``subprocess.run`` returns: exit code, standard output and standard error.

    """
    command = ["backproof", *map(str, arguments)]
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        with (
            out.open("w", encoding="utf-8") as out_stream,
            err.open("w", encoding="utf-8") as err_stream,
            contextlib.redirect_stdout(out_stream),
            contextlib.redirect_stderr(err_stream),
            contextlib.chdir(cwd),
            pytest.raises(SystemExit) as ended,
        ):
            main(command[1:], prog_name=command[0])
        code = ended.value.code or 0
        return subprocess.CompletedProcess(command, code, out.read_text(), err.read_text())


def backproof_process(*arguments, cwd=ROOT, **keywords):
    """Run the command line in a process of its own.

    A test needs one if it is about processes or standard streams, or grades with other properties
    than those of this repository, as a process imports one package ``properties`` only.
    """
    command = [sys.executable, "-m", "backproof", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, check=False, timeout=1800, **keywords
    )


def checked(*arguments, run=backproof):
    """Run ``backproof check … --json`` and return the grade and the exit code."""
    process = run("check", *arguments, "--json")
    assert process.stdout, process.stderr
    return json.loads(process.stdout), process.returncode


def statuses(grade):
    """Map each property of a grade to its status."""
    return {outcome["property"]: outcome["status"] for outcome in grade["outcomes"]}
