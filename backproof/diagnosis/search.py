"""The search for the mistakes of one submission."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import Misconception
from backproof.diagnosis.call_trace import GENERATOR, TracedCase, TracedSubmission, observe
from backproof.diagnosis.distributions import estimate, resemble, same_distribution, tells
from backproof.diagnosis.stand_in import ReferenceVariant, Replacements, Verdict, concerns
from backproof.submission.base import Submission
from backproof.submission.messages import SubmissionEnded, SubmissionUnavailable
from backproof.submission.time_limit import time_limit
from backproof.suite.property import PropertyRun

# Cases of a property that are compared: only those that fail tell mistakes apart from right code.
_MOST_FAILING, _MOST_PASSING = 8, 4
_LEAST_SECONDS = 0.1


@dataclass(frozen=True, eq=False)
class Candidate:
    """A mistake under one convention: what it is, and what it replaces in the reference."""

    wrong: Misconception
    replaced: Replacements


@dataclass
class _FailureEvidence:
    """A property that failed, and what the submission did in its cases.

    Attributes:
        run: The property.
        samples: What the submission did, and how right code compares.
        right: What makes the reference right code under the submission's convention.
        base: The same, with the mistakes that were named in units before.
        functions: The functions that did something else than right code.

    """

    run: PropertyRun
    samples: list[tuple[TracedCase, list[Verdict]]]
    right: Replacements
    base: Replacements
    functions: frozenset[str]

    def is_random(self, function: str) -> bool:
        """Tell whether a function was handed a generator."""
        return any(
            seen.function == function and any(value is GENERATOR for value in seen.arguments)
            for sample, _ in self.samples
            for seen in sample.calls
        )


class Search:
    """The search for the mistakes of one submission.

    Args:
        assignment: What it is graded against.
        left: The mistakes of each function that nothing has ruled out yet.
        variants: Right functions of other conventions than the reference's.
        submission: The submission.

    """

    def __init__(
        self,
        assignment: Assignment,
        left: dict[str, list[Candidate]],
        variants: Replacements,
        submission: Submission,
    ) -> None:
        self._assignment = assignment
        self._possible = left
        self._left = dict(left)
        self._variants = variants
        self._submission = submission
        self._seen: set[Candidate] = set()
        self._estimates: dict[str, str] = {}
        self._findings: list[_FailureEvidence] = []
        self._seconds_left = assignment.seconds_per_property
        self._stand_in = ReferenceVariant(assignment)

    def add(self, run: PropertyRun) -> None:
        """Run a failed property again, and rule out the mistakes that do something else.

        All of a submission's failures together may take as long as one property.
        """
        if self._seconds_left <= 0:
            return
        finding = self._found(run)
        self._findings.append(finding)
        for target in sorted(finding.functions & self._left.keys()):
            self._left[target] = [
                each for each in self._left[target] if self._may_be(each, finding)
            ]

    def settle(self) -> dict[str, dict[str, str]]:
        """Say what is left now that everything has been seen."""
        named = self._needed(self._named())
        named |= self._alike(named)
        found: dict[str, dict[str, str]] = {}
        for finding in self._findings:
            mistakes = [named[target] for target in named if target in finding.functions]
            mistakes = mistakes or self._behind(finding, named)
            found[finding.run.property.id] = {
                each.wrong.full_name: self._said(each.wrong) for each in mistakes
            }
        return found

    def close(self) -> None:
        """Let go of the reference."""
        self._stand_in.close()

    def _named(self, outside: str = "") -> dict[str, Candidate]:
        """Give the mistakes that were seen and are the only ones left of their function."""
        found = {}
        for target, left in self._left.items():
            seen = [each for each in left if each in self._seen]
            if len({each.wrong.full_name for each in seen}) == 1 and seen[0].wrong.unit != outside:
                found[target] = seen[0]
        return found

    def _found(self, run: PropertyRun) -> _FailureEvidence:
        """Run a property on the submission again and compare it with right code."""
        named = _together(self._named(outside=run.property.unit).values())
        of_unit = {
            t: f for t, f in self._variants.items() if t.partition(".")[0] == run.property.unit
        }
        rights: list[Replacements] = [{}, of_unit] if of_unit else [{}]
        bases = [{**named, **right} for right in rights]
        samples, compared = self._observed(run, bases)
        # Of several conventions the submission has the one that explains more of what it does.
        best = max(range(len(bases)), key=lambda index: _count_same(compared[index]))
        pairs = list(zip(samples, compared[best], strict=True))
        failing = [pair for pair in pairs if not _all_same(pair[1])]
        passing = [pair for pair in pairs if _all_same(pair[1])]
        kept = [*failing, *passing[: _MOST_PASSING if failing else _MOST_FAILING]]
        off = {
            function
            for sample, verdicts in kept
            for number, verdict in enumerate(verdicts)
            if verdict is not Verdict.SAME
            for function in _involved(sample, number)
        }
        return _FailureEvidence(run, kept, rights[best], bases[best], frozenset(off))

    def _observed(
        self, run: PropertyRun, bases: Sequence[Replacements]
    ) -> tuple[list[TracedCase], list[list[list[Verdict]]]]:
        """See what the submission does in a property's cases, until enough of them fail.

        Returns:
            The samples, and for each of ``bases`` how it compares in each sample.

        """
        samples: list[TracedCase] = []
        compared: list[list[list[Verdict]]] = [[] for _ in bases]
        failing = 0
        cases = run.cases()
        begin = time.monotonic()
        self._submission.begin_property(run.property.unit)
        try:
            with time_limit(max(self._seconds_left, _LEAST_SECONDS)):
                for case in cases:
                    self._submission.begin_case()
                    sample = observe(
                        TracedSubmission(self._submission, self._assignment),
                        run.property.body,
                        case,
                    )
                    if sample is None:
                        continue
                    verdicts = [
                        self._stand_in.verdicts(run.property.body, sample, each) for each in bases
                    ]
                    samples.append(sample)
                    for known, new in zip(compared, verdicts, strict=True):
                        known.append(new)
                    failing += not any(map(_all_same, verdicts))
                    if failing >= _MOST_FAILING:
                        break
        except (SubmissionEnded, SubmissionUnavailable):
            pass  # what it did before can still be compared
        self._seconds_left -= time.monotonic() - begin
        return samples, compared

    def _may_be(self, candidate: Candidate, finding: _FailureEvidence) -> bool:
        """Tell whether a mistake does what the submission did, wherever that can be told."""
        target = candidate.wrong.target
        replaced = {**finding.base, **candidate.replaced}
        for sample, by_right_code in finding.samples:
            verdicts = self._stand_in.verdicts(
                finding.run.property.body, sample, replaced, until=[target]
            )
            for number, verdict in enumerate(verdicts):
                if not concerns(sample, number, [target]):
                    continue
                if verdict is Verdict.OTHER:
                    return False
                if verdict is Verdict.SAME is not by_right_code[number]:
                    self._seen.add(candidate)
        return True

    def _needed(self, named: dict[str, Candidate]) -> dict[str, Candidate]:
        """Leave out what follows from the others: a function may call another one."""
        for target in reversed(list(named)):
            others = [each for other, each in named.items() if other != target]
            findings = [each for each in self._findings if target in each.functions]
            if others and all(self._do_it(others, finding) for finding in findings):
                del named[target]
        return named

    def _do_it(self, mistakes: Iterable[Candidate], finding: _FailureEvidence) -> bool:
        """Tell whether some mistakes together do all that the submission did."""
        replaced = {**finding.right, **_together(mistakes)}
        return all(
            _all_same(self._stand_in.verdicts(finding.run.property.body, sample, replaced))
            for sample, _ in finding.samples
        )

    def _behind(self, finding: _FailureEvidence, named: Mapping[str, Candidate]) -> list[Candidate]:
        """Give the mistakes, in what the property's functions build on, that do all of it."""
        if not named or not finding.samples or not self._do_it(named.values(), finding):
            return []
        return [
            candidate
            for target, candidate in named.items()
            if not self._do_it([each for t, each in named.items() if t != target], finding)
        ]

    def _alike(self, named: Mapping[str, Candidate]) -> dict[str, Candidate]:
        """Name mistakes of random functions that draw their numbers in another way."""
        found = {}
        for target, possible in self._possible.items():
            findings = [
                finding
                for finding in self._findings
                if target in finding.functions and finding.is_random(target)
                if not self._do_it(named.values(), finding)
            ]
            if findings and target not in named:
                alike = [each for each in possible if self._resembles(each, findings)]
                if len({each.wrong.full_name for each in alike}) == 1:
                    found[target] = alike[0]
        return found

    def _resembles(self, candidate: Candidate, findings: Iterable[_FailureEvidence]) -> bool:
        seen = [(each.run.property.body, sample) for each in findings for sample, _ in each.samples]
        # What is outside its bounds refutes most mistakes, so that comes first.
        seen.sort(key=lambda pair: not tells(pair[1].measured))
        if not seen or not tells(seen[0][1].measured):
            return False
        told = False
        pairs: list[tuple[Any, Any]] = []
        for body, sample in seen:
            ours = self._stand_in.sample(body, sample, candidate.replaced)
            pairs += _results(candidate.wrong.target, sample, ours)
            verdict = resemble(sample.measured, ours.measured)
            if verdict is False:
                return False
            if verdict and not told:
                said = estimate(sample.measured, ours.measured)
                self._estimates[candidate.wrong.full_name] = said
                told = True
        return told and same_distribution(pairs)

    def _said(self, wrong: Misconception) -> str:
        return " ".join(filter(None, [wrong.sentence, self._estimates.get(wrong.full_name)]))


def _involved(sample: TracedCase, number: int) -> set[str]:
    """Name the function of a call, and those that made the objects that it was handed."""
    seen = sample.calls[number]
    return {seen.function}.union(*(_involved(sample, maker) for maker in seen.makers))


def _results(function: str, one: TracedCase, other: TracedCase) -> Iterator[tuple[Any, Any]]:
    """Give the arrays of numbers that a function returned in both samples, call by call."""
    for a, b in zip(one.calls, other.calls, strict=False):
        if a.function == b.function == function and _are_alike(a.result, b.result):
            yield a.result, b.result


def _are_alike(one: Any, other: Any) -> bool:
    """Tell whether these are two arrays of numbers of one shape."""
    return (
        all(isinstance(each, np.ndarray) and each.dtype == np.float64 for each in (one, other))
        and one.shape == other.shape
        and one.size > 0
        and bool(np.isfinite([one, other]).all())
    )


def _together(candidates: Iterable[Candidate]) -> dict[str, Callable[..., Any]]:
    """Give all that some mistakes replace."""
    return {target: function for each in candidates for target, function in each.replaced.items()}


def _all_same(verdicts: Iterable[Verdict]) -> bool:
    return all(verdict is Verdict.SAME for verdict in verdicts)


def _count_same(compared: Iterable[Iterable[Verdict]]) -> int:
    return sum(verdict is Verdict.SAME for verdicts in compared for verdict in verdicts)
