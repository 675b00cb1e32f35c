"""Tests of runs of collected properties, and of the status of an exception."""

import re
import subprocess
import sys

import pytest
from hypothesis.errors import HypothesisException

from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from backproof.suite.records import classify
from tests.conftest import ROOT


def test_runs_of_a_suite_leave_nothing_behind(assignment):
    """A class run uses one suite for hundreds of submissions, so no stack may grow."""
    name = "test_activations_keep_the_shape"

    def work(suite):
        submission = LocalSubmission(assignment.reference, assignment.units)
        depths = []
        for _ in range(5):
            records = run_properties(suite, submission, [name])
            assert {record.status for record in records} == {"passed"}
            depths.append(_layers(suite, name))
        submission.close()
        return depths

    depths = with_suite(assignment, work, profile="quick", units=["activations"])
    assert depths[-1] == depths[0]


def _layers(suite, name):
    """Return the number of nested settings of a property."""
    settings = suite[name][0].item.obj._hypothesis_internal_use_settings
    layers = 0
    while settings is not None:
        settings = getattr(settings, "_fallback", None)
        layers += 1
    return layers


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (None, "passed"),
        (AssertionError("2 is not 3"), "failed"),
        (TypeError("of our own"), "not graded"),
        (HypothesisException("unsatisfiable"), "not graded"),
        (KeyboardInterrupt(), "not graded"),
    ],
)
def test_what_is_no_failure_of_the_submission_is_not_graded(exception, status):
    """Faults of the properties or of Hypothesis must not cost a student points."""
    assert classify(exception)[0] == status


def test_an_assertion_inside_hypothesis_is_not_the_students():
    """An assertion in Hypothesis itself is a fault of the search, not of the student's code."""
    code = compile("assert False", _a_file_of_hypothesis(), "exec")
    with pytest.raises(AssertionError) as caught:
        exec(code, {})
    assert classify(caught.value)[0] == "not graded"


def _a_file_of_hypothesis():
    import hypothesis.core

    return hypothesis.core.__file__


def test_ctrl_c_says_where_it_was(hand_in):
    """Somebody who waits wants to know what for."""
    stopped = "def identity(z):\n    import signal\n    signal.raise_signal(signal.SIGINT)\n"
    command = [sys.executable, "-m", "backproof", "check", hand_in(activations=stopped)]
    process = subprocess.run(
        [*command, "--unit", "activations"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert process.returncode == 130
    said = r"backproof: stopped in test_activations_\w+, in activations\.identity\n"
    assert re.fullmatch(said, process.stderr)
