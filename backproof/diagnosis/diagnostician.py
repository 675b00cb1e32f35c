"""Which known mistakes behave like a submission: compared call by call, never guessed.

The cases of a property that failed are run on the submission once more and every call is written
down. Then they are run on the reference with one function replaced by a known mistake. A mistake
is named if in all these cases what it returns equals what the student's code returned, and if no
other mistake does. Random functions that draw their numbers in another way are compared by the
statistics that the properties take.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import Misconception, load_misconceptions, load_variants
from backproof.diagnosis.search import Candidate, Search
from backproof.diagnosis.stand_in import Replacements
from backproof.failure_kinds import EXCEPTION, NONDETERMINISTIC, WRONG
from backproof.grades.outcomes import FAILED, PASSED
from backproof.grades.property_record import PropertyRecord
from backproof.submission.base import Submission
from backproof.suite.property import PropertyRun

# Kinds of failures in which the submission did something that can be compared.
_COMPARABLE = (WRONG, EXCEPTION, NONDETERMINISTIC)


class Diagnostician:
    """Names the known mistakes of one submission after another.

    Args:
        assignment: Its reference and its misconceptions; without either nothing is named.

    Attributes:
        problems: What went wrong with the last submission, a line each.

    """

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._known: dict[str, list[Candidate]] = {}
        self._variants: Replacements = {}
        self.problems: list[str] = []
        if assignment.reference.is_dir():
            self._variants = load_variants(assignment)
            for wrong in load_misconceptions(assignment):
                self._known.setdefault(wrong.target, []).extend(self._candidates(wrong))

    def diagnose(self, runs: Sequence[PropertyRun], submission: Submission) -> list[PropertyRecord]:
        """Give the records of runs, the mistakes behind those that failed named.

        A fault of ours costs the names and no more; ``problems`` says so.
        """
        self.problems = []
        try:
            behind = self.examine(runs, submission)
        except Exception as error:
            self.problems = [f"no mistakes are named, by a fault of ours: {type(error).__name__}"]
            behind = {}
        return [
            dataclasses.replace(run.record, mistakes=behind.get(run.property.id, {}))
            for run in runs
        ]

    def examine(
        self, runs: Sequence[PropertyRun], submission: Submission
    ) -> dict[str, dict[str, str]]:
        """Find the mistakes behind the failures of a submission.

        Args:
            runs: All properties that were run on it, in the order of their units.
            submission: What they were run on; those that failed are run on it again.

        Returns:
            The names of the mistakes behind each item that failed, each with what to say of it.

        """
        failed = [
            run for run in runs if run.record.status == FAILED and run.record.kind in _COMPARABLE
        ]
        if not self._known or not failed:
            return {}
        left = self._not_ruled_out(runs)
        search = Search(self._assignment, left, self._variants, submission)
        try:
            for run in failed:
                search.add(run)
            return search.settle()
        finally:
            search.close()

    def _candidates(self, wrong: Misconception) -> list[Candidate]:
        """Give a mistake under each convention that its own function may follow."""
        functions = (wrong.function, *wrong.variants)
        return [Candidate(wrong, {wrong.target: function}) for function in functions]

    def _not_ruled_out(self, runs: Iterable[PropertyRun]) -> dict[str, list[Candidate]]:
        """Give the mistakes of each function that fail nothing of what was passed."""
        statuses: dict[str, set[str]] = {}
        for run in runs:
            statuses.setdefault(run.record.property, set()).add(run.record.status)
        passed = {name for name, found in statuses.items() if found == {PASSED}}
        return {
            target: [each for each in all_of_it if not passed & set(each.wrong.caught_by)]
            for target, all_of_it in self._known.items()
        }
