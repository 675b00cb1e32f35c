"""What ``check`` says has changed since the last time, and where it keeps that."""

import json

import pytest

from backproof.commands.last_check import compare_and_keep
from backproof.grades.outcomes import FAILED, PASSED
from tests.conftest import ACTIVATIONS, backproof
from tests.support.report_examples import grade, outcome


@pytest.fixture
def state(tmp_path, monkeypatch):
    """The folder for the state of programs, as all systems find it here."""
    monkeypatch.setattr("backproof.user_folders.sys.platform", "linux")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "backproof" / "checks"


def graded(marks, **graded_with):
    """Return a grade: ``+`` holds, ``-`` fails, and a blank was not run."""
    status = {"+": PASSED, "-": FAILED}
    found = [outcome(n, status=status[mark]) for n, mark in enumerate(marks) if mark != " "]
    return grade(*found, **graded_with)


def test_a_check_is_compared_with_the_last_one_of_its_path(state, tmp_path):
    """What a partial check leaves out is compared with the check before."""
    submission = tmp_path / "mine"
    assert compare_and_keep(submission, graded("--+")) == ""
    assert compare_and_keep(tmp_path / "other", graded("+++")) == ""
    assert (
        compare_and_keep(submission, graded(" + ")) == "Since the last check: 1 rule newly holds."
    )
    said = compare_and_keep(submission, graded("++-"))
    assert said == "Since the last check: 1 rule newly holds, 1 no longer."
    assert compare_and_keep(submission, graded("++-")) == ""
    assert not submission.exists()


def test_other_cases_are_not_compared(state, tmp_path):
    """A rule that holds for another seed does not hold newly."""
    compare_and_keep(tmp_path, graded("-"))
    assert compare_and_keep(tmp_path, graded("+", seed=1)) == ""


def test_what_cannot_be_read_or_written_is_as_if_it_were_not_there(state, tmp_path, monkeypatch):
    """The comparison is a help; a check must not fail because of it."""
    compare_and_keep(tmp_path, graded("-"))
    [file] = state.iterdir()
    for text in ("{", "[]", json.dumps({"path": "", "settings": {}, "statuses": {"a": 1}})):
        file.write_text(text)
        assert compare_and_keep(tmp_path, graded("+")) == ""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert compare_and_keep(tmp_path, graded("-")) == ""


def test_old_results_are_deleted(state, tmp_path, monkeypatch):
    """The folder must not grow for ever."""
    monkeypatch.setattr("backproof.commands.last_check._MAX_FILES", 2)
    for name in "abc":
        compare_and_keep(tmp_path / name, graded("-"))
    assert len(list(state.iterdir())) == 2


def test_the_command_keeps_its_result_unless_told_not_to(state, hand_in, monkeypatch):
    """Code that is confined is somebody else's, and a report is for a machine."""
    wrong = hand_in(activations=ACTIVATIONS.replace("np.maximum(z, 0.0)", "np.abs(z)"))
    check = ("check", "--property", "activations_relu_keeps_the_positive_part", wrong)
    backproof(*check)
    assert not state.exists()
    monkeypatch.delenv("BACKPROOF_NO_HISTORY")
    for option in ("--no-history", "--json", "--confined"):
        backproof(*check, option)
        assert not state.exists()
    assert "Since" not in backproof(*check).stdout
    hand_in(activations=ACTIVATIONS)
    assert "Since the last check: 1 rule newly holds." in backproof(*check).stdout
