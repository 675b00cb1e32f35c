"""Forked graders: a submission whose grader is stuck, crashes or lies broken costs itself only."""

import faulthandler
import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from backproof.confined.level import PROCESS
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.grading import forked_grader
from backproof.grading.forked_grader import GraderPool, GradingJob
from tests.conftest import ACTIVATIONS

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


class Suite:
    """In place of the properties: what to do with a submission is in its folder's name."""

    def __init__(self, book):
        self.book = book

    @property
    def graded_with(self):
        """What the cases had been taught by then."""
        return {"taught": [*self.book.taught]}

    def run(self, submission, casebook, diagnostician):
        """Do what the folder says."""
        word = submission._intake.name.partition("-")[0]
        if word == "crash":
            faulthandler.disable()  # nobody is to read of this crash
            os.kill(os.getpid(), signal.SIGSEGV)
        elif word == "exit":
            os._exit(0)
        elif word == "stuck":
            time.sleep(600)
        elif word == "fault":
            raise RuntimeError("a property\nis broken")
        elif word == "orphan":
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(600)
        casebook.learnt.append(("entry", b"\x01"))
        return []


class Casebook(SimpleNamespace):
    """In place of the cases: it keeps what it is taught."""

    def learn(self, known):
        """Keep it, for the next submission to see."""
        self.taught.extend(known)


def order(assignment):
    """What to grade with."""
    book = Casebook(digest="d", learnt=[], taught=[])
    return GradingJob(Suite(book), book, assignment, PROCESS, Diagnostician(assignment))


@pytest.fixture
def grade(assignment, tmp_path, monkeypatch):
    """Grade folders of these names in one seat, in this order; give what was said of each."""
    monkeypatch.setattr(
        forked_grader, "SECONDS_FOR_GRADER", 2.0 - assignment.seconds_per_submission
    )

    def grade_(*names, number=1):
        for name in names:
            (tmp_path / name).mkdir()
            if not name.startswith("empty"):
                (tmp_path / name / "activations.py").write_text(ACTIVATIONS)
        row = GraderPool(order(assignment), number)
        try:
            return dict(row.grade((name, Path(tmp_path / name)) for name in names))
        finally:
            row.close()

    return grade_


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("crash", "the grader ended with signal 11"),
        ("exit", "the grader ended with exit code 0"),
        ("stuck", "it gave no result within 2 seconds"),
        ("fault", "a fault of the grader: RuntimeError: a property is broken at test_seats.py:"),
        ("orphan", "the process that graded it is gone"),
    ],
)
def test_one_that_cannot_be_graded_costs_itself_only(grade, word, problem):
    """Those before and after it are graded, and it is said what became of it."""
    said = grade("right-1", word, "right-2")
    assert said[word]["problem"].startswith(problem)
    assert "\n" not in said[word]["problem"]
    for name in ("right-1", "right-2"):
        assert said[name]["grade"]["outcomes"] == []
        assert said[name]["cpu_seconds"] > 0


def test_what_is_no_submission_is_said_in_one_line(grade):
    """The rest goes on."""
    said = grade("right-1", "empty", "right-2")
    assert "is empty: expected activations.py" in said["empty"]["problem"]
    assert "grade" in said["right-2"]


def test_what_was_learnt_is_known_for_the_next(grade):
    """A seat keeps what its graders have learnt, each of which is a fork."""
    said = grade("right-1", "right-2", "right-3")
    taught = [said[name]["grade"]["graded_with"]["taught"] for name in sorted(said)]
    assert taught == [[], [["entry", "01"]], 2 * [["entry", "01"]]]


def test_seats_share_the_work(grade):
    """While one is stuck, the other one grades all the rest."""
    said = grade("stuck", "right-1", "right-2", "right-3", number=2)
    graded = sorted(name for name in said if "grade" in said[name])
    assert graded == ["right-1", "right-2", "right-3"]


def test_a_name_that_is_no_text_is_graded_like_any_other(grade):
    """File names are bytes; the rest of the class is graded, too."""
    name = os.fsdecode(b"right-\xe9")
    assert all("grade" in said for said in grade(name, "right-2").values())


def test_a_seat_that_died_while_it_was_idle_is_replaced(assignment, tmp_path):
    """Whatever ended it, the next submission is graded."""
    (tmp_path / "right").mkdir()
    (tmp_path / "right" / "activations.py").write_text(ACTIVATIONS)
    row = GraderPool(order(assignment), 1)
    try:
        os.kill(row._seats[0]._pid, signal.SIGKILL)
        time.sleep(0.1)
        [(_, said)] = row.grade([("right", tmp_path / "right")])
    finally:
        row.close()
    assert "grade" in said


def test_seats_end_with_their_grader(assignment, tmp_path):
    """When the process that started them is gone, so are they."""
    pid = os.fork()
    if not pid:
        row = GraderPool(order(assignment), 2)
        (tmp_path / "pids").write_text(" ".join(str(seat._pid) for seat in row._seats))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    pids = [int(word) for word in (tmp_path / "pids").read_text().split()]
    deadline = time.monotonic() + 10
    while any(map(_is_there, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(pids) == 2
    assert not any(map(_is_there, pids))


def _is_there(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False
