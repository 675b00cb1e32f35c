"""Tests of the names of mistakes in code that was not derived from the reference."""

import pytest

from backproof.diagnosis.diagnostician import Diagnostician
from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from tests.diagnosis.student_mistakes import MISTAKES, changed_files

# One of each kind: another spelling, an exception, a default, an opaque object, a random function.
SOME = (
    "layers: 1/m twice",
    "layers: h W",
    "losses: half the sum, with its gradient",
    "minibatches: not shuffled",
    "normalization: ε",
    "normalization: default (0, 1)",
)


@pytest.fixture
def names_of(assignment, tmp_path):
    """Return a function that names the mistakes of a submission, in the units of some mistakes."""

    def work(style, mistakes, units):
        for name, text in changed_files(style, mistakes).items():
            (tmp_path / name).write_text(text, encoding="utf-8")

        def named(suite):
            submission = LocalSubmission(tmp_path, assignment.units)
            diagnostician = Diagnostician(assignment)
            records = run_properties(suite, submission, shrink=False, diagnostician=diagnostician)
            submission.close()
            assert diagnostician.problems == []
            return {name for record in records for name in record.mistakes}

        return with_suite(assignment, named, units=units)

    return work


def right_names(mistake):
    """Return the names that are right for a mistake."""
    return {f"{mistake.unit}.{name}" for name in mistake.names}


@pytest.mark.parametrize("label", SOME)
def test_a_students_mistake_has_its_name(names_of, label):
    """A student's other functions are right in another way, which does not cost the name."""
    mistake = MISTAKES[label]
    assert names_of(mistake.style, [mistake], {mistake.unit}) == right_names(mistake)


@pytest.mark.exhaustive
@pytest.mark.parametrize("label", [*MISTAKES][::24])
def test_no_students_mistake_has_a_wrong_name(names_of, label):
    """A wrong name misleads: every 24th mistake gets a right one or none, in any style."""
    mistake = MISTAKES[label]
    units = {mistake.unit, label.partition(":")[0]}
    assert names_of(mistake.style, [mistake], units) <= right_names(mistake)
