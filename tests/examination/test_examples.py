"""The example suites and the template's example, which students read first."""

import ast
import tomllib

import pytest

from backproof.assignment.config import load_assignment
from backproof.assignment.examine import HELPERS
from backproof.examination.examples import check_examples, example_suites
from backproof.examination.suite import read_suite
from backproof.submission.local import LocalSubmission
from backproof.testing import __all__ as public
from tests.conftest import ROOT

EXAMPLES = ROOT / "examples" / "student_tests"
MODULES = {"bands", "differences", "generators", "statistics", "strategies"}
# For authors of assignments, not for tests of a function.
FOR_AUTHORS = {"Demo", "claim", "misconception", "spelling", "variant"}


@pytest.mark.exhaustive
def test_each_example_gets_the_verdict_beside_it():
    """A student compares with these, and `backproof validate` makes the same check."""
    assert list(check_examples(load_assignment(ROOT))) == []


def test_there_is_one_that_is_too_strict_one_that_is_too_weak_and_a_good_one():
    """Each says what it shows."""
    suites = example_suites(load_assignment(ROOT))
    assert {folder.name for folder in suites} == {"good", "too_strict", "too_weak"}
    statuses = {
        folder.name: set(tomllib.loads((folder / "verdict.toml").read_text())["tests"].values())
        for folder in suites
    }
    assert statuses["too_strict"] == {"too strict", "valid"}
    assert statuses["good"] == statuses["too_weak"] == {"valid"}


def test_a_wrong_verdict_beside_an_example_is_found(examiner, tmp_path, monkeypatch):
    """Else the check of the examples would show nothing."""
    folder = tmp_path / "examples" / "student_tests" / "one"
    folder.mkdir(parents=True)
    (folder / "test_one.py").write_text("def test_true(submission):\n    assert True\n")
    (folder / "verdict.toml").write_text(
        '[tests]\ntest_true = "too strict"\ntest_gone = "valid"\n'
        '[functions]\n"first.encode" = "all"\n"first.decode" = "none"\n'
    )
    import backproof.examination.examples as examples

    class Same:
        def __init__(self, *_arguments, **_options):
            self.examine = examiner.examine

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            return None

    monkeypatch.setattr(examples, "Examiner", Same)
    monkeypatch.setattr(examples, "example_suites", lambda _assignment: [folder])
    found = list(check_examples(examiner.assignment))
    assert len(found) == 3
    assert "test_true: valid, where verdict.toml says too strict" in found[0]
    assert "test_gone is not there" in found[1]
    assert "first.encode is not there" in found[2]


def test_the_template_has_an_example_of_a_function_that_is_not_asked_for():
    """It shows how, and gives nothing away."""
    suite = read_suite(ROOT / "student_template" / "student_tests")
    asked = {name.partition(".")[0] for name in load_assignment(ROOT).examine.functions}
    [source] = suite.submitted.files.values()
    called = {
        node.value.attr
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
    }
    assert "losses" in called
    assert not called & asked


def test_the_templates_example_accepts_the_reference():
    """A worked example that is wrong would teach the wrong thing."""
    lecture = load_assignment(ROOT)
    code = LocalSubmission(lecture.reference, lecture.units)
    file = ROOT / "student_template" / "student_tests" / "test_example.py"
    names = {}
    exec(compile(file.read_text(), str(file), "exec"), names)
    tests = [each for name, each in names.items() if name.startswith("test_")]
    assert len(tests) == 3
    for test in tests:
        test(code)
    code.close()


def test_helpers_are_what_the_interface_has():
    """What is offered by default exists, and every public name is either offered or for authors."""
    assert {*HELPERS} - MODULES == {*public} - FOR_AUTHORS
