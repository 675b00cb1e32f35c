"""``check --property``, ``--case`` and ``--pdb``: one rule or one failure."""

import json
import shutil

import pytest
from click.testing import CliRunner

from backproof.cli import main
from backproof.errors import UserError
from backproof.suite import selection
from tests.conftest import ACTIVATIONS, backproof, backproof_process, checked, statuses

NAME = "test_activations_relu_keeps_the_positive_part"
ONE_UNIT = ("--unit", "activations")
RELU = (*ONE_UNIT, "--property", NAME)
WRONG = ACTIVATIONS.replace("np.maximum(z, 0.0)", "np.abs(z)")
RAISES = ACTIVATIONS.replace(
    "return np.maximum(z, 0.0)", 'return np.where(z < 0, "nothing", z).astype(float)'
)


@pytest.mark.parametrize("name", [NAME, NAME.removeprefix("test_")])
def test_one_property_fails_as_it_does_among_all(hand_in, name):
    """Students compare it with the whole unit, and it is worth only its share of that.

    How many points stand at it among all depends on what else the function lost.
    """
    folder = hand_in(activations=WRONG)
    whole, _ = checked(folder, *ONE_UNIT)
    one, code = checked(folder, *ONE_UNIT, "--property", name)
    assert code == 1
    assert statuses(one) == {NAME: "failed"}
    same = next(o for o in whole["outcomes"] if o["property"] == NAME)
    elsewhere = {"seconds": 0, "points": 0, "max_points": 0}
    assert {**one["outcomes"][0], **elsewhere} == {**same, **elsewhere}
    [relu] = (f for f in whole["functions"] if f["function"] == "activations.relu")
    assert one["score"] == 0
    expected = relu["max_points"] / len(whole["outcomes"])
    assert one["max_score"] == pytest.approx(expected, abs=1e-6)  # scores are rounded


def test_an_unknown_property_is_one_line_with_what_is_close(hand_in):
    """Names are long and easily misspelt."""
    process = backproof("check", hand_in(activations=WRONG), *ONE_UNIT, "--property", "relu_keeps")
    assert process.returncode == 2
    assert len(process.stderr.splitlines()) == 1
    assert NAME.removeprefix("test_") in process.stderr
    with pytest.raises(UserError, match=NAME.removeprefix("test_")):
        selection.find_properties(["activation_relu_keep_positive_part"], [NAME])
    with pytest.raises(UserError, match="its own"):
        selection.find_properties(["qqq"], [NAME])


def test_the_case_is_run_again_with_its_results(hand_in):
    """Students see the values between the calls, as in a shell."""
    process = backproof("check", hand_in(activations=WRONG), "--case", *ONE_UNIT)
    lines = process.stdout.splitlines()
    assert process.returncode == 1, process.stderr
    called = next(i for i, line in enumerate(lines) if ">>> r1 = activations.relu(" in line)
    assert "1.0" in lines[called + 1]
    assert "returned: h = 1" in process.stdout


def test_what_the_code_raises_is_shown_from_the_case_on(hand_in):
    """The grader's frames would hide the student's line."""
    shown = backproof("check", hand_in(activations=RAISES), "--case", *RELU).stdout
    trace = shown.partition("Traceback (most recent call last):\n")[2]
    assert trace.splitlines()[0].strip().startswith('File "<smallest case>"')
    assert 'return np.where(z < 0, "nothing", z).astype(float)' in trace
    assert "backproof/" not in trace
    assert "backproof_submission" not in shown


@pytest.mark.parametrize("form", ["handed_in", "ada.zip", "ada.ipynb"])
def test_every_form_of_a_submission_can_be_run_again(hand_in, tmp_path, form):
    """Archives and notebooks have no files that a student could import."""
    shutil.make_archive(str(tmp_path / "ada"), "zip", hand_in(activations=WRONG))
    cell = {"cell_type": "code", "source": WRONG, "metadata": {}}
    notebook = {"cells": [cell], "nbformat": 4, "metadata": {}}
    (tmp_path / "ada.ipynb").write_text(json.dumps(notebook))
    shown = backproof("check", tmp_path / form, "--case", *RELU).stdout
    assert ">>> r1 = activations.relu(" in shown


def test_nothing_to_run_again(hand_in):
    """Students should know why no case is run."""
    folder = hand_in(activations=ACTIVATIONS)
    passed = backproof("check", folder, "--case", *ONE_UNIT)
    assert (passed.returncode, passed.stdout.startswith("Nothing is left")) == (0, True)
    lacking = backproof("check", folder, "--case", "--unit", "losses")
    assert lacking.returncode == 1
    assert "There is no case to run again" in lacking.stdout
    assert "there is no losses.py" in lacking.stdout


def test_a_hidden_property_does_not_show_its_case(hand_in, tmp_path, assignment):
    """Another option must not reveal what ``check`` hides."""
    mine = tmp_path / "mine"
    shutil.copytree(assignment.properties, mine / "properties")
    shutil.copy(assignment.root / "conftest.py", mine)
    text = (assignment.root / "pyproject.toml").read_text("utf-8")
    (mine / "pyproject.toml").write_text(text.replace("hidden = []", f'hidden = ["{NAME}"]'))
    options = ("--assignment", mine, *RELU, "--case")
    shown = backproof("check", hand_in(activations=WRONG), *options).stdout
    assert "not shown" in shown
    assert "relu" not in shown


def test_the_debugger_stops_where_the_wrong_call_begins(hand_in):
    """A student inspects the arguments in their own function."""
    wrong = WRONG.replace("return np.abs(z)", "h = np.abs(z)\n    return h")
    options = ("--pdb", *RELU)
    commands = "p float(z)\nn\np float(h)\nq\n"
    process = backproof_process("check", hand_in(activations=wrong), *options, input=commands)
    assert process.returncode == 1, process.stderr
    assert "activations.py(" in process.stdout
    assert "-> h = np.abs(z)" in process.stdout
    assert "(Pdb) -1.0" in process.stdout
    assert "(Pdb) 1.0" in process.stdout
    assert process.stderr == ""


def test_the_debugger_stops_at_the_students_own_frame(hand_in):
    """The student's line is the cause, even if numpy raises the exception."""
    options = ("--pdb", *RELU)
    process = backproof_process(
        "check", hand_in(activations=RAISES), *options, input="p z.shape\nw\nq\n"
    )
    assert "ValueError" in process.stdout
    assert '-> return np.where(z < 0, "nothing", z).astype(float)' in process.stdout
    assert "(Pdb) ()" in process.stdout


def test_the_debugger_stops_inside_a_generator_function(hand_in):
    """Its body runs only when it is iterated over."""
    eager = """
def sequential_minibatches(X, Y, q):
    for start in range(0, len(X), q):
        yield X[start : start + q], Y[: q]
"""
    options = (
        "--pdb",
        "--unit",
        "minibatches",
        "--property",
        "minibatches_keep_inputs_with_their_targets",
    )
    process = backproof_process("check", hand_in(minibatches=eager), *options, input="p q\nq\n")
    assert "-> for start in range(0, len(X), q):" in process.stdout


def test_without_python_code_there_is_nothing_to_stop_in(hand_in):
    """A debugger prompt without code would be confusing."""
    borrowed = ACTIVATIONS + "\nrelu = np.abs\n"
    process = backproof("check", hand_in(activations=borrowed), "--pdb", *RELU)
    assert "nothing to stop in" in process.stdout
    assert "(Pdb)" not in process.stdout


@pytest.mark.parametrize(
    "options",
    [
        ("--watch", "--json"),
        ("--watch", "--case"),
        ("--case", "--write", "json=grade.json"),
        ("--pdb", "--confined"),
        ("--case", "--property", "one", "--property", "two"),
    ],
)
def test_options_that_ask_for_different_things_are_refused(hand_in, options):
    """Silently ignoring one of the options would mislead."""
    result = CliRunner().invoke(main, ["check", str(hand_in(activations="1 / 0")), *options])
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert "leave out" in result.output or "name one --property" in result.output
