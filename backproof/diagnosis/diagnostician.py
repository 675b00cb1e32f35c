"""Name the known mistakes behind the failures of a submission.

A mistake is named only if the submission behaves exactly like it. The cases of a failed property
are run on the submission again and its calls are traced; then known mistakes are called in the same
way. ``search`` describes the comparison.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import (
    convention_of,
    load_misconceptions,
    load_variants,
)
from backproof.diagnosis.candidate import Candidate
from backproof.diagnosis.search import Search
from backproof.failure_kinds import EXCEPTION, NONDETERMINISTIC, WRONG
from backproof.grades.outcomes import FAILED, PASSED
from backproof.grades.property_record import PropertyRecord
from backproof.submission.base import Submission
from backproof.suite.property import PropertyRun

# After a failure of another kind, such as a crash, there is no result to compare.
_COMPARABLE = (WRONG, EXCEPTION, NONDETERMINISTIC)


class Diagnostician:
    """Names the known mistakes of submissions of one assignment.

    Without a reference or misconceptions in the assignment, it names none.

    Attributes:
        problems: Messages about internal errors of the last diagnosis.

    """

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._candidates: dict[str, list[Candidate]] = {}
        self._variants: dict[str, list[tuple[str, Any]]] = {}
        self._signatures: dict[Any, bool] = {}
        self.problems: list[str] = []
        self._has_reference = assignment.reference.is_dir()
        if self._has_reference:
            self._variants = load_variants(assignment)
            for wrong in load_misconceptions(assignment):
                self._candidates.setdefault(wrong.target, []).extend(
                    Candidate(wrong, function, convention_of(function))
                    for function in (wrong.function, *wrong.variants)
                )

    def diagnose(self, runs: Sequence[PropertyRun], submission: Submission) -> list[PropertyRecord]:
        """Return the records of runs; those that failed have the mistakes and their causes.

        After an internal error no mistake is named and no function cleared, and ``problems`` says
        so.
        """
        self.problems = []
        try:
            found = self._find(runs, submission)
        except Exception as error:
            self.problems = [f"no mistakes are named: internal error {type(error).__name__}"]
            found = {}
        return [dataclasses.replace(run.record, **found.get(run.property.id, {})) for run in runs]

    def _find(
        self, runs: Sequence[PropertyRun], submission: Submission
    ) -> dict[str, dict[str, Any]]:
        """Return the fields of the records of the failed properties, by their ids."""
        failed = [
            run for run in runs if run.record.status == FAILED and run.record.kind in _COMPARABLE
        ]
        if not self._has_reference or not failed:
            return {}
        possible = self._possible_candidates(runs)
        search = Search(
            self._assignment, possible, self._variants, submission, runs, self._signatures
        )
        try:
            for run in failed:
                search.add(run)
            found = search.conclude(_failed_functions(runs))
        finally:
            search.close()
        return {
            name: {"mistakes": mistakes, "cleared": cleared}
            for name, (mistakes, cleared) in found.items()
        }

    def _possible_candidates(self, runs: Sequence[PropertyRun]) -> dict[str, list[Candidate]]:
        """Return the candidates that fail no property that the submission has passed."""
        names = {run.record.property for run in runs}
        # A property has passed if it passed with all sets of its parameters.
        passed = names - {run.record.property for run in runs if run.record.status != PASSED}
        return {
            target: [each for each in candidates if not passed & set(each.misconception.caught_by)]
            for target, candidates in self._candidates.items()
        }


def _failed_functions(runs: Sequence[PropertyRun]) -> set[str]:
    """Return the functions that some property did not pass on."""
    return {name for run in runs if run.record.status != PASSED for name in run.record.functions}
