"""The suite's own strength: every misconception dies where it should, the reference nowhere."""

import json
import shutil

import msgspec
import pytest

from backproof.assignment.misconceptions import load_misconceptions
from backproof.authoring.validate import _earns_nothing
from backproof.grades.property_record import PropertyRecord
from tests.conftest import backproof
from tests.support.classes import small_assignment


def findings(*options):
    """Validate the assignment by its one command."""
    process = backproof("validate", "--json", *options)
    assert process.stdout, process.stderr
    return json.loads(process.stdout)


@pytest.mark.parametrize(
    "units",
    [
        ("losses",),
        pytest.param(("layers", "minibatches"), marks=pytest.mark.exhaustive, id="two units"),
    ],
)
@pytest.mark.long
def test_the_assignment_is_whole_and_its_kill_matrix_complete(assignment, units):
    """Nobody notices a property that no longer bites, or a reference that fails, but this.

    Reference, template, claims and distinctness hold, and every misconception is killed by all
    that claims it. ``tests/suite/test_kill_messages.py`` kills those of all units with more cases,
    and ``make validate`` does all of this for all units.
    """
    found = findings(*(f"--unit={unit}" for unit in units))
    assert found["problems"] == []
    expected = {
        wrong.full_name: sorted(wrong.caught_by)
        for wrong in load_misconceptions(assignment)
        if wrong.unit in units
    }
    assert found["kills"] == expected


def test_there_are_enough_misconceptions_in_every_unit(assignment):
    """A suite is known to be strong only as far as it was tried: more than 500, in every unit."""
    wrong = load_misconceptions(assignment)
    assert len(wrong) > 500
    assert {w.unit for w in wrong} == set(assignment.units)


def test_misconceptions_speak_to_the_student(assignment):
    """A report quotes the first sentence to the student who made the mistake."""
    silent = [w.name for w in load_misconceptions(assignment) if not w.sentence.startswith("You")]
    assert silent == []


@pytest.mark.parametrize("options", [(), ("--counts", "1")])
def test_without_a_reference_there_is_nothing_to_validate(tmp_path, options):
    """A student's copy has no reference: one line says so, in place of hundreds of failures."""
    folder = small_assignment(tmp_path / "a", "losses")
    shutil.rmtree(folder / "reference")
    refused = backproof("validate", "--assignment", folder, *options)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert "no reference/" in refused.stderr


@pytest.mark.parametrize(
    ("functions", "worthless"),
    [
        (["losses.mean_squared_error"], True),
        (["losses.mean_squared_error_gradient"], False),
        (["losses.mean_squared_error", "losses.mean_squared_error_gradient"], False),
        (["losses.unknown"], False),
    ],
)
def test_a_property_that_earns_nothing_is_named(assignment, functions, worthless):
    """A function that was worth nothing while it had no property would stay so unnoticed."""
    credit = msgspec.structs.replace(assignment.credit, points={"losses.mean_squared_error": 0.0})
    changed = msgspec.structs.replace(assignment, credit=credit)
    record = PropertyRecord("test_losses_p", "losses", tuple(functions), "passed")
    problem = _earns_nothing(record, functions, changed)
    assert ("test_losses_p earns nothing, since losses.mean_squared_error" in problem) == worthless
    assert bool(problem) == worthless
