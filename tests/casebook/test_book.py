"""Tests of recorded cases: replayed grades must be equal to those of live runs."""

import dataclasses
import json
import subprocess
import sys
import time

import numpy as np
import pytest

from backproof.assignment.config import load_assignment
from backproof.casebook.draw import draw
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.grades.judging import judge
from backproof.grading.grade import run_properties
from backproof.submission.messages import SubmissionEnded
from backproof.suite.collect import with_suite
from backproof.suite.property import Property
from tests.conftest import ROOT
from tests.support.classes import LOSSES, small_assignment

STATEFUL = """
import numpy as np

calls = 0

def mean_squared_error(prediction, target):
    global calls
    calls += 1
    return np.mean((prediction - target) ** 2) + (calls > 5)

def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size
"""

LISTS = """
def mean_squared_error(prediction, target):
    pairs = zip(prediction.ravel().tolist(), target.ravel().tolist())
    return sum((p - t) ** 2 for p, t in pairs) / prediction.size

def mean_squared_error_gradient(prediction, target):
    rows = zip(prediction.tolist(), target.tolist())
    return [[2 * (p - t) / prediction.size for p, t in zip(*row)] for row in rows]
"""

# Searches the memory of its process for lists of arrays, and overwrites the arrays.
VANDAL = """
import gc
import numpy as np

def mean_squared_error(prediction, target):
    value = np.mean((prediction - target) ** 2)
    for found in gc.get_objects():
        if isinstance(found, list) and len(found) < 20:
            for part in found:
                if type(part) is np.ndarray and part.flags.writeable and part.dtype == float:
                    part[...] = 7.0
    return value

def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size
"""

# Answers later batches with bytes of its own. The worker itself is patched: it has looked up its
# operations already.
FORGER = """
import gc
import sys
import numpy as np

worker = sys.modules["backproof.worker.server"]

def mean_squared_error(prediction, target):
    [found] = [each for each in gc.get_objects() if type(each) is worker.Worker]
    found._operations["batch"] = lambda frame: (None, np.zeros({size}, np.uint8), 0, None)
    return 0.0

def mean_squared_error_gradient(prediction, target):
    return np.zeros_like(prediction)
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return an assignment of one unit."""
    folder = small_assignment(tmp_path_factory.mktemp("small") / "a", "losses")
    return load_assignment(folder)


@pytest.fixture(scope="module")
def grades(small):
    """Return a function that grades folders live and by replay, with cases drawn once."""

    def work(submissions):
        def both(suite):
            book = draw(suite)
            grades = []
            for folder in submissions:
                pair = []
                for casebook in (None, book):
                    with ConfinedSubmission(folder, small) as submission:
                        # The search for small cases is the same in both, and takes longest.
                        records = run_properties(suite, submission, shrink=False, casebook=casebook)
                    outcomes = judge(records, small).outcomes
                    pair.append([dataclasses.replace(o, seconds=0.0) for o in outcomes])
                grades.append(pair)
            return grades

        return with_suite(small, both, profile="quick")

    return work


def test_replayed_grades_are_those_of_live_runs(grades, tmp_path):
    """A class is graded by replay, and a student's own check runs live; both must agree."""
    sources = {
        "right": LOSSES,
        "other numbers": LISTS,
        "missing": "x = 1",
        "raises": LOSSES.replace("return np.mean", "raise ValueError\n    return np.mean"),
        "changes its input": LOSSES.replace("return 2.0", "target *= 2; return 2.0"),
        "stateful": STATEFUL,
        "writes into all that it finds": VANDAL,
        "forges": FORGER.format(size=20),
        "forges nothing": FORGER.format(size=0),
    }
    folders = []
    for name, text in sources.items():
        folders.append(tmp_path / name)
        folders[-1].mkdir()
        (folders[-1] / "losses.py").write_text(text)
    for name, (live, replayed) in zip(sources, grades(folders), strict=True):
        assert replayed == live, name


def test_a_property_that_passes_is_not_run_by_hypothesis(small, monkeypatch):
    """Replay is faster only if Hypothesis does not run as well."""

    def work(suite):
        book = draw(suite)
        monkeypatch.setattr(Property, "run_live", lambda each: pytest.fail(f"{each.id} ran live"))
        with ConfinedSubmission(small.reference, small) as submission:
            return len(run_properties(suite, submission, casebook=book)), book.learnt

    ran, learnt = with_suite(small, work, profile="quick")
    assert ran > 20
    assert learnt == []


@pytest.mark.parametrize(
    ("code", "live"),
    [
        ("def mean_squared_error(prediction, target):\n    raise NotImplementedError\n", 0),
        ("x = 1\n", 0),
        ("raise ValueError\n", 0),
        (LOSSES.replace("np.mean", "np.sum"), 1),
    ],
    ids=["not started", "missing", "not importable", "wrong"],
)
def test_hypothesis_runs_only_where_a_smaller_case_may_be_found(small, tmp_path, code, live):
    """A function that is not there has no smallest case, and a rule without drawn ones has one."""
    (tmp_path / "losses.py").write_text(code)
    ran = []

    def work(suite):
        book = draw(suite)
        run_live = Property.run_live
        with pytest.MonkeyPatch.context() as patch, ConfinedSubmission(tmp_path, small) as opened:
            patch.setattr(Property, "run_live", lambda each: ran.append(each) or run_live(each))
            return run_properties(suite, opened, casebook=book)

    records = with_suite(small, work, profile="quick")
    assert {"failed", "not started"} & {record.status for record in records}
    assert bool(ran) == bool(live)
    assert all(each.is_drawn for each in ran)


def test_answers_that_passed_once_are_known_afterwards(small, tmp_path):
    """Many students give the same answers, and checking these once is enough."""
    (tmp_path / "losses.py").write_text(LISTS)

    def work(suite):
        book = draw(suite)
        learnt = []
        for _ in range(2):
            with ConfinedSubmission(tmp_path, small) as submission:
                run_properties(suite, submission, casebook=book)
            learnt.append([*book.learnt])
            book.learnt.clear()
        return learnt

    first, second = with_suite(small, work, profile="quick")
    assert first
    assert second == []


def test_the_same_seed_draws_the_same_cases(small):
    """A grade states the digest of its cases, so that another machine can reproduce it."""

    def digest(suite):
        return draw(suite).digest

    digests = [with_suite(small, digest, profile="quick", seed=seed) for seed in (0, 0, 1)]
    assert digests[0] == digests[1] != digests[2]


def test_no_one_can_write_into_a_case(small):
    """All submissions share the cases, so no property may change them."""

    def arrays(suite):
        cases = [case for entry in draw(suite).entries.values() for case in entry.cases]
        return [
            value
            for case in cases
            for drawn in case.values()
            if dataclasses.is_dataclass(drawn)
            for value in vars(drawn).values()
            if isinstance(value, np.ndarray)
        ]

    all_arrays = with_suite(small, arrays, profile="quick")
    assert len(all_arrays) > 100
    assert not any(array.flags.writeable for array in all_arrays)


DRAWING = '''
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays


@given(data=st.data())
def test_losses_of_equal_arrays_is_zero(submission, data):
    """The loss of a prediction that is right is 0."""
    target = data.draw(arrays(float, (2, 2), elements=st.floats(-1, 1)))
    assert submission.losses.mean_squared_error(target, target) == 0


@given(case=st.just([1.0]))
def test_losses_finds_its_case_as_it_was_drawn(submission, case):
    """A list of the case is unchanged in the next run of the property."""
    assert case == [1.0]
    case.append(submission.losses.mean_squared_error([[0.0]], [[0.0]]))


def test_losses_needs_a_folder(submission, tmp_path):
    """The loss of zeros is 0, also where a fixture is torn down afterwards."""
    assert submission.losses.mean_squared_error([[0.0]], [[0.0]]) == tmp_path.stat().st_size * 0
'''


HANGING = """
import time

def mean_squared_error(prediction, target):
    while True:
        pass

def mean_squared_error_gradient(prediction, target):
    return 2.0 * (prediction - target) / prediction.size
"""


def test_replays_of_what_hangs_take_no_time_of_the_submissions(small, tmp_path):
    """A replay that hangs must not use up the time in which the live run finds the failure."""
    (tmp_path / "losses.py").write_text(HANGING)

    def work(suite):
        book = draw(suite)
        with ConfinedSubmission(tmp_path, small) as submission:
            suite.use(submission)
            deadline = submission.workers._deadline
            begin = time.monotonic()
            records = {each.item.name: book.replay(each, submission) for each in suite.properties}
            seconds = time.monotonic() - begin
            return records, seconds, submission.workers._deadline - deadline

    records, seconds, given_back = with_suite(small, work, profile="quick")
    hangs = [name for name, record in records.items() if record is None]
    assert "test_losses_value_is_the_mean_over_all_entries" in hangs
    assert "test_losses_gradient_is_divided_by_all_entries" not in hangs
    assert small.limits.cpu_seconds_per_call <= given_back <= seconds < 8


def test_an_import_that_ended_in_a_replay_is_tried_again_live(small):
    """An import may fail in a replay for lack of time, which is not the student's fault."""
    with ConfinedSubmission(small.reference, small) as submission:
        submission.begin_replay("losses")
        home = submission.workers._home
        submission.workers._import_ended[home, "losses"] = SubmissionEnded("it ended", "", "exited")
        with pytest.raises(SubmissionEnded):
            submission.losses.mean_squared_error(np.zeros((1, 1)), np.ones((1, 1)))
        submission.begin_property("losses")
        assert submission.losses.mean_squared_error(np.zeros((1, 1)), np.ones((1, 1))) == 1.0


# This runs in a process of its own because this one has imported properties of the same names.
GRADE = """
import json, sys
from backproof.assignment.config import load_assignment
from backproof.casebook.draw import draw
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.grading.grade import run_properties
from backproof.submission.messages import SubmissionEnded
from backproof.suite.collect import with_suite

assignment = load_assignment(sys.argv[1])

def work(suite):
    book = draw(suite)
    with ConfinedSubmission(assignment.reference, assignment) as submission:
        records = run_properties(suite, submission, casebook=book)
    submission = ConfinedSubmission(assignment.reference, assignment)
    with submission:
        for each in suite.properties:
            if book.entries[each.id].cases:
                assert book.replay(each, submission)
    return [len(e.cases) for e in book.entries.values()], [r.status for r in records]

print(json.dumps(with_suite(assignment, work, profile="quick")))
"""


def graded_apart(folder):
    """Draw the cases of an assignment and replay them on its reference, in another process."""
    command = [sys.executable, "-c", GRADE, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_a_property_that_draws_while_it_runs_is_run_live(tmp_path):
    """The cases of such a property, or of one with pytest's fixtures, cannot be recorded."""
    folder = small_assignment(tmp_path / "a", "losses")
    (folder / "properties" / "test_losses.py").write_text(DRAWING)
    process = graded_apart(folder)
    assert json.loads(process.stdout) == [[0, 1, 0], 3 * ["passed"]], process.stderr


def test_a_reference_that_fails_is_said_before_anything_is_graded(tmp_path):
    """Grades by a wrong reference would be wrong for the whole class."""
    folder = small_assignment(tmp_path / "a", "losses")
    (folder / "reference" / "losses.py").write_text(STATEFUL)
    process = graded_apart(folder)
    assert "UserError: the reference does not pass test_losses_" in process.stderr
    assert "backproof validate" in process.stderr
