"""Tests that try to learn, from anything but its behaviour, whether code is right."""

import importlib.util
import inspect

import pytest

from backproof.assignment.misconceptions import load_misconceptions
from backproof.examination import examine
from backproof.examination.lines import cards, problems
from backproof.examination.results import VALID
from backproof.examination.suite import read_suite
from backproof.submission.local import LocalSubmission
from tests.hostile.corpus import SUITES

NAMES = sorted(path.stem for path in SUITES.glob("*.py"))
FORGING = [
    name for name in NAMES if (SUITES / f"{name}.py").read_text().startswith("# forges: yes")
]
# One for each way: through the code under test, through the order, and through the connection.
QUICK = ("tracebacks", "counted_processes", "forged_outcomes")


def test_there_are_enough():
    """The claim is about at least fifteen."""
    assert len(NAMES) >= 15
    assert FORGING


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in QUICK else pytest.mark.exhaustive) for name in NAMES],
)
def test_a_hostile_suite_catches_nothing(examiner, name):
    """What its tests find out, they do not find out from what the code computes."""
    examination = examiner.examine(read_suite(SUITES / f"{name}.py"))
    assert sum(each.caught for each in examination.functions) == 0
    assert examination.tests or examination.problems
    for card in cards(examination):
        text = " ".join([card.heading, card.code, *(line for _, line in card.lines)])
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert len(text) < 5000
    assert all(len(line) < 500 for line in problems(examination))


def caught_in_one_process(assignment, name):
    """Return how many mistakes a suite catches in a harness that imports it beside the code."""
    spec = importlib.util.spec_from_file_location(f"hostile_{name}", SUITES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tests = [each for label, each in vars(module).items() if label.startswith("test_")]

    def accepts(replacements):
        code = LocalSubmission(assignment.reference, assignment.units, replacements)
        try:
            for test in tests:
                test(code)
        except Exception:
            return False
        finally:
            code.close()
        return True

    if not accepts({}):
        return 0
    wrong = load_misconceptions(assignment)
    return sum(not accepts({each.target: each.function}) for each in wrong)


@pytest.mark.parametrize("name", FORGING)
def test_the_same_suite_forges_where_the_code_is_in_its_process(small, name):
    """Negative control: without the second process the attack succeeds."""
    assert caught_in_one_process(small, name) > 0


def test_the_phases_can_be_told_apart_where_right_code_comes_first_only(examiner, monkeypatch):
    """Negative control: without right implementations among the wrong ones the attack succeeds."""
    if examiner.observed.layers.get("namespaces") != "on":
        pytest.skip("the processes are not numbered from 1 here")
    monkeypatch.setattr(examine, "_RIGHT_AMONG_WRONG", 0)
    monkeypatch.setattr(examine, "_RIGHT_AFTER_WRONG", 0)
    with examine.Examiner(examiner.assignment, lanes=1) as fresh:
        examination = fresh.examine(read_suite(SUITES / "counted_processes.py"))
    assert [test.status for test in examination.tests] == [VALID], examination
    assert sum(each.caught for each in examination.functions) > 0


def test_every_suite_says_what_it_tries():
    """A reader learns the attack from the first line."""
    for name in NAMES:
        text = (SUITES / f"{name}.py").read_text()
        assert inspect.cleandoc(text.partition('"""')[2].partition('"""')[0])
