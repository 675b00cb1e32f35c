"""Every mistake of the kill matrix is named, and what the student reads is fit to be read."""

import pytest

from backproof.assignment.config import load_assignment
from backproof.assignment.misconceptions import load_misconceptions
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from tests.conftest import ROOT
from tests.support.messages import problems_of

# The share of a unit's mistakes that must get their name by the first property that claims them
# alone; with all of the unit, as `python -m benchmarks naming` runs them, it is above 95 %.
LEAST_NAMED = 0.85


def examined(assignment, unit):
    """Run each mistake of a unit on what claims it; give its names and what is wrong.

    Names and a smallest case are sought of the first claim alone, as that takes most of the time.
    """
    found = []
    diagnostician = Diagnostician(assignment)

    def work(suite):
        for wrong in load_misconceptions(assignment):
            if wrong.unit != unit:
                continue
            submission = LocalSubmission(
                assignment.reference, assignment.units, {wrong.target: wrong.function}
            )
            records = suite.run(submission, wrong.caught_by[:1], diagnostician=diagnostician)
            others = suite.run(submission, wrong.caught_by[1:], shrink=False)
            problems = [
                f"{wrong.full_name}, {record['property']}: {problem}"
                for record in (*records, *others)
                if record["status"] == "failed"
                for problem in problems_of(record, submission)
            ]
            submission.close()
            names = {name for record in records for name in record["mistakes"]}
            found.append((wrong.full_name, names, problems))

    with_suite(assignment, work, units=[unit])
    return found


@pytest.mark.parametrize("unit", load_assignment(ROOT).units)
def test_mistakes_are_named_and_explained(assignment, unit):
    """Most get their name, none a wrong one; each message passes the lint of messages.py."""
    found = examined(assignment, unit)
    wrongly = [(name, named) for name, named, _ in found if named - {name}]
    assert wrongly == []
    unnamed = [name for name, named, _ in found if not named]
    assert len(unnamed) <= (1 - LEAST_NAMED) * len(found), unnamed
    assert [problem for *_, problems in found for problem in problems] == []
