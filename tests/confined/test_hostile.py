"""No hostile submission earns a point that its mathematics did not, at any set of layers."""

import ast
import json
import os
import re
import subprocess
import sys
from functools import partial

import pytest

if sys.platform != "linux":
    pytest.skip("the layers of confinement are Linux's", allow_module_level=True)

import fcntl

from backproof.sandbox import plan
from tests.conftest import ROOT
from tests.hostile.corpus import HOSTILE, hostile_submissions
from tests.support.emulation import as_unprivileged, in_container, reason_not_possible

SUBMISSIONS = {str(hostile): hostile for hostile in hostile_submissions()}
FORGERS = [name for name, hostile in SUBMISSIONS.items() if hostile.forges]
KINDS = {
    *("wrong", "exception", "exited", "crash", "timeout", "cpu-limit", "memory", "output-flood"),
    *("forbidden", "protocol", "import-failed", "missing", "nondeterministic"),
    *("not-started", "earned"),
}


def plainly(command, **keywords):
    """Run a command as whoever runs the tests."""
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, **keywords
    )


# How a set is run, and with which layers. What has nothing but a process of its own, and limits,
# is only for what does no harm without the system's help. A container has no namespaces to give.
LAYERS = plan.plan().layers
ELSEWHERE = {
    "unprivileged": (as_unprivileged, LAYERS),
    "container": (in_container, LAYERS),
    "unprivileged in a container": (partial(in_container, unprivileged=True), LAYERS),
}
WITHOUT = {"no namespaces": (plainly, tuple(x for x in LAYERS if x != "namespaces"))}
SETS = {
    "all layers": (plainly, LAYERS),
    **(WITHOUT if reason_not_possible() else ELSEWHERE),
    "process": (plainly, ("rlimits", "undumpable")),
}
UNGUARDED = plainly if reason_not_possible() else as_unprivileged
# Each is graded in so many runs, which the workers of a parallel test run share among them.
PARTS = 2
# What is to be seen of a submission once it is graded.
TRACES = {"results": "kept", "processes": [], "files": [], "heard": []}
# What no message may hold: control characters, but for the ends of lines.
UNFIT = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2028\u2029]")


def of_set(layers):
    """Name the submissions that can be run with no layers but these."""
    return [name for name, hostile in SUBMISSIONS.items() if set(hostile.needs) <= set(layers)]


def part_of(name, submission):
    """Say in which of a set's runs a submission is graded: neighbours in the same one."""
    names = of_set(SETS[name][1])
    return names.index(submission) * PARTS // len(names)


CASES = [
    pytest.param(name, submission, id=f"{name}-{submission}")
    for name, (_, layers) in SETS.items()
    for submission in of_set(layers)
]


def run(around, *arguments):
    """Grade submissions in another process; give what came of each, by name."""
    command = [sys.executable, "-P", "-m", "tests.support.hostile_runs", *arguments]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    process = around(command, env=environment, timeout=300)
    results = [json.loads(line) for line in process.stdout.splitlines()]
    ended = {"verdicts": ["no result"], "messages": [process.stderr], **dict.fromkeys(TRACES)}
    return {"": ended, **{result["submission"]: result for result in results}}


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """Run what it is asked for, unless another worker of this test run has done so before."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder

    def run_once(name, around, *arguments):
        stored = shared / f"hostile-{name}.json"
        with (shared / f"{stored.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not stored.exists():
                stored.write_text(json.dumps(run(around, *arguments)), encoding="utf-8")
        return json.loads(stored.read_text(encoding="utf-8"))

    return run_once


@pytest.fixture
def part(once):
    """Give the results of one part of a set."""

    def of_set_(name, number):
        around, layers = SETS[name]
        chosen = [other for other in of_set(layers) if part_of(name, other) == number]
        arguments = ("confined", ",".join(layers), *chosen, "observed")
        return once(f"{name}-{number}", around, *arguments)

    return of_set_


@pytest.fixture
def graded(part, name, submission):
    """What came of one submission at one set of layers."""
    results = part(name, part_of(name, submission))
    return results.get(submission, results[""])


@pytest.mark.parametrize("name", SETS)
def test_a_set_of_layers_is_what_it_says(part, name):
    """A disposable worker gets out of none but that which is a mere process."""
    observed = part(name, 0)["observed"]
    assert (observed["level"] == "strict") == (name != "process"), observed


@pytest.mark.parametrize(("name", "submission"), CASES)
def test_a_hostile_submission_is_judged_as_filed(graded, submission):
    """It gets the verdict of its folder and the points of its mathematics, no more and no less."""
    kind = SUBMISSIONS[submission].kind.replace("-started", " started")
    assert set(graded["verdicts"]) - {"wrong"} == {kind} - {"wrong", "earned"}, graded["messages"]
    assert graded["least"] - 1e-9 <= graded["points"] <= graded["most"] + 1e-9, graded["messages"]
    assert graded["lost"] == []


@pytest.mark.parametrize(("name", "submission"), CASES)
def test_a_hostile_submission_leaves_nothing_behind(graded):
    """Results, files and processes are as before, nothing was sent, and the messages are text."""
    assert {trace: graded[trace] for trace in TRACES} == TRACES, graded["messages"]
    assert [text for text in graded["messages"] if UNFIT.search(text) or len(text) > 4000] == []


@pytest.mark.parametrize("submission", FORGERS)
def test_a_harness_that_imports_what_it_grades_is_deceived(once, submission):
    """The negative control: where nothing confines them, they do obtain nine points in ten."""
    graded = once("unguarded", UNGUARDED, "unguarded", "-", *FORGERS)[submission]
    marks = "marks" if graded["points"] > 0.9 * graded["full"] else ""
    results = "results" if graded["results"] == "changed" else ""
    assert SUBMISSIONS[submission].forges == marks + results


def test_there_are_enough_of_them():
    """The claim is about at least sixty-six submissions, twelve of which forge unguarded."""
    assert len(SUBMISSIONS) >= 66
    assert len(FORGERS) >= 12


@pytest.mark.parametrize("submission", SUBMISSIONS)
def test_every_hostile_submission_is_described(submission):
    """Its folder is a verdict, its first text says what it tries, and the README lists it."""
    hostile = SUBMISSIONS[submission]
    text = next(iter(hostile.files().values()))
    assert hostile.kind in KINDS
    assert ast.get_docstring(ast.parse(text))
    assert f"`{hostile}`" in (HOSTILE / "README.md").read_text(encoding="utf-8")
