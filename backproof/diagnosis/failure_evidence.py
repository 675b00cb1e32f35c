"""Run failed properties on a submission again, to trace what it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from backproof.assignment.config import Assignment
from backproof.diagnosis.allowance import Allowance
from backproof.diagnosis.call_trace import TracedCase, TracedSubmission, trace_case
from backproof.submission.base import Submission
from backproof.submission.messages import SubmissionEnded, SubmissionUnavailable
from backproof.suite.property import Case, PropertyRun

# Failing cases distinguish a mistake from correct code; a few passing ones can rule it out, too.
_MAX_FAILING_CASES, _MAX_PASSING_CASES = 8, 4
# Of functions that so many properties failed on before, a further property needs only a few cases.
_MANY_PROPERTIES, _FEW_CASES = 6, 2
# Each call of a case is made again for every candidate.
_MAX_CALLS = 200


@dataclass(frozen=True, eq=False)
class FailureEvidence:
    """A property that failed, and what the submission did in some of its cases.

    Attributes:
        run: The failed property.
        traces: Traced cases of it, those that failed first.

    """

    run: PropertyRun
    traces: Sequence[TracedCase]

    @property
    def is_long(self) -> bool:
        """Whether the calls of its cases are too many to be made again and again."""
        return any(len(trace.calls) > _MAX_CALLS for trace in self.traces)

    def calls(self, function: str) -> bool:
        """Return whether the property called the function."""
        return any(call.function == function for trace in self.traces for call in trace.calls)

    def is_random(self, function: str) -> bool:
        """Return whether the function was passed a random generator."""
        return any(
            call.function == function and call.is_random
            for trace in self.traces
            for call in trace.calls
        )


class EvidenceCollector:
    """Collects evidence from the failed properties of one submission.

    Args:
        assignment: The assignment that the submission belongs to.
        submission: The submission.

    """

    def __init__(self, assignment: Assignment, submission: Submission) -> None:
        self._assignment = assignment
        self._submission = submission
        self._allowance = Allowance(assignment)
        self._collected: Counter[str] = Counter()  # properties, by the functions that they called

    @property
    def has_time(self) -> bool:
        """Whether another property can be run."""
        return self._allowance.is_left

    def collect(self, run: PropertyRun, cases: Sequence[Case]) -> FailureEvidence:
        """Trace the submission in cases of a property, until enough of them fail."""
        failing: list[TracedCase] = []
        passing: list[TracedCase] = []
        is_known = all(self._collected[f] >= _MANY_PROPERTIES for f in run.record.functions)
        most = _FEW_CASES if is_known else _MAX_FAILING_CASES
        self._collected.update(run.record.functions)
        body = run.property.body
        self._submission.begin_property(run.property.unit)
        try:
            with self._allowance.limited():
                for case in cases:
                    self._submission.begin_case()
                    traced = TracedSubmission(self._submission, self._assignment)
                    trace = trace_case(traced, body, case)
                    self._allowance.take(len(traced.calls))
                    if trace is None:
                        continue
                    (failing if trace.failed else passing).append(trace)
                    if len(failing) >= most or not self.has_time:
                        break
        except (SubmissionEnded, SubmissionUnavailable):
            pass  # the cases before can still be compared
        return FailureEvidence(run, [*failing, *passing[: min(most, _MAX_PASSING_CASES)]])
