"""Search for the known mistakes that explain the failures of one submission.

A *candidate* is a known mistake under one convention. The reference with a candidate in place of
its own function is run on the cases on which the submission failed:

1. A candidate is ruled out if any of its results differs from the submission's for equal arguments.
2. A candidate is confirmed if it agrees with the submission in a call in which correct code
   does not.
3. A mistake is named if it is the only one of its function that is confirmed and not ruled out.
   If there are two, or none, no mistake is named: a wrong name would mislead the student.
4. A mistake is not named if the mistakes of other functions alone reproduce all that the
   submission did, since one function may call another.

A random function may draw its numbers in another order than the known mistake, so that no call can
be compared. Its mistakes are then compared by statistics and distributions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import Misconception
from backproof.diagnosis.blame import Blame
from backproof.diagnosis.call_trace import TracedCase
from backproof.diagnosis.distributions import (
    describe_deviation,
    deviates,
    deviations_match,
    same_distribution,
)
from backproof.diagnosis.failure_evidence import EvidenceCollector, FailureEvidence, all_same
from backproof.diagnosis.reference_variant import ReferenceVariant, Replacements, Verdict
from backproof.submission.base import Submission
from backproof.suite.property import PropertyRun


@dataclass(frozen=True, eq=False)
class Candidate:
    """A known mistake under one convention, and the functions of the reference that it replaces."""

    misconception: Misconception
    replacements: Replacements


class Search:
    """The search for the mistakes of one submission.

    Args:
        assignment: The assignment that the submission belongs to.
        candidates: The candidates of each function.
        variants: Correct functions under conventions that differ from the reference's.
        submission: The submission.

    """

    def __init__(
        self,
        assignment: Assignment,
        candidates: Mapping[str, list[Candidate]],
        variants: Replacements,
        submission: Submission,
    ) -> None:
        self._assignment = assignment
        self._submission = submission
        self._variants = variants
        self._candidates = candidates
        self._remaining = dict(candidates)
        self._confirmed: set[Candidate] = set()
        self._measurements: dict[str, str] = {}  # sentences, by the names of mistakes
        self._evidence: list[FailureEvidence] = []
        self._reference = ReferenceVariant(assignment)
        self._collector = EvidenceCollector(assignment, submission, self._reference, variants)

    def cleared(self, failed: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return for each property that was added the functions that are not its cause.

        Args:
            failed: The functions that some property failed on.

        """
        blame = Blame(self._assignment, self._submission, self._reference, failed, self._variants)
        return {each.run.property.id: blame.cleared(each) for each in self._evidence}

    def close(self) -> None:
        """Unload the reference."""
        self._reference.close()

    def add(self, run: PropertyRun) -> None:
        """Run a failed property again, and rule out the candidates that behave differently.

        Properties are added in the order of their units, so that the mistakes of one unit are
        found before units that build on it are examined. Nothing is run when the time is used up.
        """
        if not self._collector.has_time:
            return
        elsewhere = [
            candidate
            for candidate in self._sole_candidates().values()
            if candidate.misconception.unit != run.property.unit
        ]
        evidence = self._collector.collect(run, _replacements_of(elsewhere))
        self._evidence.append(evidence)
        for target in sorted(evidence.suspects & self._remaining.keys()):
            self._remaining[target] = [
                candidate
                for candidate in self._remaining[target]
                if self._is_consistent(candidate, evidence)
            ]

    def conclude(self) -> dict[str, dict[str, str]]:
        """Return the mistakes behind each failed property that was added.

        Returns:
            For the id of each property a dictionary from names of mistakes to descriptions.

        """
        named = self._without_consequences(self._sole_candidates())
        named |= self._random_candidates(named)
        mistakes: dict[str, dict[str, str]] = {}
        for evidence in self._evidence:
            suspected = [named[target] for target in named if target in evidence.suspects]
            mistakes[evidence.run.property.id] = {
                candidate.misconception.full_name: self._describe(candidate.misconception)
                for candidate in suspected or self._causes_elsewhere(evidence, named)
            }
        return mistakes

    def _sole_candidates(self) -> dict[str, Candidate]:
        """Return by function the confirmed candidate, where exactly one mistake is confirmed."""
        sole = {}
        for target, candidates in self._remaining.items():
            confirmed = [candidate for candidate in candidates if candidate in self._confirmed]
            if len({candidate.misconception.full_name for candidate in confirmed}) == 1:
                sole[target] = confirmed[0]
        return sole

    def _is_consistent(self, candidate: Candidate, evidence: FailureEvidence) -> bool:
        """Return whether no call rules a candidate out; confirm it if a call does."""
        target = candidate.misconception.target
        replacements = {**evidence.base, **candidate.replacements}
        for case in evidence.cases:
            verdicts = self._reference.verdicts(
                evidence.run.property.body, case.trace, replacements, until=target
            )
            for index, verdict in enumerate(verdicts):
                if target not in case.trace.functions_behind(index):
                    continue
                if verdict is Verdict.DIFFERENT:
                    return False
                if verdict is Verdict.SAME and case.verdicts[index] is not Verdict.SAME:
                    self._confirmed.add(candidate)
        return True

    def _without_consequences(self, named: dict[str, Candidate]) -> dict[str, Candidate]:
        """Leave out the candidates that are not needed to reproduce what the submission did.

        A function that calls a wrong one seems to be wrong itself. Units that come later build on
        earlier ones, so candidates are left out from the end.
        """
        needed = dict(named)
        for target in reversed(named):
            others = [needed[other] for other in needed if other != target]
            concerned = [each for each in self._evidence if target in each.suspects]
            if others and all(self._reproduce(others, evidence) for evidence in concerned):
                del needed[target]
        return needed

    def _reproduce(self, candidates: Iterable[Candidate], evidence: FailureEvidence) -> bool:
        """Return whether some candidates together do all that the submission did."""
        replacements = {**evidence.convention, **_replacements_of(candidates)}
        body = evidence.run.property.body
        return all(
            all_same(self._reference.verdicts(body, case.trace, replacements))
            for case in evidence.cases
        )

    def _causes_elsewhere(
        self, evidence: FailureEvidence, named: Mapping[str, Candidate]
    ) -> list[Candidate]:
        """Return the mistakes of functions that were not called directly but explain a failure.

        The named mistakes together must reproduce the failure; those without which it is not
        reproduced are its causes.
        """
        if not named or not evidence.cases or not self._reproduce(named.values(), evidence):
            return []
        return [
            candidate
            for target, candidate in named.items()
            if not self._reproduce([named[other] for other in named if other != target], evidence)
        ]

    def _random_candidates(self, named: Mapping[str, Candidate]) -> dict[str, Candidate]:
        """Return the mistakes of random functions that only statistics can identify.

        These are compared with all candidates, because a comparison of calls rules out every
        mistake that draws its numbers in another order than the submission.
        """
        found = {}
        for target, candidates in self._candidates.items():
            if target in named:
                continue
            unexplained = [
                evidence
                for evidence in self._evidence
                if target in evidence.suspects
                and evidence.is_random(target)
                and not self._reproduce(named.values(), evidence)
            ]
            if not unexplained:
                continue
            alike = [
                candidate
                for candidate in candidates
                if self._has_same_distribution(candidate, unexplained)
            ]
            if len({candidate.misconception.full_name for candidate in alike}) == 1:
                found[target] = alike[0]
        return found

    def _has_same_distribution(
        self, candidate: Candidate, evidence: Iterable[FailureEvidence]
    ) -> bool:
        """Return whether a random mistake cannot be distinguished from the submission.

        Their statistics must deviate from the rule by the same amount in all cases, and their
        results must follow the same distribution.
        """
        traces = [(each.run.property.body, case.trace) for each in evidence for case in each.cases]
        # Statistics outside their bounds refute most candidates, so these are compared first.
        traces.sort(key=lambda pair: not deviates(pair[1].statistics))
        if not traces or not deviates(traces[0][1].statistics):
            return False
        measurement = ""
        pairs: list[tuple[Any, Any]] = []
        for body, trace in traces:
            own = self._reference.trace(body, trace, candidate.replacements)
            if not deviations_match(trace.statistics, own.statistics):
                return False
            pairs += _paired_results(candidate.misconception.target, trace, own)
            measurement = measurement or describe_deviation(trace.statistics, own.statistics)
        if not same_distribution(pairs):
            return False
        self._measurements[candidate.misconception.full_name] = measurement
        return True

    def _describe(self, misconception: Misconception) -> str:
        measurement = self._measurements.get(misconception.full_name)
        return f"{misconception.sentence} {measurement}" if measurement else misconception.sentence


def _replacements_of(candidates: Iterable[Candidate]) -> dict[str, Callable[..., Any]]:
    return {target: f for each in candidates for target, f in each.replacements.items()}


def _paired_results(function: str, one: TracedCase, other: TracedCase) -> Iterator[tuple[Any, Any]]:
    """Yield the results of a function in two traces, where both are finite arrays of one shape."""
    for a, b in zip(one.calls, other.calls, strict=False):
        results = a.result, b.result
        if (
            a.function == b.function == function
            and all(isinstance(each, np.ndarray) and each.dtype == np.float64 for each in results)
            and a.result.shape == b.result.shape
            and a.result.size > 0
            and np.isfinite(results).all()
        ):
            yield results
