"""Modules of a worker process: those that run a student's code, and none that knows an answer."""

import re
import sys

import pytest

from backproof.confined import pool
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.fork_client import ForkServer
from backproof.confined.spawn_client import SpawnServer
from tests.conftest import ROOT

# The parts of the engine that a worker of either kind imports.
PACKAGES = {"failure_kinds", "sandbox", "student_code", "wire", "worker"}
SERVERS = [
    pytest.param(ForkServer, marks=pytest.mark.skipif(sys.platform != "linux", reason="no fork")),
    SpawnServer,
]
SPY = """
import importlib
import sys

def relu(z):
    return sorted(sys.modules)

def tanh(names):
    opened = []
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        opened.append(name)
    return opened
"""


def engine_modules():
    """Return the names of all modules of the engine."""
    paths = [path.relative_to(ROOT) for path in (ROOT / "backproof").rglob("*.py")]
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths}


@pytest.fixture(params=SERVERS)
def spy(request, hand_in, assignment, monkeypatch):
    """Open a submission that reports on its worker, for each way to start one.

    Only the process confines it: Landlock and a user of its own would hide the files of modules.
    """
    monkeypatch.setattr(pool, "SERVER", request.param)
    folder = hand_in(activations=SPY)
    with ConfinedSubmission(folder, assignment, layers=("rlimits",)) as submission:
        submission.begin_property("activations")
        yield submission


def test_only_the_packages_of_the_students_side_are_loaded(spy):
    """Another import there could bring tests or solutions within a student's reach."""
    names = [name.split(".") for name in spy.activations.relu(0.0)]
    others = {name[0] for name in names} - sys.stdlib_module_names
    # The modules that compiled parts of numpy register have no package of their own.
    others = {name for name in others if not re.match("_?cython", name)}
    own = {"__main__", "activations", "backproof_submission_1"}
    assert others - own == {"backproof", "numpy"}
    assert {name[1] for name in names if name[0] == "backproof" and name[1:]} == PACKAGES


def test_no_other_module_of_the_engine_can_be_imported(spy):
    """The engine is installed beside numpy, so the worker has to close its packages."""
    loaded = set(spy.activations.relu(0.0))
    left = engine_modules() - loaded
    assert len(left) > 100
    assert spy.activations.tanh(sorted(left)) == []
    assert spy.activations.tanh(["backproof.assignment_data.reference", "reference.losses"]) == []
