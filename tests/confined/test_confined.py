"""A submission in confined workers: equal grades, faults that cost one unit, and limits."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest

from backproof.confined import channel, pool
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.preload import modules_to_preload
from backproof.confined.spawn_client import SpawnServer
from backproof.grades.judging import judge
from backproof.grading.grade import check_submission, run_properties
from backproof.submission.messages import SubmissionEnded, SubmissionRaised, SubmissionTimeout
from backproof.suite import pytest_plugin, shrinking
from backproof.suite.collect import with_suite
from backproof.wire import protocol
from tests.confined.conftest import SHORT
from tests.conftest import ROOT


def comparable(grade):
    """Return a grade's JSON form without durations and confinement."""
    form = grade.to_json()
    form["graded_with"].pop("confinement")
    for outcome in form["outcomes"]:
        outcome.pop("seconds")
    return form


@pytest.fixture
def patient(assignment, monkeypatch):
    """The assignment with limits of time that only a hang reaches, on a busy machine, too."""
    limits = msgspec.structs.replace(assignment.limits, shrink_seconds=3600.0)
    patient = msgspec.structs.replace(assignment, limits=limits, seconds_per_property=3600.0)
    monkeypatch.setattr(pytest_plugin, "load_assignment", lambda _root: patient)
    monkeypatch.setattr(shrinking, "SHRINK_SECONDS", 3600.0)
    return patient


@pytest.mark.parametrize(
    ("folder", "units"),
    [
        pytest.param("examples/submissions/chen", ("layers", "minibatches"), id="two wrong units"),
        pytest.param(
            *("examples/submissions/chen", ("optimizers",)),
            id="another wrong unit",
            marks=pytest.mark.exhaustive,
        ),
        *(
            pytest.param(folder, (), id=folder, marks=pytest.mark.exhaustive)
            for folder in ("reference", "accepted/generators", "accepted/objects")
        ),
    ],
)
def test_a_confined_grade_is_the_one_in_process(patient, folder, units):
    """What a student sees at home must be what counts in the course.

    The grades are equal to the byte, apart from durations and the names of the confinement.
    """
    options = {"assignment": patient, "profile": "quick", "units": units}
    grades = [
        check_submission(ROOT / folder, confinement=level, **options)
        for level in ("none", "process")
    ]
    assert comparable(grades[0]) == comparable(grades[1])
    assert [grade.graded_with["confinement"]["level"] != "none" for grade in grades] == [0, 1]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import os\nos._exit(0)\n", "exited"),
        ("import ctypes\nctypes.string_at(0)\n", "crash"),
        ("def mean_squared_error(*_):\n    import os\n    os._exit(3)\n", "exited"),
        ("def mean_squared_error(*_):\n    while True: pass\n", "cpu-limit"),
    ],
    ids=["exits at import", "crashes at import", "exits in a call", "hangs in a call"],
)
def test_a_fault_costs_its_unit_only(assignment, tmp_path, code, kind):
    """A crash must not cost the points of modules that are right."""
    limited = msgspec.structs.replace(
        assignment, limits=msgspec.structs.replace(SHORT, seconds_hanging_per_unit=0.1)
    )
    shutil.copytree(ROOT / "reference", tmp_path / "in")
    (tmp_path / "in" / "losses.py").write_text(code)

    def graded(suite):
        with ConfinedSubmission(tmp_path / "in", limited) as submission:
            return judge(run_properties(suite, submission), limited).outcomes

    outcomes = with_suite(limited, graded, profile="quick", units=["activations", "losses"])
    sound = [outcome.status for outcome in outcomes if outcome.unit == "activations"]
    kinds = {outcome.kind for outcome in outcomes if outcome.unit == "losses"}
    assert set(sound) == {"passed"}
    assert kind in kinds <= {kind, "missing"}


def test_a_time_out_is_tried_once_more(hand_in, assignment, monkeypatch):
    """A call that is late once, as on a busy machine, must not cost points."""
    asked, late = channel.Channel.ask, iter([True])

    def ask(self, frame, budget):
        if b"activations.identity" in frame and next(late, False):
            self.close()
            raise protocol.Ended("timeout", "60")
        return asked(self, frame, budget)

    monkeypatch.setattr(channel.Channel, "ask", ask)
    grade = check_submission(
        ROOT / "reference",
        assignment=assignment,
        profile="quick",
        units=["activations"],
        confinement="process",
    )
    assert next(late, "used") == "used"
    assert {outcome.status for outcome in grade.outcomes} == {"passed"}


def test_what_hangs_is_not_called_for_ever(opened):
    """Waiting for each call of a hanging function could take hours."""
    limits = msgspec.structs.replace(SHORT, seconds_hanging_per_unit=0.1)
    submission = opened(limits, activations="def tanh(z):\n    while True: pass\n")
    for _ in range(2):
        with pytest.raises(SubmissionTimeout, match=r"took over 0\.3 seconds of computing"):
            submission.activations.tanh(1.0)
        submission.renew()
    with pytest.raises(SubmissionTimeout, match="hung before and is not called again"):
        submission.activations.tanh(1.0)


def test_a_submission_has_a_time_of_its_own(hand_in, assignment):
    """One submission must not take the time of a whole class."""
    brief = msgspec.structs.replace(assignment, seconds_per_submission=1e-9)
    folder = hand_in(activations="def tanh(z):\n    return z\n")
    with ConfinedSubmission(folder, brief) as submission:
        submission.begin_property("activations")
        with pytest.raises(SubmissionTimeout, match="are used up"):
            submission.activations.tanh(1.0)


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        ("import os\n    os._exit(7)", "exited", "ended the program, with exit status 7"),
        ("import ctypes\n    ctypes.string_at(0)", "crash", "crashed .SIGSEGV."),
        ("import time\n    time.sleep(60)", "timeout", "took over 2 seconds"),
        ("print('x' * 200_000, flush=True)", "output-flood", "printed more than 64 kB"),
        ("import os\n    os.write(4, b'x' * 100)", "protocol", "an invalid reply"),
    ],
)
def test_each_end_has_its_own_message(opened, body, kind, said):
    """The message tells the student what happened, and the kind tells programs."""
    submission = opened(activations=f"def tanh(z):\n    {body}\n")
    with pytest.raises(SubmissionEnded, match=said) as ended:
        submission.activations.tanh(1.0)
    assert ended.value.kind == kind


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        ("return bytearray(2**31)", "memory", "MemoryError.*it may use 1024 MB"),
        ("open('x', 'w')", "forbidden", "PermissionError.*not available while grading"),
        ("import socket\n    socket.socket()", "forbidden", "not available while grading"),
        ("import os\n    os.fork()", "forbidden", "not available while grading"),
        ("import numpy as np\n    return np.zeros(2**24)", "memory", "more than 63 MB"),
        (
            "return 1 / 0",
            "exception",
            r"ZeroDivisionError: .* line 2:\n    return 1 / 0\n +\^{5}",
        ),
    ],
)
def test_each_refusal_has_its_own_message(opened, body, kind, said):
    """The worker survives these, so later calls still work."""
    submission = opened(activations=f"def tanh(z):\n    {body}\n\ndef relu(z):\n    return 2\n")
    with pytest.raises(SubmissionRaised, match=said) as refused:
        submission.activations.tanh(1.0)
    assert refused.value.kind == kind
    assert submission.activations.relu(1.0) == 2


def test_without_a_fork_server_each_worker_is_a_fresh_process(hand_in, assignment, monkeypatch):
    """Systems other than Linux have no fork server; grades must be the same there."""
    monkeypatch.setattr(pool, "SERVER", SpawnServer)
    code = "import os\ndef tanh(z):\n    return z + 1\ndef relu(z):\n    os._exit(3)\n"
    limited = msgspec.structs.replace(assignment, limits=SHORT)
    folder = hand_in(activations=code + "def identity(z):\n    while True: pass\n")
    with ConfinedSubmission(folder, limited, layers=()) as submission:
        assert submission.observed.level == "process"
        submission.begin_property("activations")
        assert submission.activations.tanh(np.ones(2)).tolist() == [2.0, 2.0]
        with pytest.raises(SubmissionEnded, match="exit status 3"):
            submission.activations.relu(1.0)
        with pytest.raises(SubmissionTimeout, match="took over 2 seconds"):
            submission.activations.identity(1.0)


@pytest.mark.parametrize("name", ["a" * 200, "a" * 40])
def test_a_submission_of_many_files_is_loaded(hand_in, assignment, name):
    """A worker must accept every submission that intake accepts."""
    folder = hand_in(activations="def tanh(z):\n    return z\n")
    for number in range(900):
        (folder / f"{name}{number}.py").write_text("")
    with ConfinedSubmission(folder, assignment) as submission:
        assert submission.activations.tanh(1.0) == 1.0


def test_importing_is_held_to_the_time_of_the_submission(hand_in, assignment):
    """A module that sleeps when it is imported must not exceed the submission's time."""
    brief = msgspec.structs.replace(assignment, seconds_per_submission=1.0)
    folder = hand_in(activations="import time\ntime.sleep(3600)\n")
    begin = time.monotonic()
    with ConfinedSubmission(folder, brief) as submission:
        submission.begin_property("activations")
        with pytest.raises(SubmissionTimeout, match="took over"):
            submission.activations.tanh(1.0)
        assert not submission.renew()
    assert time.monotonic() - begin < 1800


ORPHAN = """
import sys
from backproof.assignment.config import load_assignment
from backproof.confined.confined_submission import ConfinedSubmission
submission = ConfinedSubmission(sys.argv[1], load_assignment())
submission.activations.relu(1.0)
channel = submission.workers._workers["activations"].channel
print(submission._pooled.server._process.pid, ~(channel._clock >> 3), flush=True)
submission.activations.tanh(1.0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_nothing_outlives_a_grader_that_is_killed(hand_in):
    """Processes that are left behind would use up the machine."""
    folder = hand_in(activations="def relu(z):\n    return z\ndef tanh(z):\n    while True: pass\n")
    command = [sys.executable, "-c", ORPHAN, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as grader:
        processes = [Path("/proc", number) for number in grader.stdout.readline().split()]
        there = [process.exists() for process in processes]
        grader.kill()
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline and any(process.exists() for process in processes):
        time.sleep(0.05)
    assert there == [True, True]
    assert [process for process in processes if process.exists()] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import scipy.stats", ["scipy.stats"]),
        ("from scipy import stats, linalg as la", ["scipy", "scipy.stats", "scipy.linalg"]),
        ("    import numpy.linalg as nl", ["numpy.linalg"]),
        ("import os, socket", []),
        ("# scipy", []),
        ("import numpy.f2py.__main__", ["numpy.f2py"]),
        ("from numpy import _core, __main__", ["numpy"]),
        (f"import numpy.{'a' * 1000}", ["numpy"]),
    ],
)
def test_library_modules_are_found_without_parsing(text, found):
    """They are imported once in the server, and the grader must not parse hostile sources."""
    assert modules_to_preload([text], ["numpy", "scipy"]) == found
