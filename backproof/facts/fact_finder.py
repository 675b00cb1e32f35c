"""Find the facts about the failures of a submission.

A fact is an observation that holds in all recorded cases of a failed property: "in all 30 cases
your dW is the required one divided by m". It says nothing about the cause, and needs neither a
reference nor a catalogue of mistakes.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis.errors import HypothesisException

from backproof.assignment.config import Assignment
from backproof.facts.conditions import JudgedCase, find_condition
from backproof.facts.observation import NO_SIGNATURE, Observation, known_arguments, observe
from backproof.facts.quantities import quantities
from backproof.facts.signatures import signatures
from backproof.facts.statements import group_name, statements
from backproof.failure_kinds import EXCEPTION, WRONG
from backproof.grades.comparisons import Comparison, on_compared
from backproof.grades.outcomes import FAILED, PASSED
from backproof.submission.base import Call, Submission
from backproof.submission.messages import SubmissionEnded, SubmissionUnavailable
from backproof.submission.time_limit import time_limit
from backproof.suite.cases import own_copy
from backproof.suite.property import Case, PropertyRun

# Failures of other kinds, such as a crash, have no result to compare.
_COMPARABLE = (WRONG, EXCEPTION)
_MAX_CASES, _MAX_FACTS = 30, 3
_MIN_SECONDS = 0.1


@dataclasses.dataclass
class _Rerun:
    """A case that was run again: what it compared, what it called, and how it ended."""

    comparisons: list[tuple[Comparison, Sequence[Call]]]
    journal: Sequence[Call]
    failure: Exception | None


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
        for run in runs:
            facts: list[str] = []
            if run.record.status == FAILED and run.record.kind in _COMPARABLE:
                facts = self._facts_or_problem(run, submission)
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
        reruns = self._rerun(run, submission)
        groups: dict[str, list[Observation]] = {}
        for number, rerun in enumerate(reruns):
            for comparison, journal in rerun.comparisons:
                observation = observe(
                    number, comparison, journal, self._signatures, self._assignment.opaque
                )
                groups.setdefault(group_name(comparison.what), []).append(observation)
        found: list[str] = []
        for what, observations in groups.items():
            found += statements(what, observations, len(reruns))
        explains_all = any(fact.startswith(f"In all {len(reruns)} cases") for fact in found)
        return found if explains_all else found + self._condition(reruns)

    def _rerun(self, run: PropertyRun, submission: Submission) -> list[_Rerun]:
        """Run a property on its cases again; return nothing if results change by themselves."""
        reruns: list[_Rerun] = []
        if self._seconds_left <= 0:
            return reruns
        cases = run.cases()[:_MAX_CASES]
        begin = time.monotonic()
        submission.begin_property(run.property.unit)
        try:
            with time_limit(max(self._seconds_left, _MIN_SECONDS)):
                for case in cases:
                    rerun = _run(run, case, submission)
                    if rerun is not None:
                        reruns.append(rerun)
                for case in cases[:2]:
                    again = _run(run, case, submission)
                    if again is not None and not _is_repeated(again, reruns):
                        return []
        except (SubmissionEnded, SubmissionUnavailable):
            pass  # the cases before count
        finally:
            self._seconds_left -= time.monotonic() - begin
        return reruns

    def _condition(self, reruns: Sequence[_Rerun]) -> list[str]:
        """Return what the cases that fail have in common."""
        failing = [rerun for rerun in reruns if rerun.failure is not None and rerun.journal]
        functions = {rerun.journal[-1].function for rerun in failing}
        if len(functions) != 1:
            return []
        [function] = functions
        judged = [case for rerun in reruns if (case := self._judged(rerun, function))]
        if len(judged) < len(reruns):
            return []
        condition = find_condition(judged)
        if condition is None:
            return []
        return [str(condition)]

    def _judged(self, rerun: _Rerun, function: str) -> JudgedCase | None:
        # The first call, as a case that fails makes fewer of them than one that passes.
        first = next((call for call in rerun.journal if call.function == function), None)
        if first is None:
            return None
        arguments = known_arguments(first, (), self._signatures, self._assignment.opaque)
        signature = self._signatures.get(function, NO_SIGNATURE)
        return JudgedCase(
            rerun.failure is not None, arguments, quantities(arguments, signature, step=1)
        )


def _run(run: PropertyRun, case: Case, submission: Submission) -> _Rerun | None:
    """Run a property on one case; ``None`` if the property rejects it."""
    comparisons: list[tuple[Comparison, Sequence[Call]]] = []

    def keep(comparison: Comparison) -> None:
        # A wrong shape is reported again where values are required, too.
        if not comparisons or comparisons[-1][0].source is not comparison.source:
            comparisons.append((comparison, tuple(submission.journal)))

    submission.begin_case()
    failure = None
    on_compared.append(keep)
    try:
        run.property.body(**_arguments(case, submission))
    except HypothesisException:
        return None
    except pytest.skip.Exception:
        return None
    except Exception as exception:
        failure = exception
    finally:
        on_compared.remove(keep)
    return _Rerun(comparisons, submission.journal, failure)


def _arguments(case: Case, submission: Submission) -> Mapping[str, Any]:
    return {**own_copy(case), "submission": submission}


def _is_repeated(again: _Rerun, reruns: Sequence[_Rerun]) -> bool:
    """Return whether a case has had the same results before."""
    with contextlib.suppress(ValueError):
        return any(
            len(again.comparisons) == len(rerun.comparisons)
            and all(
                np.array_equal(one.returned, other.returned, equal_nan=True)
                for (one, _), (other, _) in zip(again.comparisons, rerun.comparisons, strict=True)
            )
            and (again.failure is None) == (rerun.failure is None)
            for rerun in reruns
        )
    return False


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
