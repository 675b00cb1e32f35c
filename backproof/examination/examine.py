"""Examine a student's tests: run them on right and wrong implementations, and judge them.

Right implementations come first, because only a valid test goes on to the mistakes. Among the
mistakes the right ones come again, in random order: a test that reads the clock or counts processes
to tell the two phases apart rejects some of these, and is then no valid test.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from types import TracebackType

from backproof.about import __version__
from backproof.assignment.config import Assignment
from backproof.assignment.identity import outcome_digest
from backproof.confined.level import PROCESS
from backproof.examination.concepts import concepts_of
from backproof.examination.implementations import Implementations, load_implementations
from backproof.examination.jobs import FULL, LIST, QUICK, Job, JobResult
from backproof.examination.lanes import Lanes
from backproof.examination.results import Examination
from backproof.examination.suite import TestSuite, read_suite
from backproof.examination.trivial import TRIVIAL, words
from backproof.examination.verdicts import Evidence, function_verdicts, test_verdicts
from backproof.suite.collect import require_units

Progress = Callable[[str, int], object]

# At how many seeds a test runs.
_SEEDS = 3
# How often a right implementation comes among the mistakes of each function.
_RIGHT_AMONG_WRONG = 5
# How often it comes after them, for each process that runs tests.
_RIGHT_AFTER_WRONG = 1
# How many tests that catch nothing are tried on trivial functions.
_MAX_TRIVIAL = 20


class Examiner:
    """Examines one suite after another; its processes last until ``close`` is called.

    Args:
        assignment: The assignment.
        confinement: The level of confinement that must be reached.
        seed: The seed of the cases.
        units: Only the functions of these units; by default those that the assignment asks for.
        lanes: How many implementations are tried at a time; by default one on each processor.

    Attributes:
        assignment: The assignment.
        observed: What confines the tests.

    Raises:
        UserError: The assignment has no mistakes to examine by, or this machine cannot confine.

    """

    def __init__(
        self,
        assignment: Assignment,
        *,
        confinement: str = PROCESS,
        seed: int = 0,
        units: Collection[str] = (),
        lanes: int | None = None,
    ) -> None:
        self.assignment = assignment
        require_units(assignment, units)
        self._implementations: Implementations = load_implementations(assignment, units)
        self._concepts = concepts_of(assignment, self._implementations.wrong)
        self._seeds = tuple(range(_SEEDS * seed, _SEEDS * (seed + 1)))
        self._lanes = Lanes(assignment, self._implementations, confinement, lanes)
        self.observed = self._lanes.observed
        self._examined_with = {
            "backproof": __version__,
            "assignment": outcome_digest(assignment),
            "seed": seed,
            "confinement": self._lanes.observed.to_json(),
        }

    def __enter__(self) -> Examiner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        self._lanes.close()

    def examine(
        self, suite: TestSuite, progress: Progress = lambda _name, _total: None
    ) -> Examination:
        """Examine a suite.

        Args:
            suite: The tests.
            progress: Called with the name of what was tried, and the number of all.

        """
        return _Course(self, suite, progress).examination()


class _Course:
    """The examination of one suite."""

    def __init__(self, examiner: Examiner, suite: TestSuite, progress: Progress) -> None:
        self._assignment = examiner.assignment
        self._implementations = examiner._implementations
        self._concepts = examiner._concepts
        self._seeds = examiner._seeds
        self._lanes = examiner._lanes
        self._examined_with = examiner._examined_with
        self._suite = suite
        self._progress = progress
        self._until = time.monotonic() + self._assignment.examine.seconds
        # Not the seed of the cases: nothing in a test may foretell the order.
        self._random = random.Random(os.urandom(16))
        self._problems: list[str] = [*suite.submitted.notes]
        self._steps = len(self._implementations.right) + len(self._implementations.wrong)

    def examination(self) -> Examination:
        """Run all jobs and judge the runs."""
        listed = next((result for _, result in self._run([Job(LIST)])), JobResult())
        self._note(listed)
        evidence = Evidence(listed.tests, self._implementations)
        for job, result in self._run(self._on_right(listed)):
            evidence.add(job, result)
            self._progress(self._implementations.right[job.right].name, self._steps)
        jobs = self._on_mistakes(evidence)
        for job, result in self._run(self._most_telling_first(job, evidence) for job in jobs):
            evidence.add(job, result)
            if job.wrong >= 0:
                self._progress(self._implementations.wrong[job.wrong].name, self._steps)
        self._try_trivial(evidence)
        self._note_time(evidence)
        return self._judged(evidence)

    def _run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, JobResult]]:
        return self._lanes.run(self._suite, jobs, self._until)

    def _note(self, listed: JobResult) -> None:
        """Keep a line for each file and each test that cannot be used."""
        if listed.fault:
            self._problems.append(listed.fault)
        self._problems += [f"{path}: {text}" for path, text in listed.problems]
        with_tests = {test.path for test in listed.tests}
        broken = {path for path, _ in listed.problems}
        for path in sorted({*self._suite.modules.values()} - with_tests - broken):
            if not listed.fault:
                self._problems.append(
                    f"{path} has no tests: functions whose names begin with test_"
                )
        told = " ".join(text for _, text in listed.problems)
        self._problems += [
            f"{test.path}: {test.name} does not take the fixture `submission`, so it tests no code"
            for test in listed.tests
            if not test.takes_code and f"{test.name} takes `" not in told
        ]

    def _on_right(self, listed: JobResult) -> list[Job]:
        tests = tuple(number for number, test in enumerate(listed.tests) if test.takes_code)
        jobs = [
            Job(FULL, right=right, tests=tests, seeds=self._seeds)
            for right in range(len(self._implementations.right))
        ]
        return self._shuffled(jobs) if tests else []

    def _on_mistakes(self, evidence: Evidence) -> list[Job]:
        """Return a job for each mistake in a function that a valid test calls, and others."""
        jobs, last = [], []
        valid = {test: evidence.touched(test) for test in evidence.valid()}
        for function in self._implementations.functions:
            tests = [test for test, touched in valid.items() if function in touched]
            if not tests:
                continue
            jobs += [
                Job(QUICK, wrong=number, tests=tuple(tests), seeds=self._later_seeds())
                for number, mistake in enumerate(self._implementations.wrong)
                if mistake.target == function
            ]
            jobs += self._right_again(tests, _RIGHT_AMONG_WRONG)
            # A test that rejects everything from some moment on rejects these, too.
            last += self._right_again(tests, _RIGHT_AFTER_WRONG * self._lanes.count)
        return [*self._shuffled(jobs), *self._shuffled(last)]

    def _right_again(self, tests: Sequence[int], count: int) -> list[Job]:
        rights = range(len(self._implementations.right))
        return [
            Job(QUICK, right=right, tests=tuple(tests), seeds=self._later_seeds())
            for right in self._random.choices(rights, k=count)
        ]

    @staticmethod
    def _most_telling_first(job: Job, evidence: Evidence) -> Job:
        """Begin with the tests that have rejected the most mistakes so far, as this takes less."""
        often = Counter(test for tests in evidence.rejected.values() for test in tests)
        return replace(job, tests=tuple(sorted(job.tests, key=lambda test: -often[test])))

    def _later_seeds(self) -> tuple[int, ...]:
        return tuple(self._random.sample(self._seeds, len(self._seeds)))

    def _shuffled(self, jobs: Sequence[Job]) -> list[Job]:
        return self._random.sample(jobs, len(jobs))

    def _try_trivial(self, evidence: Evidence) -> None:
        """Run the valid tests that reject no mistake on trivial functions."""
        catching = set().union(*evidence.rejected.values()) if evidence.rejected else set()
        idle = [test for test in evidence.valid() if test not in catching][:_MAX_TRIVIAL]
        jobs = [
            Job(QUICK, trivial=(function, kind), tests=(test,), seeds=self._seeds[:1])
            for test in idle
            for function in sorted(evidence.touched(test))
            for kind in TRIVIAL
        ]
        passed = [
            job
            for job, result in self._run(jobs)
            if result.runs and all(run.accepted for run in result.runs)
        ]
        for job in sorted(passed, key=jobs.index):
            function, kind = job.trivial
            name = function.partition(".")[2]
            said = f"{name} returned {words(kind, self._assignment, function)}"
            evidence.passes_on.setdefault(job.tests[0], []).append(said)

    def _note_time(self, evidence: Evidence) -> None:
        if time.monotonic() > self._until:
            seconds = self._assignment.examine.seconds
            self._problems.append(
                f"the {seconds:g} seconds of an examination were used up: what was not tried by "
                "then counts as not caught"
            )

    def _judged(self, evidence: Evidence) -> Examination:
        tests = test_verdicts(evidence)
        functions = function_verdicts(evidence, self._concepts)
        settings = self._assignment.examine
        valid = len(evidence.valid()) / len(tests) if tests else 0.0
        thorough = sum(each.share for each in functions) / len(functions)
        return Examination(
            name=self._suite.submitted.name,
            title=self._assignment.title,
            tests=tuple(tests),
            functions=tuple(functions),
            points=(
                round(settings.validity * valid, 2),
                round(settings.thoroughness * thorough, 2),
            ),
            max_points=(settings.validity, settings.thoroughness),
            tell=settings.tell,
            problems=tuple(self._problems),
            examined_with=self._examined_with,
        )


def examine_tests(
    path: str | os.PathLike[str],
    assignment: Assignment,
    *,
    confinement: str = PROCESS,
    seed: int = 0,
    units: Collection[str] = (),
    progress: Progress = lambda _name, _total: None,
) -> Examination:
    """Examine the tests at a path.

    Args:
        path: A folder with files ``test_*.py``, a zip file of one, a Python file or a notebook.
        assignment: The assignment.
        confinement: The level of confinement that must be reached.
        seed: The seed of the cases.
        units: Only the functions of these units; by default those that the assignment asks for.
        progress: Called with the name of what was tried, and the number of all.

    Raises:
        UserError: The path cannot be used, or the assignment, or this machine cannot confine.

    """
    suite = read_suite(path)
    with Examiner(assignment, confinement=confinement, seed=seed, units=units) as examiner:
        return examiner.examine(suite, progress)
