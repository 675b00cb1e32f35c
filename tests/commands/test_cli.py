"""The command line, as a person or a course platform runs it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from backproof.cli import COMMANDS, main
from backproof.confined import pool
from backproof.confined.spawn_client import SpawnServer
from backproof.sandbox import plan
from tests.conftest import ACTIVATIONS, ROOT, backproof, backproof_process, checked, statuses
from tests.support.classes import small_assignment

ONE_UNIT = ("--unit", "activations")


def test_a_right_unit_passes(hand_in):
    """Programs read these fields, which are documented."""
    grade, code = checked(hand_in(activations=ACTIVATIONS), *ONE_UNIT)
    assert code == 0
    assert grade["score"] == grade["max_score"] == 8
    assert set(grade["outcomes"][0]) == {
        *("property", "unit", "functions", "status", "kind", "points", "max_points"),
        *("sentence", "message", "case", "diagnosis", "mistakes", "evidence", "seconds"),
        "facts",
        "blamed",
        "blocked_by",
        "role",
    }
    assert grade["graded_with"]["profile"] == "quick"


def test_a_failure_says_returned_required_and_the_smallest_case(hand_in):
    """These are the three facts from which a student finds the mistake."""
    wrong = ACTIVATIONS.replace("np.maximum(z, 0.0)", "np.abs(z)")
    grade, code = checked(hand_in(activations=wrong), *ONE_UNIT)
    name = "test_activations_relu_keeps_the_positive_part"
    outcome = next(o for o in grade["outcomes"] if o["property"] == name)
    assert code == 1
    assert outcome["status"] == "failed"
    assert outcome["points"] == 0
    assert outcome["message"].splitlines() == ["returned: h = 1", "required: h = 0"]
    assert "z = np.array(-1.0)\nr1 = activations.relu(z)" in outcome["case"]
    assert outcome["functions"] == ["activations.relu"]


def test_the_report_for_a_person_shows_the_same(hand_in):
    """Most students read the terminal only."""
    wrong = ACTIVATIONS.replace("np.maximum(z, 0.0)", "np.abs(z)")
    shown = backproof("check", hand_in(activations=wrong), *ONE_UNIT).stdout
    for text in ("relu(z) = max(z, 0)", "returned: h = 1", "required: h = 0", "smallest case"):
        assert text in shown


def test_the_template_is_not_started():
    """A student who begins must not see failures."""
    grade, code = checked(ROOT / "student_template")
    assert code == 1
    assert grade["score"] == 0
    assert set(statuses(grade).values()) == {"not started"}


def test_json_is_all_that_is_printed(hand_in):
    """A program parses standard output, while the student's code may print, even at exit."""
    noisy = ACTIVATIONS + "\nimport atexit\nprint('hello')\natexit.register(print, 'bye')\n"
    noisy = noisy.replace("def relu(z):", "def relu(z):\n    print('relu')")
    grade, code = checked(hand_in(activations=noisy), *ONE_UNIT, run=backproof_process)
    assert (code, grade["score"]) == (0, 8)


def test_a_missing_name_costs_what_uses_it(hand_in):
    """Students write one function after the other."""
    partial = ACTIVATIONS.partition("def sigmoid(z)")[0]
    grade, _ = checked(hand_in(activations=partial), *ONE_UNIT)
    by_name = {o["property"]: o for o in grade["outcomes"]}
    missing = by_name["test_activations_sigmoid_is_the_logistic_function"]
    assert missing["message"] == "activations.py has no `sigmoid`"
    assert by_name["test_activations_tanh_is_odd"]["status"] == "passed"


def test_a_missing_or_broken_module_costs_what_needs_it(hand_in):
    """A syntax error in one file must not cost the points of the others."""
    folder = hand_in(activations=ACTIVATIONS, losses="def mean_squared_error(:\n")
    grade, _ = checked(folder)
    by_unit = {o["unit"]: o for o in grade["outcomes"]}
    assert "losses.py cannot be imported" in by_unit["losses"]["message"]
    assert "there is no layers.py" in by_unit["layers"]["message"]
    units = {o["unit"] for o in grade["outcomes"] if o["status"] == "passed"}
    assert units == {"activations"}


def test_a_hanging_function_is_stopped(hand_in, tmp_path):
    """An endless loop must not cost the points of other functions."""
    copy = copy_of_the_assignment(tmp_path)
    config = copy / "pyproject.toml"
    text = config.read_text().replace("seconds_per_property = 60", "seconds_per_property = 0.3")
    config.write_text(text)
    endless = ACTIVATIONS.replace("def relu(z):", "def relu(z):\n    while True: pass")
    grade, _ = checked(hand_in(activations=endless), *ONE_UNIT, "--assignment", copy)
    by_name = {o["property"]: o for o in grade["outcomes"]}
    hanging = by_name["test_activations_relu_keeps_the_positive_part"]
    assert "no answer within 0.3 seconds" in hanging["message"]
    assert by_name["test_activations_tanh_is_odd"]["status"] == "passed"


def test_a_function_that_changes_its_mind_is_told_so(hand_in):
    """Hypothesis calls this flaky, which must not look like a fault of the grader."""
    fickle = ACTIVATIONS + "\ncalls = []\n"
    fickle = fickle.replace(
        "return np.maximum(z, 0.0)", "calls.append(1)\n    return np.abs(z) * (len(calls) % 7 == 0)"
    )
    grade, code = checked(hand_in(activations=fickle), *ONE_UNIT)
    assert code == 1
    assert statuses(grade)["test_activations_relu_keeps_the_positive_part"] == "failed"


@pytest.mark.parametrize("command", ["check", "grade"])
@pytest.mark.parametrize("name", ["nowhere", "empty", "notes.txt", "unrelated"])
def test_bad_input_is_one_clear_line(tmp_path, command, name):
    """A traceback would not tell a user which argument is wrong."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "unrelated").mkdir()
    (tmp_path / "unrelated" / "main.py").write_text("x = 1")
    process = backproof(command, tmp_path / name)
    assert process.returncode == 2
    assert process.stdout == ""
    assert len(process.stderr.splitlines()) == 1
    assert name in process.stderr


@pytest.mark.parametrize("command", ["check", "grade"])
def test_a_folder_without_permission_is_one_clear_line(tmp_path, monkeypatch, command):
    """On shared machines this is a frequent mistake."""
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "layers.py").write_text("")
    locked.chmod(0)
    if os.access(locked, os.R_OK):  # root may read everything, so the refusal is simulated
        monkeypatch.setattr(Path, "iterdir", _refuse)
    result = CliRunner().invoke(main, [command, str(locked)])
    locked.chmod(0o755)
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert "may not be read" in result.output


def _refuse(path):
    raise PermissionError(13, "Permission denied", str(path))


def test_an_unknown_unit_or_assignment_is_one_clear_line(hand_in, tmp_path):
    """The line lists the valid names."""
    folder = hand_in(activations=ACTIVATIONS)
    unknown = backproof("check", folder, "--unit", "convolutions")
    assert (unknown.returncode, "activations" in unknown.stderr) == (2, True)
    nowhere = backproof("check", folder, "--assignment", tmp_path)
    assert (nowhere.returncode, len(nowhere.stderr.splitlines())) == (2, 1)


def test_grading_a_folder_prints_a_row_for_each_submission(hand_in, tmp_path):
    """One unusable submission must not stop the grading of the others."""
    right = hand_in(activations=ACTIVATIONS)
    shutil.copytree(right, tmp_path / "class" / "ada")
    (tmp_path / "class" / "bea").mkdir()
    (tmp_path / "class" / "cid").mkdir()
    (tmp_path / "class" / "cid" / "activations.py").write_text("import os\nos._exit(0)\n")
    options = ("--assignment", small_assignment(tmp_path / "a", "activations"))
    process = backproof("grade", tmp_path / "class", "--profile", "quick", *options)
    assert "ada" in process.stdout
    assert "bea is empty" in " ".join(process.stdout.split())
    assert re.search(r"cid +0/\d", process.stdout)
    assert process.returncode == 2


def test_the_same_seed_gives_the_same_grade(hand_in):
    """A disputed grade must be reproducible; only durations may differ."""
    wrong = ACTIVATIONS.replace("np.tanh(z) ** 2", "np.tanh(z)")
    first, second = (checked(hand_in(activations=wrong), *ONE_UNIT)[0] for _ in range(2))
    for grade in (first, second):
        for outcome in grade["outcomes"]:
            del outcome["seconds"]
    assert json.dumps(first) == json.dumps(second)


@pytest.mark.parametrize("workers", [[], pytest.param(["-n", "2"], marks=pytest.mark.exhaustive)])
def test_plain_pytest_gives_the_same_outcomes(hand_in, tmp_path, workers):
    """Authors develop with pytest, and rely on it showing the same."""
    wrong = ACTIVATIONS.replace("np.maximum(z, 0.0)", "np.abs(z)").partition("def sigmoid_d")[0]
    wrong += "def sigmoid_derivative(z):\n    raise NotImplementedError\n"
    folder = hand_in(activations=wrong)
    process = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "properties/test_activations.py", "-q", "-rA"),
            *("-p", "no:cacheprovider", "--submission", folder, "--hypothesis-profile", "quick"),
            *workers,
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    grade, _ = checked(folder, *ONE_UNIT)
    for name, status in statuses(grade).items():
        failed = f"FAILED properties/test_activations.py::{name}" in process.stdout
        assert failed == (status in ("failed", "blocked"))
    assert "returned: h = 1" in process.stdout
    assert "is not started" in process.stdout


def copy_of_the_assignment(tmp_path):
    """Copy the four views and their configuration into a folder of their own."""
    copy = tmp_path / "assignment"
    nothing_compiled = shutil.ignore_patterns("__pycache__")
    for view in ("reference", "properties", "misconceptions", "student_template"):
        shutil.copytree(ROOT / view, copy / view, ignore=nothing_compiled)
    for file in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / file, copy)
    return copy


@pytest.mark.parametrize("option", [(), ("--confined",)], ids=["here", "confined"])
@pytest.mark.parametrize("form", ["handed_in", "ada.zip", "ada.ipynb"])
def test_every_form_of_a_submission_gets_the_same_points(hand_in, tmp_path, form, option):
    """Students submit what their tools export, with experiments in it that raise."""
    shutil.make_archive(str(tmp_path / "ada"), "zip", hand_in(activations=ACTIVATIONS))
    cell = {"cell_type": "code", "source": f"{ACTIVATIONS}\n1 / 0\n", "metadata": {}}
    notebook = {"cells": [cell], "nbformat": 4, "metadata": {}}
    (tmp_path / "ada.ipynb").write_text(json.dumps(notebook))
    grade, code = checked(tmp_path / form, *ONE_UNIT, *option)
    assert (code, grade["score"]) == (0, 8)


def test_hidden_properties_are_for_instructors(hand_in, tmp_path):
    """The name of a hidden property would reveal its rule."""
    shutil.copytree(ROOT / "properties", tmp_path / "mine" / "properties")
    shutil.copy(ROOT / "conftest.py", tmp_path / "mine")
    name = "test_activations_tanh_is_the_hyperbolic_tangent"
    text = (
        (ROOT / "pyproject.toml").read_text("utf-8").replace("hidden = []", f'hidden = ["{name}"]')
    )
    (tmp_path / "mine" / "pyproject.toml").write_text(text)
    wrong = hand_in(activations=ACTIVATIONS.replace("return np.tanh(z)", "return np.sinh(z)"))
    options = (*ONE_UNIT, "--assignment", tmp_path / "mine")
    assert name not in statuses(checked(wrong, *options)[0])
    assert statuses(checked(wrong, *options)[0])["hidden_activations_1"] == "failed"
    assert statuses(checked(wrong, *options, "--show-hidden")[0])[name] == "failed"


def test_grading_is_refused_where_nothing_confines(hand_in, monkeypatch):
    """No code of a student may run unconfined, not even to find out."""
    monkeypatch.setattr(pool, "SERVER", SpawnServer)
    unconfined = plan.plan(())
    monkeypatch.setattr(plan, "plan", lambda *_: unconfined)
    result = CliRunner().invoke(main, ["grade", str(hand_in(activations="1 / 0"))])
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert "could reach read" in result.output
    assert "--confinement process" in result.output


def test_help_is_printed_without_loading_a_command():
    """The list of commands must not wait for numpy and pytest, which take most of the start."""
    heavy = ("numpy", "pytest", "hypothesis", "rich", "sqlite3", "msgspec", "backproof.commands")
    code = (
        "import sys\n"
        "from backproof.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    *help_lines, loaded = process.stdout.splitlines()
    assert [name for name in COMMANDS if not any(f"  {name} " in line for line in help_lines)] == []
    assert loaded == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_summary_in_the_list_is_the_beginning_of_the_command_s_own_help(name):
    """The list repeats it, so that it need not load the command; both must stay the same."""
    command = main.get_command(click.Context(main), name)
    assert command.help.startswith(COMMANDS[name][1])
