"""Find the facts about the failures of a submission.

A fact is an observation that holds in all recorded cases of a failed property: "in all 30 cases
your dW is the required one divided by m". It says nothing about the cause, and needs neither a
reference nor a catalogue of mistakes.
"""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Sequence

from backproof.assignment.config import Assignment
from backproof.facts.property_facts import PropertyFacts
from backproof.facts.signatures import signatures
from backproof.failure_kinds import EXCEPTION, WRONG
from backproof.grades.outcomes import FAILED, PASSED
from backproof.grades.prerequisites import matches
from backproof.submission.base import Submission
from backproof.submission.messages import SubmissionEnded, SubmissionUnavailable
from backproof.submission.time_limit import time_limit
from backproof.suite.property import PropertyRun

# Failures of other kinds, such as a crash, have no result to compare.
_COMPARABLE = (WRONG, EXCEPTION)
_MAX_FACTS = 3
# Failed properties of the same functions of which facts are sought, and those in a unit that builds
# on another one with failures. The first ones in a file are the most direct.
_MAX_PROPERTIES, _MAX_BLOCKED = 3, 1
_MIN_SECONDS = 0.1


class FactFinder:
    """Finds facts about the failures of submissions of one assignment.

    All failures of a submission together may take as long as one property.

    Attributes:
        problems: Messages about internal errors of the last search.

    """

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._signatures = signatures(assignment.template)
        self._seconds_left = 0.0
        self.problems: list[str] = []

    def add_facts(self, runs: Sequence[PropertyRun], submission: Submission) -> list[PropertyRun]:
        """Return the runs with facts in the records of those that failed.

        An internal error does not change the grade: no fact is stated, and ``problems`` says so.
        """
        self.problems = []
        self._seconds_left = self._assignment.seconds_per_property
        added = []
        sought: Counter[tuple[str, tuple[str, ...]]] = Counter()
        failed = [run.record for run in runs if run.record.status == FAILED]
        alone = {record.blamed[0] for record in failed if len(record.blamed) == 1}
        for run in runs:
            facts: list[str] = []
            if run.record.status == FAILED and run.record.kind in _COMPARABLE:
                may_follow = any(matches(name, run.record.relies_on) for name in alone)
                most = _MAX_BLOCKED if may_follow else _MAX_PROPERTIES
                key = run.record.unit, run.record.functions
                sought[key] += 1
                facts = self._facts_or_problem(run, submission) if sought[key] <= most else []
                facts += _parameters_that_fail(run, runs)
            record = dataclasses.replace(run.record, facts=tuple(facts[:_MAX_FACTS]))
            added.append(dataclasses.replace(run, record=record))
        return added

    def _facts_or_problem(self, run: PropertyRun, submission: Submission) -> list[str]:
        try:
            return self._find_facts(run, submission)
        except Exception as error:
            self.problems = [f"some facts are not stated: internal error {type(error).__name__}"]
            return []

    def _find_facts(self, run: PropertyRun, submission: Submission) -> list[str]:
        if self._seconds_left <= 0:
            return []
        facts = PropertyFacts(run, submission, self._signatures, self._assignment.opaque)
        cases = run.cases()
        begin = time.monotonic()
        submission.begin_property(run.property.unit)
        try:
            with time_limit(max(self._seconds_left, _MIN_SECONDS)):
                return facts.find(cases)
        except (SubmissionEnded, SubmissionUnavailable):
            return []
        finally:
            self._seconds_left -= time.monotonic() - begin


def _parameters_that_fail(run: PropertyRun, runs: Sequence[PropertyRun]) -> list[str]:
    """Return which sets of a property's parameters fail, if others pass with the same functions."""
    records = [each.record for each in runs if each.record.property == run.record.property]
    failed = [record.parameters for record in records if record.status == FAILED]
    passed = [record.parameters for record in records if record.status == PASSED]
    if not passed or "" in (*failed, *passed) or len(failed) + len(passed) < len(records):
        return []
    if len({record.functions for record in records}) > 1:
        return []  # the parameters are names of functions, and a function fails for itself
    if len(failed) == 1:
        return [f"It fails with {failed[0]} only, and holds with the {_count(passed)}."]
    if len(passed) == 1:
        return [f"It holds with {passed[0]} only, and fails with the {_count(failed)}."]
    return []


def _count(parameters: Sequence[str]) -> str:
    return f"{len(parameters)} others" if len(parameters) > 1 else f"other, {parameters[0]}"
