"""Find the functions that are not the cause of a failure, although the failed property calls them.

A function is not the cause if right code in its place does the same. So the failing cases are run
on the reference, in which all functions that failed anywhere are replaced by the submission's own,
except for the one in question. If each call of that one returns what it returned in the submission,
the failure comes from the others. So it does if its results are those of right code anyway, and
those of another function are not.

A wrong function would be cleared, too, if the others hide what it does: where they return nothing
but NaN or one number, right and wrong code may agree. Such results clear nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.assignment.config import Assignment
from backproof.assignment.credit import Credit
from backproof.diagnosis.allowance import Allowance
from backproof.diagnosis.call_trace import TracedCase
from backproof.diagnosis.failure_evidence import FailureEvidence
from backproof.diagnosis.reference_variant import ReferenceVariant, Replacements, Verdict
from backproof.diagnosis.whole_run import all_same, verdicts_of_run
from backproof.submission.base import Submission
from backproof.submission.messages import SubmissionEnded, SubmissionUnavailable

# A wrong function that agrees with right code in so many failing cases would be an accident.
_MAX_CASES = 4
# Results that hold at least so many different numbers, neither 0 nor infinite, say something.
_MIN_NUMBERS = 2


@dataclass(frozen=True)
class ComparedCase:
    """A traced case of a submission, compared with correct code.

    Attributes:
        trace: The trace of the submission.
        verdicts: The verdicts of correct code on its calls.
        replaced: The replacements in that code which could make a difference.

    """

    trace: TracedCase
    verdicts: Sequence[Verdict]
    replaced: Replacements

    @property
    def is_correct(self) -> bool:
        """Whether the submission did in this case exactly what correct code does."""
        return all_same(self.verdicts)


class Blame:
    """Tells the causes of failures from the other functions that the failed properties call.

    Args:
        assignment: The assignment that the submission belongs to.
        submission: The submission.
        reference: It runs right code.
        own: The functions, as ``"unit.name"``, that may do something else than the reference's:
            some property failed on them, or they are right under several conventions.
        evidence: All failed properties.
        dependencies: For each function of the reference all functions that it may call.

    """

    def __init__(
        self,
        assignment: Assignment,
        submission: Submission,
        reference: ReferenceVariant,
        own: Collection[str],
        evidence: Sequence[FailureEvidence],
        dependencies: Mapping[str, Collection[str]],
    ) -> None:
        self._dependencies = dependencies
        self._credit = assignment.credit
        self._submission = submission
        self._reference = reference
        # The submission's convention, which need not be the reference's, is in its own functions.
        self._own = {
            name: self._function(name) for name in _with_partners(own, evidence, self._credit)
        }
        self._has_raised = False
        self._allowance = Allowance(assignment)

    def cleared(
        self, evidence: FailureEvidence, convention: Replacements, base: Replacements
    ) -> tuple[str, ...]:
        """Return the functions of the property's unit that are not the cause of its failure.

        Args:
            evidence: The failed property.
            convention: The replacements that make the reference follow the submission's convention.
            base: ``convention`` with the known mistakes of other units.

        """
        unit = evidence.run.property.unit
        body = evidence.run.property.body
        cases = (
            ComparedCase(
                trace,
                verdicts_of_run(self._reference, body, trace, base, _first_calls(trace, evidence)),
                self._replaced(trace, base),
            )
            for trace in evidence.traces
        )
        failing = list(itertools.islice((c for c in cases if not c.is_correct), _MAX_CASES))
        if not failing and base != convention:
            # With the known mistakes of other units, right code does the same in all cases.
            failing = [
                ComparedCase(trace, [Verdict.SAME] * len(trace.calls), self._replaced(trace, base))
                for trace in evidence.traces[:_MAX_CASES]
            ]
        if not failing:
            return ()
        called = {self._credit.whole(c.function) for case in failing for c in case.trace.calls}
        names = {n for n in evidence.run.record.functions if n.partition(".")[0] == unit}
        wholes = {self._credit.whole(name) for name in names}
        innocent = self._innocent(wholes & called, failing, evidence, convention)
        # A function that was not called before the failure cannot have caused it.
        cleared = innocent | (wholes - called)
        return tuple(sorted(name for name in names if self._credit.whole(name) in cleared))

    def _innocent(
        self,
        called: Set[str],
        failing: Sequence[ComparedCase],
        evidence: FailureEvidence,
        convention: Replacements,
    ) -> Set[str]:
        """Return those of the called functions that are not the cause of a failure."""
        if self._can_replace(called, failing, evidence, convention):
            return called  # the cause is in other units
        if evidence.is_long:  # to try each function by itself would take too long
            return frozenset()
        right = {
            name
            for name in called - _behind_wrong_calls(failing, self._credit)
            if _returns_the_right(name, failing, self._credit)
        }
        replaceable = {
            name for name in called if self._can_replace({name}, failing, evidence, convention)
        }
        # A function may return an opaque object that is wrong, although everything else that it
        # returns is right. If every function is either right or replaceable, such an object may be
        # the cause, so only the replaceable functions are cleared.
        if called <= right | replaceable:
            return replaceable
        return right | replaceable

    def _can_replace(
        self,
        names: Set[str],
        failing: Sequence[ComparedCase],
        evidence: FailureEvidence,
        convention: Replacements,
    ) -> bool:
        """Return whether right code in the place of some functions does the same in all cases."""
        others = {n: f for n, f in self._own.items() if self._credit.whole(n) not in names}
        if not others or not self._allowance.is_left:
            return False
        says_something = all(_say_something(self._results(name, failing)) for name in names)
        replacements = {**convention, **others}
        self._has_raised = False
        try:
            with self._allowance.limited():
                self._submission.begin_property(evidence.run.property.unit)
                same = all(self._agrees(names, case, evidence, replacements) for case in failing)
        except (SubmissionEnded, SubmissionUnavailable):
            return False
        # An exception of right code says something, one of the submission hides what it does.
        raises = any(call.exception for case in failing for call in case.trace.calls)
        return same and (says_something or (raises and not self._has_raised))

    def _agrees(
        self,
        names: Set[str],
        case: ComparedCase,
        evidence: FailureEvidence,
        replacements: Replacements,
    ) -> bool:
        """Return whether all calls that depend on some functions return the same."""
        deciding = {
            index
            for index, behind in enumerate(case.trace.functions_behind)
            if names & set(map(self._credit.whole, behind))
        }
        if self._replaced(case.trace, replacements) == case.replaced:
            verdicts = case.verdicts
        else:
            self._submission.begin_case()
            body = evidence.run.property.body
            verdicts = verdicts_of_run(self._reference, body, case.trace, replacements, deciding)
        return all(verdicts[index] is Verdict.SAME for index in deciding)

    def _replaced(self, trace: TracedCase, replacements: Replacements) -> Replacements:
        """Return the replacements of functions that may be called in a traced case."""
        called = {call.function for call in trace.calls}
        used = called.union(*(self._dependencies.get(name, ()) for name in called))
        return {name: function for name, function in replacements.items() if name in used}

    def _results(self, whole: str, failing: Sequence[ComparedCase]) -> Iterator[Any]:
        for case in failing:
            for call in case.trace.calls:
                if self._credit.whole(call.function) == whole:
                    yield call.result
                    yield call.items

    def _function(self, name: str) -> Callable[..., Any]:
        """Return a function that calls the submission's, for use in the reference."""
        unit, _, function = name.partition(".")

        def call(*arguments: Any, **keywords: Any) -> Any:
            self._allowance.take(1)
            try:
                return self._submission.call(unit, function, arguments, keywords, False).result
            except Exception as error:
                self._has_raised = True
                # The student's own exception, where it is at hand, is reported as in their code.
                raise error.__cause__ or error from None

        return call


def _with_partners(
    functions: Collection[str], evidence: Sequence[FailureEvidence], credit: Credit
) -> set[str]:
    """Return functions, and all that share an object with one, which only they understand."""
    partners = {
        behind for each in evidence for trace in each.traces for behind in trace.functions_behind
    }
    by_whole: dict[str, set[str]] = {}
    for part, whole in credit.parts.items():
        by_whole.setdefault(whole, {whole}).add(part)
    partners |= {frozenset(group) for group in by_whole.values()}
    found = set(functions)
    while more := set().union(*(group for group in partners if group & found)) - found:
        found |= more
    return found


def _first_calls(trace: TracedCase, evidence: FailureEvidence) -> range:
    """Return the calls the first difference in which says enough: all those of a long case."""
    return range(len(trace.calls) if evidence.is_long else 0)


def _returns_the_right(whole: str, failing: Sequence[ComparedCase], credit: Credit) -> bool:
    """Return whether all that a function and its parts visibly return is what right code does."""
    return all(
        verdict is Verdict.SAME
        for case in failing
        for call, verdict in zip(case.trace.calls, case.verdicts, strict=True)
        if credit.whole(call.function) == whole
    )


def _behind_wrong_calls(failing: Sequence[ComparedCase], credit: Credit) -> set[str]:
    """Return the functions of whose objects, which only others can read, a wrong call got one."""
    return {
        credit.whole(maker)
        for case in failing
        for index, verdict in enumerate(case.verdicts)
        if verdict is not Verdict.SAME
        for maker in case.trace.functions_behind[index]
        if credit.whole(maker) != credit.whole(case.trace.calls[index].function)
    }


def _say_something(results: Iterator[Any]) -> bool:
    """Return whether results hold different numbers, so that wrong code would be noticed."""
    numbers: set[float] = set()
    for result in results:
        numbers.update(_numbers_in(result))
        if len(numbers) >= _MIN_NUMBERS:
            return True
    return False


def _numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, tuple):
        for part in value:
            yield from _numbers_in(part)
    elif isinstance(value, float | np.ndarray | np.generic):
        numbers = np.ravel(np.asarray(value))
        if numbers.dtype.kind == "f":
            different = np.unique(numbers[np.isfinite(numbers) & (numbers != 0)])
            yield from different[:_MIN_NUMBERS].tolist()
