"""The README's examples of extending, applied to a copy of the assignment."""

import json
import re

import pytest

from tests.commands.test_cli import copy_of_the_assignment
from tests.conftest import ROOT, backproof, backproof_process, checked, statuses

README = (ROOT / "README.md").read_text(encoding="utf-8")
PROPERTY = "test_losses_value_ignores_a_common_shift"
MISTAKE = "mean_squared_error_relative_to_the_target"


def block(path):
    """Return the README's code block for a file, without the line that names the file."""
    found = re.search(rf"```python\n# {re.escape(path)}\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no block for {path}"
    return found[1]


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """Return a copy of the assignment with the README's two functions appended."""
    copy = copy_of_the_assignment(tmp_path_factory.mktemp("extended"))
    for path in ("properties/test_losses.py", "misconceptions/losses.py"):
        text = (copy / path).read_text(encoding="utf-8")
        (copy / path).write_text(f"{text}\n\n{block(path)}", encoding="utf-8")
    return copy


def test_both_are_ten_lines_at_most():
    """The README promises that extending is easy."""
    for path in ("properties/test_losses.py", "misconceptions/losses.py"):
        assert len(block(path).splitlines()) <= 10


def test_the_new_property_is_graded(extended):
    """A property needs no registration, and must not change the unit's total."""
    grade, code = checked(
        ROOT / "reference", "--unit", "losses", "--assignment", extended, run=backproof_process
    )
    assert code == 0
    assert statuses(grade)[PROPERTY] == "passed"
    assert grade["max_score"] == pytest.approx(6)


def test_the_new_misconception_is_killed_by_the_new_property(extended):
    """Authors copy this example, so validation must accept it."""
    process = backproof_process("validate", "--unit", "losses", "--json", "--assignment", extended)
    findings = json.loads(process.stdout)
    assert findings["kills"][f"losses.{MISTAKE}"] == [PROPERTY]
    assert findings["problems"] == []


def test_validation_objects_to_a_property_that_nothing_fails(extended, tmp_path):
    """A property without a misconception may be unable to fail."""
    file = extended / "misconceptions" / "losses.py"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace(block("misconceptions/losses.py"), ""), encoding="utf-8")
    process = backproof_process("validate", "--unit", "losses", "--json", "--assignment", extended)
    file.write_text(whole, encoding="utf-8")
    assert process.returncode == 1
    assert [PROPERTY in problem for problem in json.loads(process.stdout)["problems"]] == [True]


def test_points_and_units_come_from_the_configuration(extended):
    """Instructors must not have to edit code."""
    config = extended / "pyproject.toml"
    before = config.read_text(encoding="utf-8")
    changed = before.replace("losses = 6", "losses = 30")
    config.write_text(f"{changed}\n[tool.backproof.weights]\n{PROPERTY} = 0\n", encoding="utf-8")
    grade, _ = checked(
        ROOT / "reference", "--unit", "losses", "--assignment", extended, run=backproof_process
    )
    config.write_text(before, encoding="utf-8")
    points = {outcome["property"]: outcome["points"] for outcome in grade["outcomes"]}
    assert grade["score"] == pytest.approx(30)
    assert points[PROPERTY] == 0


@pytest.mark.parametrize(
    ("placement", "status"),
    [
        ("inside", "passed"),
        pytest.param("either", "passed", marks=pytest.mark.exhaustive),
        ("outside", "failed"),
    ],
)
def test_a_pinned_epsilon_is_told_from_the_other(extended, placement, status):
    """The reference has ε inside the root, so it must fail if outside is required."""
    config = extended / "pyproject.toml"
    before = config.read_text(encoding="utf-8")
    table = "[tool.backproof.options.adam_epsilon]\nvalue = "
    config.write_text(before.replace(f'{table}"either"', f'{table}"{placement}"'), encoding="utf-8")
    grade, _ = checked(
        ROOT / "reference", "--unit", "optimizers", "--assignment", extended, run=backproof_process
    )
    config.write_text(before, encoding="utf-8")
    failed = [o for o in grade["outcomes"] if o["status"] == "failed"]
    assert bool(failed) == (status == "failed")
    assert all("inside" in outcome["message"] for outcome in failed)


def test_every_command_of_the_readme_exists():
    """Readers copy commands from the README."""
    named = set(re.findall(r"`(?:\.venv/bin/)?backproof ([a-z]+)", README))
    assert named
    for command in named:
        assert backproof(command, "--help").returncode == 0
    known = "".join(backproof(command, "--help").stdout for command in named)
    for option in set(re.findall(r"`backproof [^`]*?(--[a-z]+)", README)):
        assert option in known
