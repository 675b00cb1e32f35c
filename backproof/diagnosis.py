"""Which known mistakes behave like a submission: compared call by call, never guessed.

The cases of a property that failed are run on the submission once more and every call is written
down. Then they are run on the reference with one function replaced by a known mistake. A mistake
is named if in all these cases what it returns equals what the student's code returned, and if no
other mistake does. Random functions that draw their numbers in another way are compared by the
statistics that the properties take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backproof.assignment import Assignment
from backproof.catalogue import Misconception, load_misconceptions
from backproof.errors import SubmissionEnded, SubmissionUnavailable
from backproof.kinds import EXCEPTION, NONDETERMINISTIC, WRONG
from backproof.observing import GENERATOR, Sample, Watched, observe
from backproof.outcomes import FAILED, PASSED
from backproof.resemblance import estimate, resemble
from backproof.standin import StandIn, Verdict, concerns
from backproof.submission import Submission
from backproof.timing import time_limit

# Kinds of failures in which the submission did something that can be compared.
_COMPARABLE = (WRONG, EXCEPTION, NONDETERMINISTIC)
# Cases of a property that are compared: only those that fail tell mistakes apart from right code.
_MOST_FAILING, _MOST_PASSING = 8, 4


@dataclass(frozen=True)
class Run:
    """A property that was run, what came of it, and how to run it again.

    Attributes:
        name: The name of the item, with its parameters.
        unit: Its unit.
        record: What came of it.
        body: The property's own function.
        cases: Gives the cases that it was run on.

    """

    name: str
    unit: str
    record: Mapping[str, Any]
    body: Callable[..., None]
    cases: Callable[[], Sequence[Mapping[str, Any]]]


@dataclass
class _Finding:
    """A property that failed, and what the submission did in its cases.

    Attributes:
        run: The property.
        samples: What the submission did, and how the reference compares.
        functions: The functions that did something else than the reference.

    """

    run: Run
    samples: list[tuple[Sample, list[Verdict]]]
    functions: frozenset[str]

    def is_random(self, function: str) -> bool:
        """Tell whether a function was handed a generator."""
        return any(
            seen.function == function and any(value is GENERATOR for value in seen.arguments)
            for sample, _ in self.samples
            for seen in sample.calls
        )


class Diagnostician:
    """Names the known mistakes of one submission after another.

    Args:
        assignment: Its reference and its misconceptions; without either nothing is named.

    """

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._known: dict[str, list[Misconception]] = {}
        if assignment.reference.is_dir():
            for wrong in load_misconceptions(assignment):
                self._known.setdefault(wrong.target, []).append(wrong)

    def diagnose(self, runs: Sequence[Run], submission: Submission) -> list[Mapping[str, Any]]:
        """Give the records of runs, the mistakes behind those that failed named."""
        behind = self.examine(runs, submission)
        return [{**run.record, "mistakes": behind.get(run.name, {})} for run in runs]

    def examine(self, runs: Sequence[Run], submission: Submission) -> dict[str, dict[str, str]]:
        """Find the mistakes behind the failures of a submission.

        Args:
            runs: All properties that were run on it, in the order of their units.
            submission: What they were run on; those that failed are run on it again.

        Returns:
            The names of the mistakes behind each item that failed, each with what to say of it.

        """
        failed = [
            run
            for run in runs
            if run.record["status"] == FAILED and run.record["kind"] in _COMPARABLE
        ]
        if not self._known or not failed:
            return {}
        search = _Search(self._assignment, self._not_ruled_out(runs), submission)
        try:
            for run in failed:
                search.add(run)
            return search.settle()
        finally:
            search.close()

    def _not_ruled_out(self, runs: Iterable[Run]) -> dict[str, list[Misconception]]:
        """Give the mistakes of each function that fail nothing of what was passed."""
        statuses: dict[str, set[str]] = {}
        for run in runs:
            statuses.setdefault(run.record["property"], set()).add(run.record["status"])
        passed = {name for name, found in statuses.items() if found == {PASSED}}
        return {
            target: [wrong for wrong in all_of_it if not passed & set(wrong.caught_by)]
            for target, all_of_it in self._known.items()
        }


class _Search:
    """The search for the mistakes of one submission.

    Args:
        assignment: What it is graded against.
        left: The mistakes of each function that nothing has ruled out yet.
        submission: The submission.

    """

    def __init__(
        self,
        assignment: Assignment,
        left: dict[str, list[Misconception]],
        submission: Submission,
    ) -> None:
        self._assignment = assignment
        self._possible = left
        self._left = dict(left)
        self._submission = submission
        self._seen: set[str] = set()
        self._estimates: dict[str, str] = {}
        self._findings: list[_Finding] = []
        self._stand_in = StandIn(assignment)

    def add(self, run: Run) -> None:
        """Run a failed property again, and rule out the mistakes that do something else."""
        base = self._named(outside=run.unit)
        samples = self._samples(run, base)
        off = {
            function
            for sample, verdicts in samples
            for number, verdict in enumerate(verdicts)
            if verdict is not Verdict.SAME
            for function in _involved(sample, number)
        }
        finding = _Finding(run, samples, frozenset(off))
        self._findings.append(finding)
        for target in sorted(off & self._left.keys()):
            self._left[target] = [
                wrong for wrong in self._left[target] if self._may_be(wrong, finding, base)
            ]

    def settle(self) -> dict[str, dict[str, str]]:
        """Say what is left now that everything has been seen."""
        named = self._needed(self._named())
        named |= self._alike(named)
        found: dict[str, dict[str, str]] = {}
        for finding in self._findings:
            mistakes = [named[target] for target in named if target in finding.functions]
            mistakes = mistakes or self._behind(finding, named)
            found[finding.run.name] = {wrong.full_name: self._said(wrong) for wrong in mistakes}
        return found

    def close(self) -> None:
        """Let go of the reference."""
        self._stand_in.close()

    def _named(self, outside: str = "") -> dict[str, Misconception]:
        """Give the mistakes that were seen and are the only ones left of their function."""
        found = {}
        for target, wrong in self._left.items():
            seen = [each for each in wrong if each.full_name in self._seen]
            if len(seen) == 1 and seen[0].unit != outside:
                found[target] = seen[0]
        return found

    def _samples(
        self, run: Run, base: Mapping[str, Misconception]
    ) -> list[tuple[Sample, list[Verdict]]]:
        """Run a property on the submission again; keep cases that fail and some that do not."""
        units, opaque = self._assignment.units, self._assignment.opaque
        failing: list[tuple[Sample, list[Verdict]]] = []
        passing: list[tuple[Sample, list[Verdict]]] = []
        self._submission.begin_property(run.unit)
        try:
            with time_limit(self._assignment.seconds_per_property):
                for case in run.cases():
                    self._submission.begin_case()
                    sample = observe(Watched(self._submission, units, opaque), run.body, case)
                    verdicts = self._stand_in.verdicts(run.body, sample, _functions(base.values()))
                    right = all(verdict is Verdict.SAME for verdict in verdicts)
                    (passing if right else failing).append((sample, verdicts))
                    if len(failing) >= _MOST_FAILING:
                        break
        except (SubmissionEnded, SubmissionUnavailable):
            pass  # what it did before can still be compared
        return [*failing, *passing[: _MOST_PASSING if failing else _MOST_FAILING]]

    def _may_be(
        self, wrong: Misconception, finding: _Finding, base: Mapping[str, Misconception]
    ) -> bool:
        """Tell whether a mistake does what the submission did, wherever that can be told."""
        replaced = _functions([*base.values(), wrong])
        for sample, before in finding.samples:
            verdicts = self._stand_in.verdicts(
                finding.run.body, sample, replaced, until=[wrong.target]
            )
            for number, (verdict, by_base) in enumerate(zip(verdicts, before, strict=True)):
                if not concerns(sample, number, [wrong.target]):
                    continue
                if verdict is Verdict.OTHER:
                    return False
                if verdict is Verdict.SAME is not by_base:
                    self._seen.add(wrong.full_name)
        return True

    def _needed(self, named: dict[str, Misconception]) -> dict[str, Misconception]:
        """Leave out what follows from the others: a function may call another one."""
        for target in reversed(list(named)):
            others = [wrong for other, wrong in named.items() if other != target]
            findings = [each for each in self._findings if target in each.functions]
            if others and all(self._do_it(others, finding) for finding in findings):
                del named[target]
        return named

    def _do_it(self, mistakes: Iterable[Misconception], finding: _Finding) -> bool:
        """Tell whether some mistakes together do all that the submission did."""
        replaced = _functions(mistakes)
        return all(
            verdict is Verdict.SAME
            for sample, _ in finding.samples
            for verdict in self._stand_in.verdicts(finding.run.body, sample, replaced)
        )

    def _alike(self, named: Mapping[str, Misconception]) -> dict[str, Misconception]:
        """Name mistakes of random functions that draw their numbers in another way."""
        found = {}
        for target, wrong in self._possible.items():
            findings = [
                finding
                for finding in self._findings
                if target in finding.functions and finding.is_random(target)
                if not self._do_it(named.values(), finding)
            ]
            if findings and target not in named:
                alike = [each for each in wrong if self._resembles(each, findings)]
                if len(alike) == 1:
                    found[target] = alike[0]
        return found

    def _resembles(self, wrong: Misconception, findings: Iterable[_Finding]) -> bool:
        told = False
        for finding in findings:
            for sample, _ in finding.samples:
                ours = self._stand_in.sample(finding.run.body, sample, _functions([wrong]))
                verdict = resemble(sample.measured, ours.measured)
                if verdict is False:
                    return False
                if verdict and not told:
                    self._estimates[wrong.full_name] = estimate(sample.measured, ours.measured)
                    told = True
        return told

    def _said(self, wrong: Misconception) -> str:
        return " ".join(filter(None, [wrong.sentence, self._estimates.get(wrong.full_name)]))

    def _behind(self, finding: _Finding, named: Mapping[str, Misconception]) -> list[Misconception]:
        """Give the mistakes, in what the property's functions build on, that do all of it."""
        if not named or not finding.samples or not self._do_it(named.values(), finding):
            return []
        return [
            wrong
            for target, wrong in named.items()
            if not self._do_it([each for t, each in named.items() if t != target], finding)
        ]


def _involved(sample: Sample, number: int) -> set[str]:
    """Name the function of a call, and those that made the objects that it was handed."""
    seen = sample.calls[number]
    return {seen.function}.union(*(_involved(sample, maker) for maker in seen.makers))


def _functions(mistakes: Iterable[Misconception]) -> dict[str, Callable[..., Any]]:
    return {wrong.target: wrong.function for wrong in mistakes}
