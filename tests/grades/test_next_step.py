"""Choosing the next thing that a student should do."""

import pytest

from backproof.failure_kinds import EXCEPTION, IMPORT_FAILED, MISSING
from backproof.grades.next_step import next_outcome, next_step
from backproof.grades.outcomes import BLOCKED, FAILED, NOT_GRADED, NOT_STARTED, PASSED
from backproof.grades.visibility import hide_for_students
from tests.support.report_examples import grade, outcome

PASSES = outcome(1, "activations", PASSED)
BOTH = ("layers.f", "layers.g")
WRONG = outcome(2, "layers", FAILED, functions=BOTH, blamed=BOTH)
SIMPLER = outcome(3, "layers", FAILED, blamed=("layers.f",))
RAISES = outcome(4, "layers", FAILED, kind=EXCEPTION)
LACKS = outcome(5, "layers", FAILED, kind=MISSING, message="layers.py has no `f`", case=None)
BROKEN = outcome(6, "layers", FAILED, kind=IMPORT_FAILED, message="layers.py cannot be imported")
UNSTARTED = outcome(7, "activations", NOT_STARTED, message="tanh is not started")
FOLLOWS = outcome(8, "activations", BLOCKED)
LATER = outcome(9, "network", FAILED)
OURS = outcome(10, "activations", NOT_GRADED)


@pytest.mark.parametrize(
    ("outcomes", "first"),
    [
        ([PASSES, WRONG, LATER], WRONG),
        ([WRONG, SIMPLER], SIMPLER),
        ([SIMPLER, RAISES], RAISES),
        ([SIMPLER, LACKS], LACKS),
        ([LACKS, BROKEN], BROKEN),
        ([UNSTARTED, WRONG], WRONG),
        ([FOLLOWS, LATER], LATER),
        ([PASSES, UNSTARTED], UNSTARTED),
        ([OURS, UNSTARTED], UNSTARTED),
        ([OURS, PASSES], OURS),
        ([PASSES], None),
        ([], None),
    ],
)
def test_what_comes_first(outcomes, first):
    """Fixing a cause first saves the student work on its consequences."""
    assert next_outcome(grade(PASSES, *outcomes)) is first


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([SIMPLER], "Next, fix f in layers: Rule 3 of layers holds."),
        ([WRONG], "Next, fix f and g in layers: Rule 2 of layers holds."),
        ([LACKS], "Next, add what layers lacks: layers.py has no `f`."),
        ([BROKEN], "Next, fix a file of layers: layers.py cannot be imported."),
        ([UNSTARTED], "Next, write f in activations: tanh is not started."),
        ([PASSES], "Nothing is left to do: the one rule that was checked holds."),
        ([PASSES, PASSES], "Nothing is left to do: all 2 rules hold."),
    ],
)
def test_it_is_one_sentence(outcomes, said):
    """A student reads where to look without knowing the report's terms."""
    assert next_step(grade(*outcomes)) == said


def test_our_fault_is_not_the_students():
    """A student cannot fix the checker, so the instructor must be told."""
    assert next_step(grade(PASSES, OURS)).startswith("Tell your instructor")


def test_a_hidden_rule_is_not_told():
    """The sentence must not reveal a hidden rule, and visible rules help more."""
    veiled = hide_for_students(grade(WRONG, SIMPLER), {SIMPLER.property})
    assert next_outcome(veiled).property == WRONG.property
    alone = hide_for_students(grade(SIMPLER), {SIMPLER.property})
    assert "Rule 3" not in next_step(alone)
    assert "f in" not in next_step(alone)
