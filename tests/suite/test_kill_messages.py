"""Every mistake of the kill matrix is killed and named, and its message is fit to be read."""

import pytest

from backproof.assignment.config import load_assignment
from backproof.assignment.misconceptions import load_misconceptions
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from tests.conftest import ROOT
from tests.support.messages import problems_of

pytestmark = pytest.mark.long

# The share of a unit's mistakes that must get their name by the first property that claims them
# alone; with all of the unit, as `python -m benchmarks naming` runs them, it is above 95 %.
LEAST_NAMED = 0.85
each_unit = pytest.mark.parametrize("unit", load_assignment(ROOT).units)


def mistakes_of(assignment, unit):
    """List the mistakes of a unit."""
    return [wrong for wrong in load_misconceptions(assignment) if wrong.unit == unit]


def examined(assignment, unit, mistakes, examine):
    """Call ``examine(suite, wrong, submission)`` for each mistake; return all that it yields."""
    found = []

    def work(suite):
        for wrong in mistakes:
            submission = LocalSubmission(
                assignment.reference, assignment.units, {wrong.target: wrong.function}
            )
            found.extend(examine(suite, wrong, submission))
            submission.close()

    with_suite(assignment, work, units=[unit])
    return found


@each_unit
def test_mistakes_are_killed_and_named(assignment, unit):
    """A mistake that is not killed earns points, and a wrong name sends a student astray.

    Every claim fails, most mistakes get their name from the first one, and none a wrong name. The
    messages of the other claims, whose smallest case was not looked for, pass the lint.
    """
    diagnostician = Diagnostician(assignment)
    unnamed, mistakes = [], mistakes_of(assignment, unit)

    def examine(suite, wrong, submission):
        first, *others = wrong.caught_by
        named = run_properties(
            suite, submission, [first], shrink=False, diagnostician=diagnostician
        )
        records = run_properties(suite, submission, others, shrink=False) if others else []
        failed = {r.property for r in (*named, *records) if r.status == "failed"}
        yield from (f"{wrong.full_name} survives {name}" for name in {*wrong.caught_by} - failed)
        names = {name for record in named for name in record.mistakes}
        yield from (f"{wrong.full_name} is called {name}" for name in names - {wrong.full_name})
        unnamed.extend([wrong.full_name] if not names else [])
        yield from problems_of_all(wrong, records, submission)

    assert examined(assignment, unit, mistakes, examine) == []
    assert len(unnamed) <= (1 - LEAST_NAMED) * len(mistakes), unnamed


def problems_of_all(wrong, records, submission):
    """Name what is wrong with the messages of the properties that failed."""
    for record in records:
        if record.status == "failed":
            for problem in problems_of(record, submission):
                yield f"{wrong.full_name}, {record.property}: {problem}"


def problems_of_messages(assignment, unit, mistakes):
    """Run the first claim of each mistake as ``check`` does, and lint what a student reads."""
    diagnostician = Diagnostician(assignment)

    def examine(suite, wrong, submission):
        records = run_properties(
            suite, submission, wrong.caught_by[:1], diagnostician=diagnostician
        )
        yield from problems_of_all(wrong, records, submission)

    return examined(assignment, unit, mistakes, examine)


def first_of_each_function(mistakes):
    """Choose one mistake of each function."""
    return list({wrong.target: wrong for wrong in reversed(mistakes)}.values())


@each_unit
def test_messages_are_fit_to_be_read(assignment, unit):
    """A student acts on the message alone: it is complete, short, and its smallest case runs.

    One mistake of each function is examined; each message passes the lint of ``messages.py``.
    """
    mistakes = first_of_each_function(mistakes_of(assignment, unit))
    assert problems_of_messages(assignment, unit, mistakes) == []


@pytest.mark.exhaustive
@each_unit
def test_the_messages_of_all_other_mistakes_are_fit_to_be_read(assignment, unit):
    """As above, for the mistakes that are left out there: finding smallest cases takes long."""
    mistakes = mistakes_of(assignment, unit)
    others = [wrong for wrong in mistakes if wrong not in first_of_each_function(mistakes)]
    assert problems_of_messages(assignment, unit, others) == []
