"""Validation of an assignment: its properties pass the reference and fail every misconception."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import (
    Misconception,
    convention_of,
    load_misconceptions,
)
from backproof.assignment.template import FOLDER, stale_files
from backproof.authoring.accepted import check_accepted, check_example_suites
from backproof.authoring.behaviour import RecordingSubmission, indistinguishable
from backproof.authoring.written_checks import check_demos, check_docstrings, check_signatures
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.grades.function_credit import judged_functions
from backproof.grades.outcomes import FAILED, NOT_STARTED, PASSED
from backproof.grades.property_record import CORE, PropertyRecord
from backproof.grading.grade import run_properties
from backproof.submission.base import Call
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import SubmissionUnavailable
from backproof.suite.collect import require_units, with_suite
from backproof.suite.suite import Suite


@dataclass
class Findings:
    """The result of a validation.

    Attributes:
        kills: For each misconception, as ``"unit.name"``, the properties that fail on it, among
            those that claim it.
        problems: A line for each violated requirement.

    """

    kills: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def validate_assignment(
    assignment: Assignment,
    *,
    profile: str = "quick",
    seed: int = 0,
    units: Collection[str] = (),
    progress: Callable[[str, int], object] = lambda _name, _total: None,
) -> Findings:
    """Check the reference, the template, the properties and the misconceptions of an assignment.

    Args:
        assignment: The assignment.
        profile: The name of the profile, which sets the number of cases.
        seed: The seed of the cases.
        units: Only these units; all by default.
        progress: Called after each step with its name and the number of steps.

    Raises:
        UserError: A part of the assignment cannot be loaded, or a unit is unknown.
    """
    assignment.require_reference()
    chosen = require_units(assignment, units)
    misconceptions = [w for w in load_misconceptions(assignment) if w.unit in chosen]
    findings = Findings()
    total = len(misconceptions) + 2

    def work(suite: Suite) -> None:
        findings.problems += _check_names(assignment, suite, misconceptions)
        findings.problems += check_docstrings(suite)
        findings.problems += check_signatures(assignment, misconceptions)
        exercised: dict[str, set[str]] = {}
        calls = _check_reference(assignment, suite, findings, exercised)
        findings.problems += _check_credit(assignment, chosen, exercised)
        findings.problems += _check_confined(assignment, suite, findings.problems)
        progress("reference", total)
        findings.problems += _check_template(assignment, suite)
        progress("template", total)
        for wrong in misconceptions:
            findings.problems += _check_kills(assignment, suite, wrong, findings)
            progress(wrong.name, total)
        findings.problems += _check_distinct(misconceptions, calls)
        if not units:
            findings.problems += check_demos(assignment, misconceptions)

    with_suite(assignment, work, profile=profile, seed=seed, units=units)
    findings.problems = [*dict.fromkeys(findings.problems)]  # a line for all sets of parameters
    findings.problems += check_accepted(assignment, seeds=(seed,), profile=profile, units=units)
    if not units:
        findings.problems += check_example_suites(assignment)
    return findings


def render(findings: Findings, *, as_json: bool) -> str:
    """Return the findings as text or as JSON."""
    if as_json:
        return json.dumps(asdict(findings), indent=2, ensure_ascii=False)
    killed = sum(1 for properties in findings.kills.values() if properties)
    claims = {name for properties in findings.kills.values() for name in properties}
    lines = [
        f"{killed} of {len(findings.kills)} misconceptions are killed by what claims them",
        f"{len(claims)} properties kill at least one",
        *(f"problem: {problem}" for problem in findings.problems),
        "no problems" if not findings.problems else f"{len(findings.problems)} problems",
    ]
    return "\n".join(lines)


def _check_names(
    assignment: Assignment,
    suite: Suite,
    misconceptions: list[Misconception],
) -> Iterator[str]:
    claimed = {name for wrong in misconceptions for name in wrong.caught_by}
    for name in sorted(claimed - set(suite.names)):
        yield f"a misconception is claimed by {name}, which is not a property"
    for name in suite.names:
        if name not in claimed:
            yield f"{name} is claimed by no misconception: does it ever fail?"
    for name in stale_files(assignment):
        yield f"{FOLDER}/{name} is stale: run `backproof template`"


def _check_reference(
    assignment: Assignment,
    suite: Suite,
    findings: Findings,
    exercised: dict[str, set[str]],
) -> dict[str, list[Call]]:
    """Run all properties on the reference; return some calls of each of its functions.

    ``exercised`` receives the roles of the properties that each function is exercised by.
    """
    submission = RecordingSubmission(assignment.reference, assignment.units)
    calls: dict[str, list[Call]] = {}
    for name in suite.names:
        submission.recorded.clear()
        for record in run_properties(suite, submission, [name]):
            judged = judged_functions(record, assignment)
            for function in judged:
                exercised.setdefault(function, set()).add(record.role)
            if problem := _earns_nothing(record, judged, assignment):
                findings.problems.append(problem)
            if record.status != PASSED:
                pinned = _pinned(assignment, suite, name)
                findings.problems.append(f"the reference: {name}: {record.message}{pinned}")
        submission.begin_case()
        for function, last in submission.recorded.items():
            calls.setdefault(function, []).extend(last)
    submission.close()
    return calls


def _earns_nothing(record: PropertyRecord, judged: Collection[str], assignment: Assignment) -> str:
    """Return a line if all functions that a property is about are worth nothing."""
    points = assignment.credit_points(record.unit, judged)
    without = sorted(function for function in judged if points.get(function) == 0)
    if not without or any(points.get(function) for function in judged):
        return ""
    return (
        f"{record.property} earns nothing, since {', '.join(without)} has 0 points under "
        "tool.backproof.credit: delete that line, or give it points"
    )


def _pinned(assignment: Assignment, suite: Suite, name: str) -> str:
    """Return what to change if a property reads an option that the reference may not follow."""
    fixtures = getattr(suite[name][0].item, "fixturenames", ())
    if "options" not in fixtures:
        return ""
    options = (f'{key} = "{option.value}"' for key, option in assignment.options.items())
    return (
        f" (it reads tool.backproof.options, which are {', '.join(options)}: let the reference and "
        "its docstrings follow them, then run `backproof template`)"
    )


def _check_confined(
    assignment: Assignment, suite: Suite, problems: Collection[str]
) -> Iterator[str]:
    """Yield the properties that the reference passes in this process, and fails confined.

    Confined, what it returns has to cross to the grader, as that of the submissions of a class.
    """
    with ConfinedSubmission(assignment.reference, assignment) as submission:
        for record in run_properties(suite, submission, shrink=False):
            known = f"the reference: {record.property}: "
            if record.status != PASSED and not any(each.startswith(known) for each in problems):
                yield f"the reference, confined: {record.property}: {record.message}"


def _check_credit(
    assignment: Assignment, units: Collection[str], exercised: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """Yield the functions whose points no property, or no core property, can earn."""
    for unit in units:
        for function, points in assignment.credit_points(unit, exercised).items():
            if not points:
                continue
            if function not in exercised:
                yield (
                    f"{function} has {points:g} points and no property: give it 0 under "
                    "tool.backproof.credit, or make it a part of another function"
                )
            elif CORE not in exercised[function]:
                yield f"{function} has edge properties only: which says what it is for?"


def _check_template(assignment: Assignment, suite: Suite) -> Iterator[str]:
    submission = LocalSubmission(assignment.root / FOLDER, assignment.units)
    for record in run_properties(suite, submission):
        if record.status != NOT_STARTED:
            yield f"the template: {record.property} is {record.status}, not {NOT_STARTED}"
    submission.close()


def _check_kills(
    assignment: Assignment, suite: Suite, wrong: Misconception, findings: Findings
) -> Iterator[str]:
    name = wrong.full_name
    failed = set(wrong.caught_by)
    # Under a convention of the whole run, a mistake fails as it does under the reference's.
    spellings = [each for each in wrong.variants if not convention_of(each)]
    for function in (wrong.function, *spellings):
        try:
            submission = LocalSubmission(
                assignment.reference, assignment.units, {wrong.target: function}
            )
            submission.function(wrong.unit, wrong.target.partition(".")[2])
        except SubmissionUnavailable as problem:
            yield f"{name} replaces {wrong.target}, but {problem}"
            return
        records = run_properties(suite, submission, wrong.caught_by, shrink=False)
        submission.close()
        failed &= {record.property for record in records if record.status == FAILED}
        for record in records:
            if record.status not in (PASSED, FAILED):
                yield f"{name}: {record.property} is {record.status}: {record.message}"
    findings.kills[name] = sorted(failed)
    for survivor in sorted(set(wrong.caught_by) - failed):
        yield f"{name} survives {survivor}"


def _check_distinct(
    misconceptions: list[Misconception], calls: dict[str, list[Call]]
) -> Iterator[str]:
    for target in dict.fromkeys(wrong.target for wrong in misconceptions):
        functions = {
            wrong.name: wrong.function for wrong in misconceptions if wrong.target == target
        }
        for group in indistinguishable(calls.get(target, []), functions):
            for name, other in itertools.combinations(group, 2):
                yield f"{other} behaves as {name} does, both of {target}"
