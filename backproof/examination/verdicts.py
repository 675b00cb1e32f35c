"""From the runs of tests to verdicts about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from backproof.examination.concepts import Concept
from backproof.examination.implementations import Implementations
from backproof.examination.jobs import Job, JobResult, Run
from backproof.examination.results import (
    FLAKY,
    TOO_STRICT,
    VALID,
    WITHOUT_CODE,
    ConceptVerdict,
    FunctionVerdict,
    Missed,
    Rejection,
    TestVerdict,
)
from backproof.examination.suite import StudentTest


@dataclass
class Evidence:
    """All runs of a suite's tests.

    Attributes:
        tests: The tests.
        implementations: What they were run on.
        on_right: The runs on right implementations, by the numbers of test and implementation.
        rejected: The tests that reject a mistake in all of their runs on it, by its number. Whether
            they are valid shows only when all runs have ended.
        passes_on: For each test, the words for the trivial functions that it accepts.

    """

    tests: Sequence[StudentTest]
    implementations: Implementations
    on_right: dict[tuple[int, int], list[Run]] = field(default_factory=dict)
    rejected: dict[int, set[int]] = field(default_factory=dict)
    passes_on: dict[int, list[str]] = field(default_factory=dict)

    def add(self, job: Job, result: JobResult) -> None:
        """Add the runs of a job."""
        if job.wrong < 0:
            for run in result.runs:
                self.on_right.setdefault((run.test, job.right), []).append(run)
            return
        accepting = {run.test for run in result.runs if run.accepted}
        self.rejected[job.wrong] = {run.test for run in result.runs} - accepting

    def touched(self, test: int) -> frozenset[str]:
        """Return the functions that a test calls, as ``"unit.name"``."""
        runs = [run for (each, _), runs in self.on_right.items() if each == test for run in runs]
        return frozenset().union(*(run.outcome.touched for run in runs))

    def runs_of(self, test: int) -> list[Run]:
        """Return the runs of a test on right implementations."""
        return [run for (each, _), runs in self.on_right.items() if each == test for run in runs]

    def is_valid(self, test: int) -> bool:
        """Return whether a test accepts every right implementation in every run."""
        runs = self.runs_of(test)
        return self.tests[test].takes_code and bool(runs) and all(run.accepted for run in runs)

    def caught(self) -> set[int]:
        """Return the numbers of the mistakes that a valid test rejects."""
        valid = set(self.valid())
        return {wrong for wrong, tests in self.rejected.items() if tests & valid}

    def valid(self) -> list[int]:
        """Return the numbers of the valid tests."""
        return [number for number in range(len(self.tests)) if self.is_valid(number)]


def test_verdicts(evidence: Evidence) -> list[TestVerdict]:
    """Return a verdict about each test."""
    kills = {
        test: frozenset(w for w, tests in evidence.rejected.items() if test in tests)
        for test in evidence.valid()
    }
    first_with: dict[frozenset[int], str] = {}
    verdicts = []
    for number, test in enumerate(evidence.tests):
        caught = kills.get(number, frozenset())
        repeats = first_with.get(caught, "") if caught else ""
        first_with.setdefault(caught, test.name)
        verdicts.append(_verdict(evidence, number, test, len(caught), repeats))
    return verdicts


def _verdict(
    evidence: Evidence, number: int, test: StudentTest, caught: int, repeats: str
) -> TestVerdict:
    runs = evidence.runs_of(number)
    rejected = [run for run in runs if not run.accepted]
    status, seeds, rejection = VALID, None, None
    if not test.takes_code:
        status = WITHOUT_CODE
    elif rejected:
        status = TOO_STRICT
        seeds = _seeds_that_differ(evidence, number)
        rejection = _rejection(evidence, number, seeds)
        if seeds is not None:
            status = FLAKY
    return TestVerdict(
        path=test.path,
        name=test.name,
        status=status,
        functions=tuple(sorted(evidence.touched(number))),
        rejection=rejection,
        rejected=len(rejected),
        runs=len(runs),
        seeds=seeds,
        caught=caught,
        passes_on=tuple(evidence.passes_on.get(number, ())),
        repeats=repeats,
    )


def _seeds_that_differ(evidence: Evidence, test: int) -> tuple[int, int] | None:
    """Return a seed at which a test accepts some right code, and one at which it rejects it."""
    for runs in _by_implementation(evidence, test).values():
        accepting = [run.seed for run in runs if run.accepted]
        rejecting = [run.seed for run in runs if not run.accepted]
        if accepting and rejecting:
            return accepting[0], rejecting[0]
    return None


def _by_implementation(evidence: Evidence, test: int) -> dict[int, list[Run]]:
    """Return the runs of a test, by right implementation, the reference first."""
    return {
        right: runs for (each, right), runs in sorted(evidence.on_right.items()) if each == test
    }


def _rejection(evidence: Evidence, number: int, seeds: tuple[int, int] | None) -> Rejection:
    """Return the rejection to show: of the reference, if it is rejected."""
    # The code of which the seeds are told; if there are no seeds, all rejected code always is.
    right, run = next(
        (right, run)
        for right, runs in _by_implementation(evidence, number).items()
        for run in runs
        if not run.accepted and any(each.accepted for each in runs) == (seeds is not None)
    )
    implementation = evidence.implementations.right[right]
    units = {name.partition(".")[0] for name in evidence.touched(number)}
    allowed = " ".join(
        text for unit, text in implementation.allowances.items() if unit in units and text
    )
    outcome = run.outcome
    return Rejection(implementation.name, allowed, outcome.text, outcome.case, outcome.parameters)


def function_verdicts(evidence: Evidence, concepts: Iterable[Concept]) -> list[FunctionVerdict]:
    """Return how thoroughly each function is tested."""
    by_function: Mapping[str, list[Concept]] = {
        name: [] for name in evidence.implementations.functions
    }
    for concept in concepts:
        by_function[concept.function].append(concept)
    caught = evidence.caught()
    return [_function_verdict(evidence, caught, name, each) for name, each in by_function.items()]


def _function_verdict(
    evidence: Evidence, caught: Collection[int], name: str, concepts: Sequence[Concept]
) -> FunctionVerdict:
    wrong = evidence.implementations.wrong
    shares, missed, found = [], [], []
    for concept in concepts:
        left = [number for number in concept.mistakes if number not in caught]
        count = len(concept.mistakes)
        shares.append(1 - len(left) / count)
        found.append(ConceptVerdict(concept.title, count, count - len(left)))
        if left:
            names = tuple(wrong[number].full_name for number in left)
            sentences = tuple(wrong[number].sentence for number in left)
            missed.append(Missed(concept.title, names, sentences))
    every = [number for concept in concepts for number in concept.mistakes]
    return FunctionVerdict(
        function=name,
        mistakes=len(every),
        caught=sum(number in caught for number in every),
        concepts=len(concepts),
        share=sum(shares) / len(shares) if shares else 1.0,
        missed=tuple(missed),
        by_concept=tuple(found),
    )
