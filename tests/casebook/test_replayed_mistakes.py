"""Tests of confined replay: misconceptions must fail the properties that claim them."""

import ast
import dataclasses
import functools
import re

import pytest

from backproof.assignment.config import load_assignment
from backproof.assignment.misconceptions import load_misconceptions
from backproof.casebook.draw import draw
from backproof.casebook.shelf import Shelf
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.pool import ServerPool
from backproof.grades.outcomes import PASSED
from backproof.intake.reader import read_submission
from backproof.student_code.source import Source
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from tests.conftest import ROOT

pytestmark = pytest.mark.long

# Every third mistake of a unit is replayed: all of them fail live runs of the same cases, and other
# tests hold replays against live runs.
STEP = 3
_MARK = """
def misconception(**_):
    return lambda function: function
spelling = variant = misconception
"""
_FUTURE = "from __future__ import annotations\n"
each_unit = pytest.mark.parametrize("unit", load_assignment(ROOT).units)


def handed_in_with(wrong, reference, assignment):
    """Return a submission that differs from the reference in one function."""
    mistakes = _needed_for(wrong.name, assignment.root / "misconceptions" / f"{wrong.unit}.py")
    file = f"{wrong.unit}.py"
    right = reference.files[file].text
    text = f"{mistakes}\n_wrong = {wrong.name}\n{right}\n{wrong.target.partition('.')[2]} = _wrong"
    # The mistakes import the reference, a package beside the modules of the same names.
    beside = {f"reference/{path}": source for path, source in reference.files.items()}
    files = {**beside, **reference.files, file: Source(text.replace(_FUTURE, ""), file)}
    return dataclasses.replace(reference, files=files)


@functools.cache
def _mistakes(path):
    """Return the statements of a file of mistakes."""
    return ast.parse(re.sub(r"from backproof\.[\w.]+ import .*\n", _MARK, path.read_text())).body


def _needed_for(name, path):
    """Return the text of a file of mistakes without those that a certain one is not made of.

    The whole file takes longer to import than the replay.
    """
    statements = [each for each in _mistakes(path) if not isinstance(each, ast.Expr)]
    mistakes = {
        each.name: each
        for each in statements
        if isinstance(each, ast.FunctionDef) and each.decorator_list and each.name != name
    }
    kept = [each for each in statements if getattr(each, "name", "") not in mistakes]
    waiting = [*kept]
    while waiting:
        names = {node.id for node in ast.walk(waiting.pop()) if isinstance(node, ast.Name)}
        waiting += [mistakes.pop(used) for used in names & mistakes.keys()]
    left = {id(each) for each in mistakes.values()}
    return ast.unparse(ast.Module([each for each in statements if id(each) not in left], []))


def _require_importable(handed_in, wrong):
    """Import the wrong function; code that cannot be imported would fail every property."""
    local = LocalSubmission(handed_in, [wrong.unit])
    local.function(wrong.unit, wrong.target.partition(".")[2])
    local.close()


def survivors(assignment, unit, claims_of):
    """Replay the claims of each mistake of a unit on it; return the claims that did not fail.

    Args:
        assignment: The assignment with the mistakes.
        unit: The unit.
        claims_of: Returns the properties to replay for a mistake.

    """
    reference = read_submission(assignment.reference, assignment.units)
    mistakes = [wrong for wrong in load_misconceptions(assignment) if wrong.unit == unit][::STEP]
    assert mistakes

    def work(suite):
        book = draw(suite, shelf=Shelf(assignment, "grade", 0))
        servers = ServerPool(assignment)
        found = []
        for wrong in mistakes:
            claims = set(claims_of(wrong))
            if not claims:
                continue
            handed_in = handed_in_with(wrong, reference, assignment)
            _require_importable(handed_in, wrong)
            with ConfinedSubmission(handed_in, assignment, servers=servers) as submission:
                suite.use(submission)
                failed = {
                    each.name
                    for each in suite.properties
                    if each.name in claims and not _passes(book.replay(each, submission))
                }
            found += [(wrong.name, name) for name in claims - failed]
        servers.close()
        return found

    return with_suite(assignment, work, profile="grade", units=[unit])


def _passes(record):
    return record is not None and record.status == PASSED


@each_unit
def test_replays_fail_misconceptions(assignment, unit):
    """A class is graded by replay, so a mistake must not earn points there: a claim fails."""
    assert survivors(assignment, unit, lambda wrong: wrong.caught_by[:1]) == []


@pytest.mark.exhaustive
@each_unit
def test_replays_fail_all_other_claims(assignment, unit):
    """As above, for the claims that are left out there."""
    assert survivors(assignment, unit, lambda wrong: wrong.caught_by[1:]) == []
