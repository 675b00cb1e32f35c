"""The assignment in docs/extending.md works as it is printed."""

import json
import re

import pytest

from tests.conftest import ROOT, backproof_process, checked, statuses

GUIDE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```(?:toml|python)\n# (\S+)\n(.*?)```", GUIDE, re.DOTALL))


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """Write the files of the guide, and the template by the command that it names."""
    folder = tmp_path_factory.mktemp("softmax")
    empty = {"properties/__init__.py": "", "misconceptions/__init__.py": ""}
    for path, text in {**FILES, **empty}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    written = backproof_process("template", "--assignment", folder)
    assert written.returncode == 0, written.stderr
    return folder


def test_the_guide_prints_five_files():
    """A file that the pattern misses would not be tested."""
    assert len(FILES) == GUIDE.count("```") / 2 == 5


def test_the_assignment_is_valid(assignment):
    """An author who copies the guide starts without an error, and each mistake is detected."""
    process = backproof_process("validate", "--json", "--assignment", assignment)
    findings = json.loads(process.stdout)
    assert findings["problems"] == []
    assert findings["kills"] == {
        "softmax.softmax_over_the_batch": ["test_softmax_divides_by_the_sum_of_the_row"],
        "softmax.softmax_without_a_shift": ["test_softmax_of_large_scores_does_not_overflow"],
    }


def test_a_mistake_is_graded_and_named(assignment, tmp_path):
    """The points, the verdict and the name all come from the guide's files alone."""
    right = (assignment / "reference" / "softmax.py").read_text(encoding="utf-8")
    wrong = right.replace("powers.sum(axis=1", "powers.sum(axis=0")
    (tmp_path / "softmax.py").write_text(wrong, encoding="utf-8")
    grade, _ = checked(tmp_path, "--assignment", assignment, run=backproof_process)
    assert statuses(grade) == {
        "test_softmax_divides_by_the_sum_of_the_row": "failed",
        "test_softmax_of_large_scores_does_not_overflow": "passed",
    }
    assert (grade["score"], grade["max_score"]) == (3, 10)
    [failed] = [outcome for outcome in grade["outcomes"] if outcome["status"] == "failed"]
    assert failed["mistakes"] == ["softmax.softmax_over_the_batch"]
