"""Run failed properties on a submission again, to trace what it does and where it goes wrong."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backproof.assignment.config import Assignment
from backproof.diagnosis.call_trace import Placeholder, TracedCase, TracedSubmission, trace_case
from backproof.diagnosis.reference_variant import ReferenceVariant, Replacements, Verdict
from backproof.submission.base import Submission
from backproof.submission.messages import SubmissionEnded, SubmissionUnavailable
from backproof.submission.time_limit import time_limit
from backproof.suite.property import PropertyRun

# Failing cases distinguish a mistake from correct code; a few passing ones can rule it out, too.
_MAX_FAILING_CASES, _MAX_PASSING_CASES = 8, 4
_MIN_SECONDS = 0.1


@dataclass(frozen=True)
class ComparedCase:
    """A traced case of a submission, and for each call the verdict of correct code."""

    trace: TracedCase
    verdicts: Sequence[Verdict]

    @property
    def is_correct(self) -> bool:
        """Whether the submission did in this case exactly what correct code does."""
        return all_same(self.verdicts)


@dataclass(frozen=True)
class FailureEvidence:
    """A property that failed, and what the submission did in its cases.

    Attributes:
        run: The failed property.
        cases: Traced cases of it.
        convention: The replacements that make the reference follow the submission's convention.
        base: ``convention`` with the mistakes that were found before in other units.
        suspects: The functions that did not return what correct code returns, and those that
            returned an object that such a call was passed.

    """

    run: PropertyRun
    cases: Sequence[ComparedCase]
    convention: Replacements
    base: Replacements
    suspects: frozenset[str]

    def is_random(self, function: str) -> bool:
        """Return whether the function was passed a random generator."""
        return any(
            call.function == function
            and any(argument is Placeholder.GENERATOR for argument in call.arguments)
            for case in self.cases
            for call in case.trace.calls
        )


class EvidenceCollector:
    """Collects evidence from the failed properties of one submission.

    All failures of the submission together may take as long as one property.

    Args:
        assignment: The assignment that the submission belongs to.
        submission: The submission.
        reference: It runs correct code.
        variants: Correct functions under conventions that differ from the reference's.

    """

    def __init__(
        self,
        assignment: Assignment,
        submission: Submission,
        reference: ReferenceVariant,
        variants: Replacements,
    ) -> None:
        self._assignment = assignment
        self._submission = submission
        self._reference = reference
        self._variants = variants
        self._seconds_left = assignment.seconds_per_property

    @property
    def has_time(self) -> bool:
        """Whether another property can be run."""
        return self._seconds_left > 0

    def collect(self, run: PropertyRun, mistakes: Replacements) -> FailureEvidence:
        """Run a failed property again and compare the submission with correct code.

        Args:
            run: The failed property.
            mistakes: Mistakes of other units, which are no fault of the unit of this property:
                correct code of the unit is compared in their presence.

        """
        unit = run.property.unit
        variants = {t: f for t, f in self._variants.items() if t.partition(".")[0] == unit}
        conventions: list[Replacements] = [{}, variants] if variants else [{}]
        bases = [{**mistakes, **convention} for convention in conventions]
        compared = self._compare(run, bases)
        # The submission follows the convention under which more of its calls are correct.
        best = max(range(len(bases)), key=lambda index: _count_same(compared[index]))
        failing = [case for case in compared[best] if not case.is_correct]
        passing = [case for case in compared[best] if case.is_correct]
        cases = [*failing, *passing[: _MAX_PASSING_CASES if failing else _MAX_FAILING_CASES]]
        return FailureEvidence(run, cases, conventions[best], bases[best], _suspects(cases))

    def _compare(self, run: PropertyRun, bases: Sequence[Replacements]) -> list[list[ComparedCase]]:
        """Trace the submission in the cases of a property, until enough of them fail.

        Returns:
            For each of ``bases`` the cases, compared with that variant of the reference.

        """
        compared: list[list[ComparedCase]] = [[] for _ in bases]
        failing = 0
        body, cases = run.property.body, run.cases()
        begin = time.monotonic()
        self._submission.begin_property(run.property.unit)
        try:
            with time_limit(max(self._seconds_left, _MIN_SECONDS)):
                for case in cases:
                    self._submission.begin_case()
                    traced = TracedSubmission(self._submission, self._assignment)
                    trace = trace_case(traced, body, case)
                    if trace is None:
                        continue
                    verdicts = [self._reference.verdicts(body, trace, base) for base in bases]
                    for of_base, each in zip(compared, verdicts, strict=True):
                        of_base.append(ComparedCase(trace, each))
                    failing += not any(map(all_same, verdicts))
                    if failing >= _MAX_FAILING_CASES:
                        break
        except (SubmissionEnded, SubmissionUnavailable):
            pass  # the cases before can still be compared
        self._seconds_left -= time.monotonic() - begin
        return compared


def all_same(verdicts: Iterable[Verdict]) -> bool:
    """Return whether all calls of a case returned the same."""
    return all(verdict is Verdict.SAME for verdict in verdicts)


def _count_same(cases: Iterable[ComparedCase]) -> int:
    return sum(verdict is Verdict.SAME for case in cases for verdict in case.verdicts)


def _suspects(cases: Iterable[ComparedCase]) -> frozenset[str]:
    return frozenset(
        function
        for case in cases
        for index, verdict in enumerate(case.verdicts)
        if verdict is not Verdict.SAME
        for function in case.trace.functions_behind(index)
    )
