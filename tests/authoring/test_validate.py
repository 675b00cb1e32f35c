"""The suite's own strength: every misconception dies where it should, the reference nowhere."""

import json
import shutil

import pytest

from backproof.assignment.misconceptions import load_misconceptions
from tests.conftest import backproof
from tests.support.classes import small_assignment


@pytest.fixture(scope="module")
def findings():
    """Validate the assignment once, from its one command."""
    process = backproof("validate", "--json")
    assert process.stdout, process.stderr
    return json.loads(process.stdout)


def test_nothing_is_wrong_with_the_assignment(findings):
    """Reference, template, kill matrix, claims and distinctness all hold."""
    assert findings["problems"] == []


def test_every_misconception_is_killed_by_what_claims_it(findings, assignment):
    """The kill matrix is complete: 100 %."""
    for wrong in load_misconceptions(assignment):
        assert set(findings["kills"][f"{wrong.unit}.{wrong.name}"]) == set(wrong.caught_by)


def test_there_are_enough_misconceptions_in_every_unit(assignment):
    """A suite is known to be strong only as far as it was tried: more than 500, in every unit."""
    wrong = load_misconceptions(assignment)
    assert len(wrong) > 500
    assert {w.unit for w in wrong} == set(assignment.units)


def test_misconceptions_speak_to_the_student(assignment):
    """The first sentence is addressed to whoever made the mistake."""
    silent = [w.name for w in load_misconceptions(assignment) if not w.sentence.startswith("You")]
    assert silent == []


@pytest.mark.parametrize("options", [(), ("--counts", "1")])
def test_without_a_reference_there_is_nothing_to_validate(tmp_path, options):
    """As in a student's checker: one line says so."""
    folder = small_assignment(tmp_path / "a", "losses")
    shutil.rmtree(folder / "reference")
    refused = backproof("validate", "--assignment", folder, *options)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "no reference/" in refused.stderr
