"""A submission in confined workers: the same grades, faults that cost one unit, limits."""

import dataclasses
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from backproof import channel, servers
from backproof.confined import ConfinedSubmission
from backproof.errors import SubmissionEnded, SubmissionRaised, SubmissionTimeout
from backproof.grading import check_submission, with_suite
from backproof.launching import modules_to_preload
from backproof.limits import Limits
from backproof.outcomes import judge
from backproof.spawning import SpawnServer
from backproof.submission import LocalSubmission, drain
from tests.conftest import ROOT

SHORT = Limits(cpu_seconds_per_call=0.3, wall_seconds_per_call=2.0, output_kb=64)


@pytest.fixture
def opened(hand_in, assignment):
    """Open modules in confined workers, with short limits."""
    submissions = []

    def open_(limits=SHORT, **modules):
        limited = dataclasses.replace(assignment, limits=limits)
        submissions.append(ConfinedSubmission(hand_in(**modules), limited))
        submissions[-1].begin_property("activations")
        return submissions[-1]

    yield open_
    for submission in submissions:
        submission.close()


def comparable(grade):
    """Give a grade's JSON form without durations and confinement."""
    form = grade.to_json()
    form["graded_with"].pop("confinement")
    for outcome in form["outcomes"]:
        outcome.pop("seconds")
    return form


@pytest.mark.parametrize(
    "folder",
    ["reference", "tests/correct/generators", "tests/correct/objects", "examples/submissions/chen"],
)
def test_a_confined_grade_is_the_one_in_process(folder):
    """To the byte, apart from durations and the fields that name the confinement."""
    grades = [
        check_submission(ROOT / folder, profile="quick", confinement=level)
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
    """The other units get fresh workers, and all their points."""
    limited = dataclasses.replace(
        assignment, limits=dataclasses.replace(SHORT, seconds_hanging_per_unit=0.1)
    )
    shutil.copytree(ROOT / "reference", tmp_path / "in")
    (tmp_path / "in" / "losses.py").write_text(code)

    def graded(suite):
        with ConfinedSubmission(tmp_path / "in", limited) as submission:
            return judge(suite.run(submission), limited)

    outcomes = with_suite(limited, graded, profile="quick", units=["activations", "losses"])
    sound = [outcome.status for outcome in outcomes if outcome.unit == "activations"]
    kinds = {outcome.kind for outcome in outcomes if outcome.unit == "losses"}
    assert set(sound) == {"passed"}
    assert kind in kinds <= {kind, "missing"}


def test_a_time_out_is_tried_once_more(hand_in, assignment, monkeypatch):
    """A call that was late for once, as on a busy machine, costs nothing."""
    asked, late = channel.Channel.ask, iter([True])

    def ask(self, frame, budget):
        if b"activations.identity" in frame and next(late, False):
            self.close()
            raise channel.Ended("timeout", "60")
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
    """After a unit's patience is used up, a function that hung is refused at once."""
    limits = dataclasses.replace(SHORT, seconds_hanging_per_unit=0.1)
    submission = opened(limits, activations="def tanh(z):\n    while True: pass\n")
    for _ in range(2):
        with pytest.raises(SubmissionTimeout, match=r"took over 0\.3 seconds of computing"):
            submission.activations.tanh(1.0)
        submission.renew()
    with pytest.raises(SubmissionTimeout, match="hung before and is not called again"):
        submission.activations.tanh(1.0)


def test_a_submission_has_a_time_of_its_own(hand_in, assignment):
    """When it is used up nothing is called any more."""
    brief = dataclasses.replace(assignment, seconds_per_submission=1e-9)
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
    """What a student reads says what happened, and the kind is there for programs."""
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
        ("return 1 / 0", "exception", r"ZeroDivisionError: .* line 2: return 1 / 0"),
    ],
)
def test_each_refusal_has_its_own_message(opened, body, kind, said):
    """The worker goes on after these."""
    submission = opened(activations=f"def tanh(z):\n    {body}\n\ndef relu(z):\n    return 2\n")
    with pytest.raises(SubmissionRaised, match=said) as refused:
        submission.activations.tanh(1.0)
    assert refused.value.kind == kind
    assert submission.activations.relu(1.0) == 2


ODD = """
import sys
worker = sys.modules["backproof.worker"]
encode = worker.encode
def tanh(z):
    worker.encode = lambda reply: encode({reply})
    return 1.0
"""


@pytest.mark.parametrize(
    "reply",
    [
        "[1]",
        "(reply[0], None, 1.0, 0, None)) + encode((reply[0] + 1, None, 1.0, 0, None)",
        "(reply[0], 'passed', 'text', 0, None)",
        "(reply[0], 'not iterable', 'text', 0, None)",
        "(reply[0], 'exception', 5, 0, None)",
        "(reply[0] + 1, None, 1.0, 0, None)",
        "(reply[0], None, 1.0, -1, None)",
        "(reply[0], None, 1.0, 2**40, None)",
        "(reply[0], None, 1.0, 0, 5)",
        "(reply[0], None, 1.0, 0, {'warnings': 5})",
        "(reply[0], None, 1.0, 0, {'updates': 5})",
        "(reply[0], None, 1.0, 0, {'updates': [(7, 1.0)]})",
        "(reply[0], None, 1.0, 0, {'generators': [(2**30, 'PCG64 0 0 0 0 0')]})",
        "(reply[0], None, worker.Ref(3), 0, {'items': 5})",
        "(reply[0], None, worker.Ref(3), 0, {'items': [], 'end': [[], 1], 'later': []})",
        "(reply[0], None, worker.Ref(3), 0, {'items': [(1.0, -1)], 'end': [], 'later': []})",
    ],
)
def test_a_reply_that_makes_no_sense_is_the_submissions_fault(opened, reply):
    """It is neither believed nor taken for a fault of the grader."""
    submission = opened(activations=ODD.format(reply=reply))
    with pytest.raises(SubmissionEnded, match="invalid reply") as ended:
        submission.activations.tanh(1.0)
    assert ended.value.kind == "protocol"


GENERATORS = """
def tanh(rng):
    return rng.normal(size=3), rng.integers(10), rng.spawn(2)[1].random()

def late(rng):
    yield rng.random()
    yield rng.random()
"""


@pytest.mark.parametrize("seed", [0, 2**100, [3, 4, 5]])
def test_a_generator_moves_on_as_in_process(opened, hand_in, seed):
    """The caller's generator stands, and has children, as if it had been drawn from here."""
    confined_, rngs = opened(activations=GENERATORS), [np.random.default_rng(seed) for _ in "ab"]
    results = []
    for submission, rng in zip((confined_, LocalSubmission(hand_in(), ("activations",))), rngs):  # noqa: B905  # two of each
        first = submission.activations.tanh(rng)
        epoch = submission.activations.late(rng)
        between = rng.random()
        items = drain(epoch, at_most=5, what="the epoch")
        results.append([first[0].tolist(), first[1:], between, items, rng.random(), rng.spawn(1)])
        submission.close()
    assert results[0][:-1] == results[1][:-1]
    assert results[0][-1][0].random() == results[1][-1][0].random()


BUFFERS = """
import numpy as np
buffer, rows = np.zeros(4), np.arange(6.0).reshape(3, 2)

def tanh(z):
    buffer[:] = z
    return {returned}
"""


@pytest.mark.parametrize(
    "returned", ["buffer", "buffer[1:]", "buffer[::-2]", "buffer.reshape(2, 2).T", "[(buffer,)]"]
)
def test_a_result_that_changes_later_is_seen_to_change(opened, returned):
    """A buffer that the next call refills shows its new content here, too."""
    submission = opened(activations=BUFFERS.format(returned=returned))
    first, second = submission.activations.tanh(1.0), submission.activations.tanh(2.0)
    assert np.unique(np.asarray(second)).tolist() == [2.0]
    assert np.unique(np.asarray(first)).tolist() == [2.0]


def test_a_result_that_nobody_holds_stays(opened):
    """Fresh results are not looked at again, and come back equal when they are handed over."""
    code = "import numpy as np\ndef tanh(z):\n    return np.array(z) * 2.0\n"
    submission = opened(activations=code)
    first = submission.activations.tanh(1.0)
    submission.activations.tanh(5.0)
    assert submission.activations.tanh(first) == 4.0


OBJECTS = """
import numpy as np
class Tensor:
    def __init__(self, data): self.data = np.array(data)
    def __array__(self, dtype=None, copy=None): return self.data
class Number:
    def __float__(self): return 2.5
class Plain: pass
def tensor(): return Tensor([1.0, 2.0]), Number(), Plain()
def same(thing, other): return thing is other, type(thing).__name__
"""


def test_objects_stay_where_they_are(opened):
    """What numpy or ``float`` makes of an object crosses, its type's name does, it does not."""
    submission = opened(activations=OBJECTS)
    tensor, number, plain = submission.activations.tensor()
    assert np.asarray(tensor).tolist() == [1.0, 2.0]
    assert float(number) == 2.5
    assert [type(thing).__name__ for thing in (tensor, number, plain)] == [
        *("Tensor", "Number", "Plain")
    ]
    assert submission.activations.same(plain, plain) == (True, "Plain")
    with pytest.raises(TypeError):
        np.asarray(plain)


def test_without_a_fork_server_each_worker_is_a_fresh_process(hand_in, assignment, monkeypatch):
    """As on systems other than Linux: never strict, and else the same."""
    monkeypatch.setattr(servers, "SERVER", SpawnServer)
    code = "import os\ndef tanh(z):\n    return z + 1\ndef relu(z):\n    os._exit(3)\n"
    limited = dataclasses.replace(assignment, limits=SHORT)
    folder = hand_in(activations=code + "def identity(z):\n    while True: pass\n")
    with ConfinedSubmission(folder, limited, layers=()) as submission:
        assert submission.observed.level == "process"
        submission.begin_property("activations")
        assert submission.activations.tanh(np.ones(2)).tolist() == [2.0, 2.0]
        with pytest.raises(SubmissionEnded, match="exit status 3"):
            submission.activations.relu(1.0)
        with pytest.raises(SubmissionTimeout, match="took over 2 seconds"):
            submission.activations.identity(1.0)


EPOCHS = """
class Again:
    def __iter__(self):
        return iter(range({length}))
def sequential_minibatches(X, Y, q):
    return Again()
"""


@pytest.mark.parametrize("length", [0, 3, 1000, 1200])
def test_an_iterable_can_be_used_again_and_be_long(hand_in, assignment, length):
    """What crossed at once, what is asked for later and what is asked for again are one."""
    folder = hand_in(minibatches=EPOCHS.format(length=length))
    with ConfinedSubmission(folder, assignment) as submission:
        submission.begin_property("minibatches")
        epoch = submission.minibatches.sequential_minibatches(1.0, 2.0, 3)
        assert drain(epoch, at_most=5000, what="the epoch") == list(range(length))
        assert drain(epoch, at_most=5000, what="the epoch") == list(range(length))
        assert list(epoch) == list(range(length)) == list(epoch)


REFILLED = """
import numpy as np
def sequential_minibatches(X, Y, q):
    buffer = np.zeros(2)
    for number in range(3):
        buffer[:] = number
        yield buffer[:1], buffer[1:]
"""


def test_items_in_a_buffer_that_is_refilled_show_it(hand_in, assignment):
    """Each is right when it comes, and all are the last one when the iterable is used up."""
    with ConfinedSubmission(hand_in(minibatches=REFILLED), assignment) as submission:
        submission.begin_property("minibatches")
        items = submission.minibatches.sequential_minibatches(1.0, 2.0, 3)
        seen = [(x, float(x[0])) for x, _ in items]
        again = submission.minibatches.sequential_minibatches(1.0, 2.0, 3)
        drained = drain(again, at_most=5, what="the epoch")
    assert [then for _, then in seen] == [0.0, 1.0, 2.0]
    assert [float(now[0]) for now, _ in seen] == [2.0, 2.0, 2.0]
    assert [float(x[0]) for x, _ in drained] == [2.0, 2.0, 2.0]


def test_the_results_of_a_case_may_not_fill_the_grader(opened):
    """However large each of them may be, all together have a limit, and the next case another."""
    code = "import numpy as np\ndef tanh(z):\n    return np.zeros(2**22)\n"
    submission = opened(activations=code)
    with pytest.raises(SubmissionEnded, match="needed more than") as ended:
        [submission.activations.tanh(1.0) for _ in range(12)]
    assert ended.value.kind == "memory"


def test_what_must_stay_in_the_worker_is_not_taken(hand_in, assignment):
    """A worker that sends a state itself, in place of its number, is not believed."""
    forged = ODD.format(reply="(reply[0], None, (1.0, 2.0), 0, None)").replace("tanh(z)", "step()")
    stays = dataclasses.replace(assignment, opaque={"activations.step": (1,)})
    with ConfinedSubmission(hand_in(activations=forged), stays) as submission:
        submission.begin_property("activations")
        with pytest.raises(SubmissionEnded, match="invalid reply"):
            submission.activations.step()


@pytest.mark.parametrize("name", ["a" * 200, "a" * 40])
def test_a_submission_of_many_files_is_loaded(hand_in, assignment, name):
    """What intake lets in the worker takes in, too."""
    folder = hand_in(activations="def tanh(z):\n    return z\n")
    for number in range(900):
        (folder / f"{name}{number}.py").write_text("")
    with ConfinedSubmission(folder, assignment) as submission:
        assert submission.activations.tanh(1.0) == 1.0


def test_importing_is_held_to_the_time_of_the_submission(hand_in, assignment):
    """A module that sleeps when it is imported cannot use more than is left."""
    brief = dataclasses.replace(assignment, seconds_per_submission=1.0)
    folder = hand_in(activations="import time\ntime.sleep(60)\n")
    begin = time.monotonic()
    with ConfinedSubmission(folder, brief) as submission:
        submission.begin_property("activations")
        with pytest.raises(SubmissionTimeout, match="took over"):
            submission.activations.tanh(1.0)
        assert not submission.renew()
    assert time.monotonic() - begin < 30


ORPHAN = """
import sys
from backproof.assignment import load_assignment
from backproof.confined import ConfinedSubmission
submission = ConfinedSubmission(sys.argv[1], load_assignment())
submission.activations.relu(1.0)
channel = submission._workers["activations"].channel
print(submission._served.server._process.pid, ~(channel._clock >> 3), flush=True)
submission.activations.tanh(1.0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_nothing_outlives_a_grader_that_is_killed(hand_in):
    """Neither the fork server nor a worker that hangs, whatever ended the grader."""
    folder = hand_in(activations="def relu(z):\n    return z\ndef tanh(z):\n    while True: pass\n")
    command = [sys.executable, "-c", ORPHAN, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as grader:
        processes = [Path("/proc", number) for number in grader.stdout.readline().split()]
        there = [process.exists() for process in processes]
        grader.kill()
    deadline = time.monotonic() + 20
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
    """What a submission imports of the allowed packages is loaded before workers are forked."""
    assert modules_to_preload([text], ["numpy", "scipy"]) == found
