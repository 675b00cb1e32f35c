"""Tests of ``check --watch``: an answer after every save, about the units that it touches."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from msgspec import structs

from backproof.diagnosis.diagnostician import Diagnostician
from backproof.errors import UserError
from backproof.grades.causes import find_causes
from backproof.grading.grade import check_submission
from backproof.suite.collect import with_suite
from backproof.watch import watch as watching
from backproof.watch.file_changes import Changes
from backproof.watch.watch import Watch
from tests.conftest import ACTIVATIONS, ROOT

UNITS = ("activations", "losses")
LOSSES = (ROOT / "reference" / "losses.py").read_text("utf-8").replace("from ._checks", "from help")
HELP = (ROOT / "reference" / "_checks.py").read_text("utf-8")
WRONG = ACTIVATIONS.replace("np.maximum(z, 0.0)", "np.abs(z)")

# A generous limit that only a test that hangs reaches.
MAX_SECONDS = 600
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


class Saves:
    """Replaces the process that watches files, so that a test decides when a save is noticed."""

    def __init__(self):
        self.descriptor, self._write_end = os.pipe()
        self.on_read = lambda: None

    def notice(self, on_read):
        """Announce a change; ``on_read`` makes it, as soon as the announcement is read."""
        self.on_read = on_read
        os.write(self._write_end, b"!")

    def read(self):
        """Read an announcement."""
        os.read(self.descriptor, 1)
        self.on_read()
        return True


@pytest.fixture
def watched(assignment, hand_in):
    """Return a function that runs ``work(watch, saves)`` on a correct submission."""
    folder = hand_in(activations=ACTIVATIONS, losses=LOSSES, help=HELP)
    patient = structs.replace(assignment, seconds_per_property=2 * MAX_SECONDS)

    def run(work, units=UNITS):
        saves = Saves()
        return with_suite(
            patient,
            lambda suite: work(Watch(suite, str(folder)), saves),
            profile="quick",
            units=units,
        )

    return run


_OF_THE_CASE = ("message", "case", "evidence", "facts", "blamed", "blocked_by")


def outcomes_of(grade, shown):
    """Return the outcomes without durations, and without the cases of those that are not shown.

    The smallest case is searched only for failures that are shown.
    """
    return [
        replace(
            outcome,
            seconds=0,
            diagnosis=None,
            mistakes=(),
            **({} if outcome.property in shown else dict.fromkeys(_OF_THE_CASE)),
        )
        for outcome in grade.outcomes
    ]


@pytest.mark.parametrize(
    "can_fork",
    [pytest.param(True, marks=needs_fork), pytest.param(False, marks=pytest.mark.exhaustive)],
)
def test_the_answers_are_those_of_check(
    watched, hand_in, assignment, tmp_path, monkeypatch, can_fork
):
    """If two commands disagreed, a student could trust neither.

    They are compared at the start, after a mistake and after its fix, with cases drawn in advance
    and without. The diagnosis, which a check adds, takes too long after each save; without it a
    failure may be called blocked that is not.
    """
    monkeypatch.setattr(watching, "_CAN_FORK", can_fork)
    monkeypatch.setattr(Diagnostician, "diagnose", lambda _, runs, __: [run.record for run in runs])
    texts = (ACTIVATIONS, WRONG, ACTIVATIONS)

    def work(watch, saves):
        answers = []
        for text in texts:
            hand_in(activations=text)
            answers.append(watch.look(saves))
            if can_fork:
                watch._cases.draw(watch.suite, watch._properties, lambda: False)
        return answers

    answers = watched(work)
    for text, answer in zip(texts[:2], answers, strict=False):
        hand_in(activations=text)
        checked = check_submission(
            tmp_path / "handed_in", assignment=assignment, profile="quick", units=UNITS
        )
        shown = {cause.shown.property for cause in find_causes(answer.grade.outcomes)[:1]}
        assert outcomes_of(answer.grade, shown) == outcomes_of(checked, shown)
        assert answer.grade.functions == checked.functions
        assert answer.grade.graded_with == checked.graded_with
        assert bool(shown) == (text == WRONG)
    assert outcomes_of(answers[2].grade, ()) == outcomes_of(answers[0].grade, ())
    assert [answer.changed for answer in answers] == [(), ("activations.py",), ("activations.py",)]
    broken, repaired = (answer.since for answer in answers[1:])
    assert repaired == broken.replace("hold no longer", "newly hold") != answers[0].since == ""
    assert [answer.units for answer in answers] == [UNITS, ("activations",), ("activations",)]


@needs_fork
def test_only_what_is_touched_is_run(watched, hand_in):
    """An answer is fast only if other units are not run again.

    The records of those are the same objects as before. A changed helper touches the units that
    import it.
    """

    def work(watch, saves):
        watch.look(saves)
        before = watch._records
        hand_in(activations=WRONG)
        watch.look(saves)
        unchanged = {
            each.unit
            for each in watch.suite.properties
            if watch._records[each.id] is before[each.id]
        }
        hand_in(help=HELP + "# x")
        return unchanged, watch.look(saves).units, watch.look(saves)

    assert watched(work) == ({"losses"}, ("losses",), None)


@needs_fork
def test_a_save_meanwhile_begins_the_check_anew(watched, hand_in):
    """A student who has fixed an endless loop does not wait for the old one's time limit."""

    def work(watch, saves):
        hand_in(activations=ACTIVATIONS.replace("return np.tanh(z)", "while True: pass"))
        saves.notice(lambda: hand_in(activations=ACTIVATIONS))
        return watch.look(saves)

    answer = watched(work, units=["activations"])
    assert answer.seconds < MAX_SECONDS  # half of the limit that the loop would have run into
    assert answer.grade.score == answer.grade.max_score


@needs_fork
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("os._exit(3)", "your code ended the program, with exit status 3"),
        ("os.kill(os.getpid(), 9)", "your code crashed (signal 9)"),
        ("raise KeyboardInterrupt", "your code ended the program, with exit status 130"),
    ],
)
def test_code_that_ends_its_process_costs_its_own_rules(watched, hand_in, code, message):
    """One crash must not hide the results of the other properties."""
    hand_in(
        activations=WRONG.replace("return np.abs(z)", f"{code}").replace("import", "import os,")
    )
    answer = watched(lambda watch, saves: watch.look(saves), units=["activations"])
    outcomes = {outcome.property: outcome for outcome in answer.grade.outcomes}
    assert message in outcomes["test_activations_relu_keeps_the_positive_part"].message
    assert outcomes["test_activations_tanh_is_odd"].status == "passed"


@needs_fork
def test_a_folder_that_cannot_be_used_for_now_is_told(watched, hand_in, tmp_path):
    """Programs may replace a folder in several steps, so the watch must continue without it."""

    def work(watch, saves):
        watch.look(saves)
        (tmp_path / "handed_in").rename(tmp_path / "elsewhere")
        gone = watch.look(saves)
        (tmp_path / "elsewhere").rename(tmp_path / "handed_in")
        return gone, watch.look(saves)

    gone, back = watched(work)
    assert isinstance(gone, UserError)
    assert (back.changed, back.units, back.grade.score) == ((), (), back.grade.max_score)


def test_saves_are_noticed_and_nothing_else(tmp_path):
    """Checks after changes of other files would keep the machine busy."""
    with Changes(tmp_path) as changes:
        assert changes.read()  # the watcher is ready now
        (tmp_path / "notes.txt").write_text("x")
        # The watcher writes at least once a second; the report of a change may take longer.
        assert not any(changes.read() for _ in range(3))
        (tmp_path / "layers.py").write_text("x = 1")
        deadline = time.monotonic() + MAX_SECONDS
        while not changes.read():
            assert time.monotonic() < deadline, "the save was not noticed"


def test_without_the_package_it_is_named(tmp_path, monkeypatch):
    """Only --watch needs the package, so it may be missing; one line must say how to install it."""
    monkeypatch.setattr("backproof.watch.file_changes.find_spec", lambda _: None)
    with pytest.raises(UserError, match=r"pip install \"backproof\[watch\]\""):
        Changes(tmp_path)


class Watching:
    """The command in a process, and its answers."""

    def __init__(self, folder):
        command = [sys.executable, "-m", "backproof", "check", str(folder), "--watch"]
        self._process = subprocess.Popen(
            [*command, "--unit", "activations"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def answer(self):
        """Read to the end of the next answer."""
        lines = []
        while "waiting for the next save" not in "".join(lines[-1:]):
            lines.append(self._process.stdout.readline())
            assert lines[-1], self._process.stderr.read()
        return "".join(lines)

    def stop(self):
        """Press Ctrl-C; return the exit code and the remaining output."""
        self._process.send_signal(signal.SIGINT)
        out, err = self._process.communicate(timeout=MAX_SECONDS)
        return self._process.returncode, out, err

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self._process.kill()
        self._process.communicate()


@needs_fork
def test_the_command_answers_each_save_until_ctrl_c(hand_in):
    """An editor shows the output as it is, so it must contain no escapes and no student output."""
    noisy = ACTIVATIONS.replace("def relu(z):", "def relu(z):\n    print('hello')")
    with Watching(hand_in(activations=noisy)) as watch:
        first = watch.answer()
        assert "Nothing is left to do" in first
        hand_in(activations="def relu(z:\n")
        broken = watch.answer()
        assert broken.startswith("activations.py changed: checked activations\n")
        assert "Next, fix a file of activations" in broken
        hand_in(activations=WRONG)
        wrong = watch.answer()
        assert "returned: h = 1" in wrong
        assert "✗ activations" in wrong
        code, out, err = watch.stop()
        assert (code, out, err) == (1, "", "")
    assert "\x1b" not in first + broken + wrong
    assert "hello" not in first + wrong


@needs_fork
def test_the_exit_code_is_that_of_the_last_grade(hand_in):
    """A script reads the exit code, which must describe the last state of the submission."""
    with Watching(hand_in(activations=WRONG)) as watch:
        watch.answer()
        hand_in(activations=ACTIVATIONS)
        watch.answer()
        assert watch.stop()[0] == 0
