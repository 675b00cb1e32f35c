"""Search for the known mistakes that explain the failures of one submission.

A *candidate* is a known mistake in one spelling. It is called as the submission's function was in
the traced cases of all failed properties, with the same arguments:

1. A candidate is ruled out if it returns something else than the submission where that returned
   what correct code does, or in a case that failed.
2. A candidate is confirmed if it agrees with the submission in a call of a failed case in which
   correct code does not.
3. A mistake is named if it is the only one of its function that is confirmed and not ruled out.
   If there are two, or none, no mistake is named: a wrong name would mislead the student.
4. The mistakes together must pass what the submission has passed, see ``signature``.
5. A mistake is not named if the mistakes of other functions alone reproduce all that the function
   did, since one function may call another, nor if it calls a function that fails without a name.

A random function may draw its numbers in another order than the known mistake, so that no call can
be compared. Its mistakes are then compared by statistics and distributions.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from backproof.assignment.config import Assignment
from backproof.diagnosis.blame import Blame
from backproof.diagnosis.candidate import Candidate, names_of, replacements_of
from backproof.diagnosis.comparison import Comparison
from backproof.diagnosis.conventions import Conventions
from backproof.diagnosis.dependencies import dependencies
from backproof.diagnosis.failure_evidence import EvidenceCollector, FailureEvidence
from backproof.diagnosis.random_mistakes import deviation_of
from backproof.diagnosis.reference_variant import ReferenceVariant, Verdict
from backproof.diagnosis.signature import Signatures
from backproof.submission.base import Submission
from backproof.suite.property import PropertyRun

# In two functions that share an object, such as a cache, mistakes are searched for in pairs.
_MAX_HALVES = 8
# The search may take as long as so many properties. It never does where calls are fast.
_PROPERTIES = 10


class Search:
    """The search for the mistakes of one submission.

    Args:
        assignment: The assignment that the submission belongs to.
        candidates: The candidates of each function.
        variants: Correct functions under conventions that differ from the reference's, with the
            names of the conventions, by ``"unit.name"``.
        submission: The submission.
        runs: All properties that were run on the submission.
        known: Outcomes of mistakes in properties, to which new ones are added.

    """

    def __init__(
        self,
        assignment: Assignment,
        candidates: Mapping[str, Sequence[Candidate]],
        variants: Mapping[str, Sequence[tuple[str, Any]]],
        submission: Submission,
        runs: Sequence[PropertyRun],
        known: dict[Any, bool],
    ) -> None:
        self._assignment = assignment
        self._submission = submission
        self._candidates = candidates
        self._calls = dependencies(assignment)
        self._evidence: list[FailureEvidence] = []
        self._named: dict[str, Candidate] = {}
        self._measurements: dict[str, str] = {}  # sentences, by the names of mistakes
        self._conventions = Conventions(variants)
        self._deadline = time.monotonic() + _PROPERTIES * assignment.seconds_per_property
        self._reference = ReferenceVariant(assignment)
        self._comparison = Comparison(self._reference, self._evidence, self._calls)
        self._signatures = Signatures(self._reference, runs, known)
        self._collector = EvidenceCollector(assignment, submission)
        self._blame: Blame | None = None  # as soon as the conventions are known
        self._known_cleared: dict[Any, tuple[str, ...]] = {}

    def close(self) -> None:
        """Unload the reference."""
        self._reference.close()

    def add(self, run: PropertyRun) -> None:
        """Run a failed property again; nothing is run when the time is used up."""
        if self._collector.has_time:
            self._evidence.append(self._collector.collect(run, run.cases()))

    def conclude(
        self, failed: Collection[str]
    ) -> dict[str, tuple[dict[str, str], tuple[str, ...]]]:
        """Return what is behind each failed property that was added.

        Args:
            failed: The functions that some property failed on.

        Returns:
            For the id of each property a dictionary from names of mistakes to descriptions, and
            the functions of its unit that are not its cause.

        """
        self._conventions.find(self._reference, self._evidence)
        own = {*failed, *self._conventions.functions}
        self._blame = Blame(
            self._assignment, self._submission, self._reference, own, self._evidence, self._calls
        )
        faulty: set[str] = set()  # functions of earlier units that fail without a name
        for unit in self._assignment.units:
            evidence = [each for each in self._evidence if self._is_searched(each, unit)]
            if evidence:
                faulty |= self._search_unit(unit, evidence, faulty)
        return {
            each.run.property.id: (self._mistakes_of(each), self._cleared(each))
            for each in self._evidence
        }

    def _is_searched(self, evidence: FailureEvidence, unit: str) -> bool:
        """Return whether a property is of a unit, and may fail by one of its functions."""
        if evidence.run.property.unit != unit or self._comparison.is_left_out(evidence):
            return False
        own = {n for n in evidence.run.record.functions if n.partition(".")[0] == unit}
        return not own or not own <= {*self._cleared(evidence)}

    def _cleared(self, evidence: FailureEvidence) -> tuple[str, ...]:
        """Return the functions of the property's unit that are not the cause of its failure."""
        assert self._blame is not None
        unit, name = evidence.run.property.unit, evidence.run.property.id
        used = frozenset().union(*map(self._comparison.functions_used, evidence.traces))
        elsewhere = [c for c in self._named.values() if c.misconception.unit != unit]
        followed = self._conventions.replacements
        base = {**followed, **replacements_of(elsewhere)}
        # Replacements that the property does not use make no difference.
        key = name, *(function for replaced, function in base.items() if replaced in used)
        if key not in self._known_cleared:
            self._known_cleared[key] = self._blame.cleared(evidence, followed, base)
        return self._known_cleared[key]

    def _mistakes_of(self, evidence: FailureEvidence) -> dict[str, str]:
        if self._comparison.is_left_out(evidence):
            return {}
        return {
            self._named[target].name: self._describe(self._named[target])
            for target in self._named
            if evidence.calls(target)
            and target in self._comparison.suspects(evidence, self._others(target))
        }

    def _search_unit(
        self, unit: str, evidence: Sequence[FailureEvidence], faulty: set[str]
    ) -> set[str]:
        """Name the mistakes of a unit; return its functions that fail without a name."""
        self._named |= self._find_under_conventions(unit, evidence, faulty)
        world = self._world()
        return {
            function
            for each in evidence
            if each.traces
            for function in self._comparison.suspects(each, world)
            if function not in self._named
        }

    def _find_under_conventions(
        self, unit: str, evidence: Sequence[FailureEvidence], faulty: set[str]
    ) -> dict[str, Candidate]:
        """Return the mistakes of a unit under the first convention under which there are any."""
        for _ in self._conventions.likely(unit):
            found = self._find(unit, evidence, faulty, in_pairs=False)
            if found is not None:
                return found
        # Pairs of mistakes are searched for last, as that takes longest.
        next(self._conventions.likely(unit))
        return self._find(unit, evidence, faulty, in_pairs=True) or {}

    def _find(
        self, unit: str, evidence: Sequence[FailureEvidence], faulty: set[str], in_pairs: bool
    ) -> dict[str, Candidate] | None:
        """Return the mistakes of a unit under the conventions that are followed.

        ``None`` if no candidate is left, which a less likely convention may change; an empty
        dictionary if some are left, but it is not known which of them was made.
        """
        world = self._world()
        suspected = set().union(*(self._comparison.suspects(each, world) for each in evidence))
        suspects = [
            target
            for target in self._candidates
            if target.startswith(f"{unit}.")
            and target in suspected
            and not self._calls.get(target, frozenset()) & faulty
        ]
        if in_pairs:
            return self._sole_pairs(suspects, world) or None
        found = self._sole_candidates(suspects, world)
        found |= self._random_candidates([t for t in suspects if t not in found], evidence, world)
        return self._without_consequences(found, world) if found else None

    def _world(self) -> dict[str, Any]:
        """Return the replacements with which the reference follows the submission so far."""
        return {**self._conventions.replacements, **replacements_of(self._named.values())}

    def _others(self, target: str) -> dict[str, Any]:
        others = [each for each in self._named.values() if each.target != target]
        return {**self._conventions.replacements, **replacements_of(others)}

    def _sole_candidates(
        self, suspects: Iterable[str], world: Mapping[str, Any]
    ) -> dict[str, Candidate]:
        """Return by function the candidate that is left, where it is only one mistake."""
        found = {}
        for target in suspects:
            left = [each for each in self._fitting(target) if self._comparison.agrees(each, world)]
            if len(names_of(left)) > 1:
                left = self._alike_where_it_passed(left, target, world)
            if len(names_of(left)) == 1 and not self._comparison.is_refuted_at_length(
                left[0], world
            ):
                found[target] = left[0]
        # Two mistakes may pass together what each of them fails alone.
        if self._signatures.agree([*found.values()], world):
            return found
        return {
            target: each for target, each in found.items() if self._signatures.agree([each], world)
        }

    def _alike_where_it_passed(
        self, candidates: Sequence[Candidate], target: str, world: Mapping[str, Any]
    ) -> list[Candidate]:
        """Return the candidates that agree with the submission in cases that it passed, too."""
        traces = [
            trace
            for run, cases in self._signatures.some_passed(target)
            if self._collector.has_time
            for trace in self._collector.collect(run, cases).traces
        ]
        return [
            each
            for each in candidates
            if all(
                verdict is not Verdict.DIFFERENT
                for trace in traces
                for verdict in self._reference.verdicts(
                    trace, {**world, target: each.function}, target
                ).values()
            )
        ]

    def _fitting(self, target: str) -> list[Candidate]:
        """Return the candidates of a function in the spellings of the submission's convention."""
        if time.monotonic() > self._deadline:
            return []
        followed = self._conventions.of(target)
        return [each for each in self._candidates[target] if each.convention in ("", followed)]

    def _sole_pairs(
        self, suspects: Sequence[str], world: Mapping[str, Any]
    ) -> dict[str, Candidate]:
        """Return the mistakes of two functions, one of which is passed an object of the other."""
        for maker in suspects:
            users = [t for t in suspects if t != maker and self._comparison.share_objects(maker, t)]
            for user in users:
                found = []
                halves = [
                    c for c in self._fitting(maker) if self._comparison.agrees(c, world, alone=True)
                ]
                for half in halves[:_MAX_HALVES]:
                    both = {**world, half.target: half.function}
                    found += [
                        (half, c) for c in self._fitting(user) if self._comparison.agrees(c, both)
                    ]
                if len({(a.name, b.name) for a, b in found}) == 1:
                    pair = found[0]
                    if self._signatures.agree(pair, world):
                        return {each.target: each for each in pair}
        return {}

    def _without_consequences(
        self, found: Mapping[str, Candidate], world: Mapping[str, Any]
    ) -> dict[str, Candidate]:
        """Leave out the candidates of functions that the others alone reproduce."""
        reproduced = {
            target
            for target in found
            if len(found) > 1 and self._comparison.reproduce(target, found, world)
        }
        # Two mistakes that reproduce each other are both left out: either may have been made.
        return {target: found[target] for target in found if target not in reproduced}

    def _random_candidates(
        self, suspects: Iterable[str], evidence: Sequence[FailureEvidence], world: Mapping[str, Any]
    ) -> dict[str, Candidate]:
        """Return the mistakes of random functions that only statistics can identify."""
        found = {}
        for target in suspects:
            concerned = [
                each
                for each in evidence
                if each.is_random(target) and target in self._comparison.suspects(each, world)
            ]
            alike = {}
            for candidate in self._fitting(target) if concerned else []:
                measurement = deviation_of(candidate, concerned, self._reference, world)
                if measurement is not None:
                    alike[candidate] = measurement
            if len(names_of(alike)) == 1:
                candidate, measurement = next(iter(alike.items()))
                if self._signatures.agree([candidate], world):
                    found[target] = candidate
                    self._measurements[candidate.name] = measurement
        return found

    def _describe(self, candidate: Candidate) -> str:
        sentence = candidate.misconception.sentence
        measurement = self._measurements.get(candidate.name)
        return f"{sentence} {measurement}" if measurement else sentence
