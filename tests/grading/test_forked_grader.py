"""Tests of forked graders: one that hangs or crashes must cost its own submission only."""

import faulthandler
import json
import os
import signal
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from backproof.confined.level import PROCESS
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.grading import forked_grader
from backproof.grading.forked_grader import Graded, GraderPool, GradingJob
from tests.conftest import ACTIVATIONS

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


class Casebook(SimpleNamespace):
    """A fake casebook that records the digests it is passed."""

    def learn(self, digests):
        """Record digests, which the next graders inherit."""
        self.taught.extend(digests)


class Suite:
    """A fake suite whose grade states the recorded digests."""

    shares = staticmethod(lambda records: {})

    def __init__(self, assignment, book):
        self.assignment = assignment
        self._book = book

    @property
    def graded_with(self):
        """The recorded digests."""
        return {"taught": [*self._book.taught]}


def run_as_named(suite, submission, *, casebook, diagnostician, fact_finder):
    """Replace the run of the properties; do what the name of the submission says."""
    word = Path(submission.workers._submitted.name).name.partition("-")[0]
    if word == "crash":
        faulthandler.disable()  # the output of the tests shall not show this crash
        os.kill(os.getpid(), signal.SIGSEGV)
    elif word == "exit":
        os._exit(0)
    elif word == "stuck":
        time.sleep(600)
    elif word == "fault":
        raise RuntimeError("a property\nis broken")
    casebook.learnt.append(("entry", b"\x01"))
    return []


@pytest.fixture
def job(assignment, monkeypatch):
    """Return a job that does what the name of a submission says."""
    monkeypatch.setattr(forked_grader, "run_properties", run_as_named)
    book = Casebook(digest="d", learnt=[], taught=[])
    return GradingJob(Suite(assignment, book), book, PROCESS, Diagnostician(assignment))


@pytest.fixture
def grade(job, tmp_path, monkeypatch):
    """Return a function that grades folders of given names, in order."""
    seconds = job.suite.assignment.seconds_per_submission
    monkeypatch.setattr(forked_grader, "SECONDS_FOR_GRADER", 5.0 - seconds)

    def grade_(*names, slots=1):
        for name in names:
            (tmp_path / name).mkdir()
            if not name.startswith("empty"):
                (tmp_path / name / "activations.py").write_text(ACTIVATIONS)
        with closing(GraderPool(job, slots)) as pool:
            return dict(pool.grade((name, tmp_path / name) for name in names))

    return grade_


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("crash", "the grader ended with signal 11"),
        ("exit", "the grader ended with exit code 0"),
        ("stuck", "it gave no result within 5 seconds"),
        ("fault", "a fault of the grader: RuntimeError: a property is broken at test_forked"),
    ],
)
def test_one_that_cannot_be_graded_costs_itself_only(grade, word, problem):
    """One broken submission must not cost the rest of the class its grades."""
    graded = grade("right-1", word, "right-2")
    assert graded[word].grade is None
    assert graded[word].problem.startswith(problem)
    assert "\n" not in graded[word].problem
    for name in ("right-1", "right-2"):
        assert graded[name].grade.outcomes == ()
        assert graded[name].cpu_seconds > 0


def test_a_folder_without_modules_is_named_in_one_line(grade):
    """The instructor must see in the gradebook why a student has no grade."""
    graded = grade("right-1", "empty", "right-2")
    assert "is empty: expected activations.py" in graded["empty"].problem
    assert graded["right-2"].grade is not None


def test_what_was_learnt_is_known_to_the_next(grade):
    """Each grader is a fork of the parent, so only the parent can pass on what one has learnt."""
    graded = grade("right-1", "right-2", "right-3")
    taught = [graded[name].grade.graded_with["taught"] for name in sorted(graded)]
    assert taught == [[], [["entry", "01"]], 2 * [["entry", "01"]]]


def test_slots_share_the_work(grade):
    """A submission that hangs must not block the others until its time limit."""
    graded = grade("stuck", "right-1", "right-2", "right-3", slots=2)
    names = sorted(name for name in graded if graded[name].grade is not None)
    assert names == ["right-1", "right-2", "right-3"]


def test_a_name_that_is_no_text_is_graded_like_any_other(grade):
    """File names are bytes, and one invalid name must not cost the class its grades."""
    name = os.fsdecode(b"right-\xe9")
    assert all(each.grade for each in grade(name, "right-2").values())


def test_a_result_survives_json(grade):
    """Workers of a cluster send results as JSON."""
    [graded] = grade("right-1").values()
    assert Graded.from_json(json.loads(json.dumps(graded.to_json()))) == graded


def test_graders_end_with_the_process_that_forked_them(job, tmp_path):
    """Graders that outlive a killed run would use up the machine."""
    (tmp_path / "stuck").mkdir()
    (tmp_path / "stuck" / "activations.py").write_text(ACTIVATIONS)
    pid = os.fork()
    if not pid:
        slot = GraderPool(job, 1)._slots[0]
        slot.begin(tmp_path / "stuck")
        (tmp_path / "pid").write_text(str(slot._process._pid))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    grader = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 600
    while _is_there(grader) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_there(grader)


def _is_there(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False
