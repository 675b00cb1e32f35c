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

from backproof.sandbox import plan
from tests.conftest import ROOT
from tests.hostile.corpus import HOSTILE, hostile_submissions, representatives
from tests.support.emulation import as_unprivileged, in_container, reason_not_possible

SUBMISSIONS = {str(hostile): hostile for hostile in hostile_submissions()}
FORGERS = [name for name, hostile in SUBMISSIONS.items() if hostile.forges]
KINDS = {
    *("wrong", "exception", "exited", "crash", "timeout", "cpu-limit", "memory", "output-flood"),
    *("forbidden", "protocol", "import-failed", "missing", "nondeterministic"),
    *("not-started", "earned"),
}
# Only a hang of the grader itself takes as long as this.
MAX_SECONDS = 1800


def plainly(command, **keywords):
    """Run a command as the user who runs the tests."""
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, **keywords
    )


# For each set of layers: how its grader is started, and the layers. The set "process" has only
# limits and a process of its own, so it grades only submissions that need no other layer to be
# harmless. Inside a container there are no namespaces to be had.
LAYERS = plan.plan().layers
EMULATED = {
    "unprivileged": (as_unprivileged, LAYERS),
    "container": (in_container, LAYERS),
    "unprivileged in a container": (partial(in_container, unprivileged=True), LAYERS),
}
NOT_EMULATED = {"no namespaces": (plainly, tuple(x for x in LAYERS if x != "namespaces"))}
ALL_LAYERS = "all layers"
SETS = {
    ALL_LAYERS: (plainly, LAYERS),
    **(NOT_EMULATED if reason_not_possible() else EMULATED),
    "process": (plainly, ("rlimits", "undumpable")),
}
UNGUARDED = plainly if reason_not_possible() else as_unprivileged
# The traces of a submission that left nothing behind.
TRACES = {"results": "kept", "processes": [], "files": [], "heard": []}
# No message may contain control characters other than line ends.
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2028\u2029]")


def cases():
    """List each submission at each set of layers that it can be run with.

    At all layers every submission is always graded. At the other sets the representatives are,
    and the exhaustive tests grade the rest, each at one of these sets in turn. The
    submissions of one group share one grader, which is started by the first test of the group.
    """
    usual = {str(hostile) for hostile in representatives(SUBMISSIONS.values())}
    others = [name for name in SETS if name != ALL_LAYERS]
    for name, (_, layers) in SETS.items():
        possible = [one for one, hostile in SUBMISSIONS.items() if {*hostile.needs} <= {*layers}]
        for submission in possible:
            marks, group = [], name
            if name == ALL_LAYERS:  # the largest set, in two groups for two processors
                group = f"{name} {possible.index(submission) * 2 // len(possible)}"
            elif submission not in usual:
                in_turn = [one for one in SUBMISSIONS if one not in usual].index(submission)
                if name != others[in_turn % len(others)]:
                    continue
                marks, group = [pytest.mark.exhaustive], f"{name}, others"
            yield pytest.param(
                group,
                name,
                submission,
                id=f"{group}-{submission}",  # tests/conftest.py groups them by its first part
                marks=marks,
            )


def grade(start, *arguments):
    """Grade submissions in another process; return the result of each by its name."""
    command = [sys.executable, "-P", "-m", "tests.support.hostile_runs", *arguments]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    process = start(command, env=environment, timeout=MAX_SECONDS)
    results = [json.loads(line) for line in process.stdout.splitlines()]
    missing = {"verdicts": ["no result"], "messages": [process.stderr], **dict.fromkeys(TRACES)}
    return {"": missing, **{result["submission"]: result for result in results}}


@pytest.fixture(scope="module")
def graded(request):
    """Grade the submissions of a group, those whose tests were selected; return their results.

    The submissions of other tests are not graded, so one test alone takes a few seconds.
    """
    finished = {}

    def results(group, name):
        if group not in finished:
            start, layers = SETS[name]
            items = (getattr(item, "callspec", None) for item in request.session.items)
            selected = [item.params for item in items if item and "submission" in item.params]
            chosen = [one["submission"] for one in selected if one.get("group") == group]
            finished[group] = grade(start, "confined", ",".join(layers), *chosen, "observed")
        return finished[group]

    return results


def sets():
    """List the sets of layers, each with the group whose grader is asked."""
    for name in SETS:
        group = f"{name} 0" if name == ALL_LAYERS else name
        yield pytest.param(group, name, id=group)


@pytest.mark.parametrize(("group", "name"), [*sets()])
def test_a_set_of_layers_is_what_it_says(graded, group, name):
    """If a layer were missing, the other tests would prove less than they claim."""
    observed = graded(group, name)["observed"]
    assert (observed["level"] == "strict") == (name != "process"), observed


@pytest.mark.parametrize(("group", "name", "submission"), [*cases()])
def test_a_hostile_submission_gains_nothing_and_leaves_nothing(graded, group, name, submission):
    """A grade is worth something only if no code can raise it, or harm others while it runs.

    The submission gets the verdict of its folder and exactly the points of its mathematics; no
    other unit loses any. Results, files and processes are as before, nothing was sent, and the
    messages are plain text.
    """
    results = graded(group, name)
    result = results.get(submission, results[""])
    messages = result["messages"]
    kind = SUBMISSIONS[submission].kind.replace("-started", " started")
    assert set(result["verdicts"]) - {"wrong"} == {kind} - {"wrong", "earned"}, messages
    assert result["least"] - 1e-9 <= result["points"] <= result["most"] + 1e-9, messages
    assert result["lost"] == []
    assert {trace: result[trace] for trace in TRACES} == TRACES, messages
    assert [text for text in messages if CONTROL.search(text) or len(text) > 4000] == []


def controls():
    """List the submissions that forge; the exhaustive tests run all but one of each forgery."""
    first = {SUBMISSIONS[name].forges: name for name in reversed(FORGERS)}
    for name in FORGERS:
        marks = () if name in first.values() else pytest.mark.exhaustive
        yield pytest.param(name, marks=marks)


@pytest.mark.parametrize("submission", [*controls()])
def test_a_harness_that_imports_what_it_grades_is_deceived(submission):
    """The negative control: without confinement they do obtain nine points in ten."""
    result = grade(UNGUARDED, "unguarded", "-", submission)[submission]
    marks = "marks" if result["points"] > 0.9 * result["full"] else ""
    results = "results" if result["results"] == "changed" else ""
    assert SUBMISSIONS[submission].forges == marks + results


def test_there_are_enough_of_them():
    """The claim is about at least sixty-six submissions, twelve of which forge unguarded."""
    assert len(SUBMISSIONS) >= 66
    assert len(FORGERS) >= 12


def test_every_hostile_submission_is_described():
    """An attack is kept working only if a reader can see what it tries.

    Its folder is a known verdict, its first text has a docstring, and the README lists it.
    """
    readme = (HOSTILE / "README.md").read_text(encoding="utf-8")
    undescribed = [
        name
        for name, hostile in SUBMISSIONS.items()
        if hostile.kind not in KINDS
        or f"`{name}`" not in readme
        or not ast.get_docstring(ast.parse(next(iter(hostile.files().values()))))
    ]
    assert undescribed == []
