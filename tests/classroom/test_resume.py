"""Tests of runs that are killed or stopped and then resumed."""

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
from backproof.classroom.store_rows import sort_key
from tests.conftest import ROOT, backproof, backproof_process
from tests.support.classes import LOSSES, SUBMISSIONS, small_assignment, write_class

STUDENTS = 8
RESULTS = 4 * STUDENTS
# The statement of SQLite that a run is killed before, the number of the result among those of this
# run, and how many results the run has saved by then. All together are those of the class.
KILLS = (
    ("NEXT", 0, 0),  # before anything is graded
    ("INSERT", 1, 0),
    ("COMMIT", 1, 0),
    ("NEXT", 1, 1),
    ("COMMIT", 3, 2),
    ("NEXT", 5, 5),
    ("INSERT", 2, 1),
    ("COMMIT", 8, 7),
    ("NEXT", 16, 16),  # all is graded, and no report written
)
RANDOM_KILLS = 50
# A generous limit: only a run that hangs takes as long.
MAX_SECONDS = 600
# With a single property a run starts at once.
PROPERTY = '''
from hypothesis import given

from backproof.testing import assert_close
from properties.oracles import losses as oracle
from properties.strategies.losses import loss_cases


@given(case=loss_cases())
def test_losses_value_is_the_mean_square(submission, case):
    """The loss is the mean of the squared differences."""
    returned = submission.losses.mean_squared_error(case.prediction, case.target)
    assert_close(returned, oracle.value(case.prediction, case.target), "the loss")
'''
SLEEPING = LOSSES.replace(
    "    return np.mean", "    __import__('time').sleep(3600)\n    return np.mean"
)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """An assignment of one property, and a class of right, wrong and hostile submissions."""
    folder = tmp_path_factory.mktemp("course")
    assignment = small_assignment(folder / "assignment", "losses")
    (assignment / "properties" / "test_losses.py").write_text(PROPERTY)
    names = [f"{name}-{n}" for n in range(STUDENTS) for name in SUBMISSIONS if name != "eva"]
    write_class(folder / "class", names)
    return folder


def arguments(course, out, *more):
    """Return the arguments that grade the class."""
    options = ["--assignment", str(course / "assignment"), "--out", str(out), "--profile", "quick"]
    return ["grade", str(course / "class"), *options, *more]


def started(course, out, *more):
    """Start the run in a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "backproof", *arguments(course, out, *more)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(course, out):
    """Run to the end and return the output."""
    process = started(course, out)
    printed, errors = process.communicate(timeout=MAX_SECONDS)
    assert process.returncode == 0, errors
    return printed


def results_in(out):
    """Return names, scores and problems in the store, and the number of replaced results."""
    with sqlite3.connect(out / STORE) as database:
        rows = database.execute("SELECT name, score, problem FROM results").fetchall()
        replaced = database.execute("SELECT count(*) FROM superseded").fetchone()[0]
    return sorted(rows, key=lambda row: sort_key(row[0])), replaced


def names_in(out):
    """Return the names of the saved results; none while there is no store."""
    try:
        with sqlite3.connect(f"file:{out / STORE}?mode=ro", uri=True) as database:
            return {name for (name,) in database.execute("SELECT name FROM results")}
    except sqlite3.OperationalError:  # there is no store yet, or no table in it
        return set()


def wait_for_results(out, number, process):
    """Wait until a number of results are saved or the process has ended; return their names."""
    deadline = time.monotonic() + MAX_SECONDS
    while len(names_in(out)) < number and process.poll() is None:
        assert time.monotonic() < deadline, f"{names_in(out)} after {MAX_SECONDS} seconds"
        time.sleep(0.02)
    return names_in(out)


@pytest.fixture(scope="module")
def undisturbed(course):
    """Return the results of an undisturbed run."""
    finished(course, course / "whole")
    rows, replaced = results_in(course / "whole")
    assert (len(rows), replaced) == (RESULTS, 0)
    return rows


def test_a_run_that_is_killed_again_and_again_loses_nothing(course, undisturbed):
    """Hours of grading must survive a power cut, also one in the middle of a write.

    Every kill leaves exactly the results that were saved before it, and none is graded twice.
    """
    out, expected = course / "killed", 0
    for statement, number, saved in KILLS:
        before = names_in(out)
        killed = subprocess.run(
            [
                *(sys.executable, "-m", "tests.support.killed_run", statement, str(number)),
                *arguments(course, out),
            ],
            cwd=ROOT,
            capture_output=True,
            timeout=MAX_SECONDS,
            check=False,
        )
        expected += saved
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert before <= names_in(out)
        assert len(names_in(out)) == expected, (statement, number)
    assert expected == RESULTS
    finished(course, out)
    assert results_in(out) == (undisturbed, 0)


@pytest.mark.exhaustive
def test_kills_at_random_moments_lose_nothing(course, undisturbed):
    """A kill may occur between any two instructions, not only at those chosen above.

    Each comes a short random time after a random number of results were saved.
    """
    out, kills, midway, rng = course / "killed at random", 0, 0, random.Random(0)
    while kills < RANDOM_KILLS:
        process = started(course, out)
        wait_for_results(out, len(names_in(out)) + rng.randrange(4), process)
        time.sleep(rng.uniform(0.0, 0.2))
        before = names_in(out)
        process.kill()
        process.communicate()
        if process.returncode == 0:  # the run has ended: start with a new store
            assert len(names_in(out)) == RESULTS
            shutil.rmtree(out)
            continue
        kills += 1
        assert process.returncode == -signal.SIGKILL
        assert before <= names_in(out)
        midway += 0 < len(before) < RESULTS
    assert midway > RANDOM_KILLS // 4  # or the test would prove little
    finished(course, out)
    assert results_in(out) == (undisturbed, 0)


def test_ctrl_c_stops_cleanly(tmp_path):
    """An instructor who stops a run must know that the results are safe, and how to continue.

    Ctrl-C comes while the fourth submission of five is asleep, so that it cannot come too late.
    """
    assignment = small_assignment(
        tmp_path / "assignment", "losses", more="seconds_per_property = 3600"
    )
    (assignment / "properties" / "test_losses.py").write_text(PROPERTY)
    with (assignment / "pyproject.toml").open("a") as file:
        file.write("\nwall_seconds_per_call = 3600\n")
    write_class(tmp_path / "class", ["ada-1", "ada-2", "ada-3", "ada-4", "ada-5"])
    asleep = tmp_path / "class" / "ada-4" / "losses.py"
    asleep.write_text(SLEEPING)
    process = started(tmp_path, tmp_path / "out", "--jobs", "1")
    wait_for_results(tmp_path / "out", 3, process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=MAX_SECONDS)
    assert process.returncode == 130, errors
    assert errors == "backproof: stopped: 3 of 5 graded; the same command continues from here\n"
    assert names_in(tmp_path / "out") == {"ada-1", "ada-2", "ada-3"}
    asleep.write_text(LOSSES)
    assert "3 graded before, 2 left" in finished(tmp_path, tmp_path / "out")


def test_another_seed_or_assignment_is_refused(course, undisturbed):
    """Results of different runs in one gradebook would not be comparable.

    The refusal names the difference and how to continue; the store stays as it is.
    """
    refused = backproof(*arguments(course, course / "whole", "--seed", "1"))
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    for word in ("seed", "--out", "--fresh"):
        assert word in refused.stderr
    assert results_in(course / "whole") == (undisturbed, 0)


def test_what_has_changed_is_graded_again(course, undisturbed):
    """A resubmission counts without a run over the whole class; --regrade adds to it."""
    out = course / "changed"
    shutil.copytree(course / "whole", out)
    changed = course / "class" / "dee-3" / "losses.py"
    before = changed.read_text()
    changed.write_text(LOSSES)
    try:
        regraded = backproof_process(*arguments(course, out, "--regrade", "ben-*"))
    finally:
        changed.write_text(before)
    assert "23 graded before, 9 left" in regraded.stdout
    scores = {name: score for name, score, _ in results_in(out)[0]}
    # The property is about one of the two functions, so right code has the half of the points.
    assert (scores["dee-3"], scores["dee-4"]) == (scores["ben-3"], 0.0) == (3.0, 0.0)
    unknown = backproof_process(*arguments(course, out, "--regrade", "zoe*"))
    assert (unknown.returncode, "zoe*" in unknown.stderr) == (2, True)


def test_beginning_again_sets_the_old_store_aside(course, undisturbed):
    """With --fresh everything is graded, and a slip of the finger loses no earlier results."""
    out = course / "fresh"
    shutil.copytree(course / "whole", out)
    graded = backproof_process(*arguments(course, out, "--fresh", "--seed", "1"))
    assert (graded.returncode, "graded before" in graded.stdout) == (0, False)
    assert len([name for name in os.listdir(out) if name.endswith(".sqlite")]) == 2
