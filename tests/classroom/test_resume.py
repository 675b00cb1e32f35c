"""A run that is killed or stopped goes on, and ends with the results of one that was not."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from backproof.classroom.run import STORE
from backproof.classroom.store import in_order
from tests.conftest import ROOT, backproof
from tests.support.classes import LOSSES, SUBMISSIONS, small_assignment, write_class

KILLS = 50
# One property, so that a run begins at once.
PROPERTY = '''
from hypothesis import given

from properties.assertions import assert_close
from properties.oracles import losses as oracle
from properties.strategies.losses import loss_cases


@given(case=loss_cases())
def test_losses_value_is_the_mean_square(submission, case):
    """The loss is the mean of the squared differences."""
    returned = submission.losses.mean_squared_error(case.prediction, case.target)
    assert_close(returned, oracle.value(case.prediction, case.target), "the loss")
'''


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """An assignment of one property, and a class of right, wrong and hostile submissions."""
    folder = tmp_path_factory.mktemp("course")
    assignment = small_assignment(folder / "assignment", "losses")
    (assignment / "properties" / "test_losses.py").write_text(PROPERTY)
    names = [f"{name}-{number}" for number in range(8) for name in SUBMISSIONS if name != "eva"]
    write_class(folder / "class", names)
    return folder


def command(course, out, *more):
    """The command line that grades the class."""
    options = ["--assignment", str(course / "assignment"), "--out", str(out), "--profile", "quick"]
    return [sys.executable, "-m", "backproof", "grade", str(course / "class"), *options, *more]


def results_in(out):
    """Names, scores and problems in the store, and how many results were replaced."""
    with sqlite3.connect(out / STORE) as database:
        rows = database.execute("SELECT name, score, problem FROM results").fetchall()
        replaced = database.execute("SELECT count(*) FROM superseded").fetchone()[0]
    return sorted(rows, key=lambda row: in_order(row[0])), replaced


@pytest.fixture(scope="module")
def undisturbed(course):
    """What a run that nobody disturbs ends with."""
    subprocess.run(command(course, course / "whole"), check=True, capture_output=True, cwd=ROOT)
    rows, replaced = results_in(course / "whole")
    assert (len(rows), replaced) == (32, 0)
    return rows


def test_a_run_that_is_killed_again_and_again_loses_nothing(course, undisturbed):
    """After 50 kills at random moments the results are the same, and none was graded twice."""
    out, kills, rng = course / "killed", 0, random.Random(0)
    midway = 0
    while kills < KILLS:
        process = subprocess.Popen(
            command(course, out), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            process.communicate(timeout=rng.uniform(0.2, 2.2))
            shutil.rmtree(out)  # it came to its end: once more, from the start
        except subprocess.TimeoutExpired:
            before = _names(out)
            process.kill()
            process.communicate()
            kills += 1
            assert before <= _names(out)
            midway += 0 < len(before) < len(undisturbed)
    assert midway > 5  # or the test would prove little
    end = subprocess.run(
        command(course, out), capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert end.returncode == 0, end.stderr
    assert results_in(out) == (undisturbed, 0)


def _names(out):
    try:
        with sqlite3.connect(f"file:{out / STORE}?mode=ro", uri=True) as database:
            return {name for (name,) in database.execute("SELECT name FROM results")}
    except sqlite3.OperationalError:  # there is no store yet, or no table in it
        return set()


def test_ctrl_c_stops_cleanly(course):
    """What is finished is kept, no traceback is shown, and it is said how to go on."""
    out = course / "stopped"
    process = subprocess.Popen(
        command(course, out, "--jobs", "1"),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while len(_names(out)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    kept = len(_names(out))
    assert process.returncode == 130
    assert said.decode() == (
        f"backproof: stopped: {kept} of 32 graded; the same command goes on from here\n"
    )
    again = subprocess.run(
        command(course, out), capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert f"{kept} graded before, {32 - kept} left" in again.stdout


def test_another_seed_or_assignment_is_refused(course, undisturbed):
    """The refusal names what differs and how to go on; the store stays as it is."""
    refused = backproof(*command(course, course / "whole", "--seed", "1")[3:])
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    for word in ("seed", "--out", "--fresh"):
        assert word in refused.stderr
    assert results_in(course / "whole") == (undisturbed, 0)


def test_what_has_changed_is_graded_again(course, undisturbed):
    """And what is asked for by --regrade; nothing else is."""
    out = course / "changed"
    shutil.copytree(course / "whole", out)
    changed = course / "class" / "dee-3" / "losses.py"
    before = changed.read_text()
    changed.write_text(LOSSES)
    try:
        said = backproof(*command(course, out, "--regrade", "ben-*")[3:])
    finally:
        changed.write_text(before)
    assert "23 graded before, 9 left" in said.stdout
    scores = {name: score for name, score, _ in results_in(out)[0]}
    assert (scores["dee-3"], scores["dee-4"]) == (6.0, 0.0)
    unknown = backproof(*command(course, out, "--regrade", "zoe*")[3:])
    assert (unknown.returncode, "zoe*" in unknown.stderr) == (2, True)


def test_beginning_again_sets_the_old_store_aside(course, undisturbed):
    """With --fresh everything is graded, and the results before are still there."""
    out = course / "fresh"
    shutil.copytree(course / "whole", out)
    said = backproof(*command(course, out, "--fresh", "--seed", "1")[3:])
    assert (said.returncode, "graded before" in said.stdout) == (0, False)
    assert len([name for name in os.listdir(out) if name.endswith(".sqlite")]) == 2
