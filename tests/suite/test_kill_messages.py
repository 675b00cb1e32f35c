"""Every mistake of the kill matrix is killed; it is named, and its message is fit to be read."""

import functools

import pytest

from backproof.assignment.config import load_assignment
from backproof.assignment.misconceptions import load_misconceptions
from backproof.casebook.book import REPLAY_FAILURES
from backproof.casebook.draw import draw_for_check
from backproof.casebook.shelf import Shelf
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.grades.function_credit import judged_functions
from backproof.grades.property_record import CORE
from backproof.grading.grade import run_properties
from backproof.submission.base import Submission
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from backproof.suite.pytest_plugin import record_of_run
from tests.conftest import ROOT
from tests.support.messages import problems_of

pytestmark = pytest.mark.long

# The share of mistakes that must get their name. Some never do: what a function keeps between the
# calls of a whole run can't be told from its single calls.
LEAST_NAMED = 0.9
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


def replayed(book, tested, submission):
    """Run a property on its cases, without Hypothesis, which would draw the same; return a record.

    The first case that fails is not the smallest one.
    """
    cases = book.entries[tested.id].cases
    if not cases:
        return tested.run_live()
    submission.begin_property(tested.unit)
    failure = None
    try:
        tested.run_cases(cases, submission)
    except REPLAY_FAILURES as raised:
        failure = raised
    return record_of_run(tested, failure, 0.0)


def problems_of_all(wrong, records, submission):
    """Name what is wrong with the messages of the properties that failed."""
    for record in records:
        if record.status == "failed":
            for problem in problems_of(record, submission):
                yield f"{wrong.full_name}, {record.property}: {problem}"


@each_unit
def test_mistakes_are_killed(assignment, unit):
    """A mistake that survives a property which claims it earns points.

    One that fails a core property fails one of its own function, whose core it costs. The messages
    of all claims but the first, whose cases are not the smallest, pass the lint.
    """

    @functools.cache
    def drawn(suite):
        return draw_for_check(suite, suite.names, Shelf(assignment, "grade", 0), Submission([unit]))

    def examine(suite, wrong, submission):
        book = drawn(suite)
        suite.use(submission)
        claimed = [each for name in wrong.caught_by for each in suite[name]]
        records = [replayed(book, each, submission) for each in claimed]
        failed = {record.property for record in records if record.status == "failed"}
        yield from (f"{wrong.full_name} survives {name}" for name in {*wrong.caught_by} - failed)
        core = [record for record in records if record.status == "failed" and record.role == CORE]
        target = assignment.credit.whole(wrong.target)
        if core and not any(target in judged_functions(r, assignment) for r in core):
            yield f"{wrong.full_name} costs {target} nothing"
        others = [record for record in records if record.property in wrong.caught_by[1:]]
        yield from problems_of_all(wrong, others, submission)

    assert examined(assignment, unit, mistakes_of(assignment, unit), examine) == []


def named_and_explained(assignment, unit, mistakes, claims_of):
    """Run properties on each mistake as ``check`` does.

    Args:
        assignment: The assignment.
        unit: The unit that is run.
        mistakes: Mistakes of the unit.
        claims_of: Returns the ids of the properties to run on a mistake; ``None`` for all.

    Returns:
        The problems (wrong names, and messages of the properties that claim a mistake that do not
        pass the lint), and the mistakes that got no name.

    """
    diagnostician, unnamed = Diagnostician(assignment), []

    def examine(suite, wrong, submission):
        records = run_properties(suite, submission, claims_of(wrong), diagnostician=diagnostician)
        names = {name for record in records for name in record.mistakes}
        unnamed.extend([] if names else [wrong.full_name])
        target = assignment.credit.whole(wrong.target)
        claims = [record for record in records if record.property in wrong.caught_by[:1]]
        if target in {assignment.credit.whole(n) for record in claims for n in record.cleared}:
            yield f"{wrong.full_name} is cleared, so it costs nothing"
        yield from (f"{wrong.full_name} is called {name}" for name in names - {wrong.full_name})
        yield from problems_of_all(wrong, claims, submission)

    return examined(assignment, unit, mistakes, examine), unnamed


@each_unit
def test_a_mistake_of_each_function_is_named_and_explained(assignment, unit):
    """A student acts on the message alone, and a wrong name sends them astray.

    The message is complete and short, and its smallest case runs and shows what it says.
    """
    first = {wrong.target: wrong for wrong in reversed(mistakes_of(assignment, unit))}
    problems, unnamed = named_and_explained(
        assignment, unit, first.values(), lambda wrong: wrong.caught_by[:1]
    )
    assert problems == []
    assert len(unnamed) <= len(first) // 2, unnamed


@pytest.mark.exhaustive
def test_mistakes_are_named_and_explained(assignment):
    """Most mistakes get their name, and none a wrong one, when all of their unit is run.

    Every 48th is tried here; ``python -m benchmarks naming`` tries all.
    """
    problems, unnamed = [], []
    for unit in assignment.units:
        mistakes = mistakes_of(assignment, unit)[8::48]
        found = named_and_explained(assignment, unit, mistakes, lambda _: None)
        problems += found[0]
        unnamed += found[1]
    assert problems == []
    tried = sum(len(mistakes_of(assignment, unit)[8::48]) for unit in assignment.units)
    assert len(unnamed) <= (1 - LEAST_NAMED) * tried, unnamed
