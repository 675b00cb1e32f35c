"""Forked graders: a submission whose grader hangs, crashes or is broken costs itself only."""

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
    """Stands for the cases; it keeps the digests that it learns."""

    def learn(self, digests):
        """Keep the digests, which the next graders inherit."""
        self.taught.extend(digests)


class Suite:
    """Stands for the properties; the grade states what the cases had learnt by then."""

    with_true_points = staticmethod(tuple)

    def __init__(self, assignment, book):
        self.assignment = assignment
        self._book = book

    @property
    def graded_with(self):
        """The digests that the cases had learnt."""
        return {"taught": [*self._book.taught]}


def run_as_named(suite, submission, *, casebook, diagnostician):
    """Stands for the run of the properties: do what the name of the submission says."""
    word = Path(submission._intake.name).name.partition("-")[0]
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
    """A job whose properties do what the name of a submission says."""
    monkeypatch.setattr(forked_grader, "run_properties", run_as_named)
    book = Casebook(digest="d", learnt=[], taught=[])
    return GradingJob(Suite(assignment, book), book, PROCESS, Diagnostician(assignment))


@pytest.fixture
def grade(job, tmp_path, monkeypatch):
    """Grade folders of these names in this order; return the result of each."""
    most = job.suite.assignment.seconds_per_submission
    monkeypatch.setattr(forked_grader, "SECONDS_FOR_GRADER", 2.0 - most)

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
        ("stuck", "it gave no result within 2 seconds"),
        ("fault", "a fault of the grader: RuntimeError: a property is broken at test_forked"),
    ],
)
def test_one_that_cannot_be_graded_costs_itself_only(grade, word, problem):
    """The submissions before and after it are graded, and its result says why it is not."""
    graded = grade("right-1", word, "right-2")
    assert graded[word].grade is None
    assert graded[word].problem.startswith(problem)
    assert "\n" not in graded[word].problem
    for name in ("right-1", "right-2"):
        assert graded[name].grade.outcomes == ()
        assert graded[name].cpu_seconds > 0


def test_a_folder_without_modules_is_named_in_one_line(grade):
    """The other submissions are graded."""
    graded = grade("right-1", "empty", "right-2")
    assert "is empty: expected activations.py" in graded["empty"].problem
    assert graded["right-2"].grade is not None


def test_what_was_learnt_is_known_to_the_next(grade):
    """Each grader is a fork, so it learns nothing unless its parent does."""
    graded = grade("right-1", "right-2", "right-3")
    taught = [graded[name].grade.graded_with["taught"] for name in sorted(graded)]
    assert taught == [[], [["entry", "01"]], 2 * [["entry", "01"]]]


def test_slots_share_the_work(grade):
    """While one grader is stuck, another slot grades all the rest."""
    graded = grade("stuck", "right-1", "right-2", "right-3", slots=2)
    names = sorted(name for name in graded if graded[name].grade is not None)
    assert names == ["right-1", "right-2", "right-3"]


def test_a_name_that_is_no_text_is_graded_like_any_other(grade):
    """File names are bytes, and one odd name must not cost the class its grades."""
    name = os.fsdecode(b"right-\xe9")
    assert all(each.grade for each in grade(name, "right-2").values())


def test_a_result_survives_json(grade):
    """Graders beside the workers of a cluster send their results as text."""
    [graded] = grade("right-1").values()
    assert Graded.from_json(json.loads(json.dumps(graded.to_json()))) == graded


def test_graders_end_with_the_process_that_forked_them(job, tmp_path):
    """A class run that is killed leaves nothing behind that computes on."""
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
