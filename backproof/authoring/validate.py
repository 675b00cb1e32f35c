"""Validation of an assignment: its properties pass the reference and fail every misconception."""

from __future__ import annotations

import copy
import itertools
import json
import warnings
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from backproof.assignment.config import Assignment
from backproof.assignment.misconceptions import Misconception, load_misconceptions
from backproof.assignment.template import FOLDER, stale_files
from backproof.grades.outcomes import FAILED, NOT_STARTED, PASSED
from backproof.grading.grade import run_properties
from backproof.submission.base import Call
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import SubmissionUnavailable
from backproof.suite.collect import require_units, with_suite
from backproof.suite.suite import Suite

# Misconceptions are compared on the last calls of a function in each property, because Hypothesis
# draws the simplest cases first.
_MAX_CALLS = 6
# The items of an iterable result that are compared; some misconceptions yield endlessly.
_MAX_ITEMS = 200


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
        calls = _check_reference(assignment, suite, findings)
        progress("reference", total)
        findings.problems += _check_template(assignment, suite)
        progress("template", total)
        for wrong in misconceptions:
            findings.problems += _check_kills(assignment, suite, wrong, findings)
            progress(wrong.name, total)
        findings.problems += _check_distinct(misconceptions, calls)

    with_suite(assignment, work, profile=profile, seed=seed, units=units)
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
    assignment: Assignment, suite: Suite, findings: Findings
) -> dict[str, list[Call]]:
    """Run all properties on the reference; return some calls of each of its functions."""
    submission = _Recording(assignment.reference, assignment.units)
    calls: dict[str, list[Call]] = {}
    for name in suite.names:
        submission.recorded.clear()
        for record in run_properties(suite, submission, [name]):
            if record.status != PASSED:
                findings.problems.append(f"the reference: {name}: {record.message}")
        submission.begin_case()
        for function, last in submission.recorded.items():
            calls.setdefault(function, []).extend(last)
    submission.close()
    return calls


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
    for function in (wrong.function, *wrong.variants):
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


class _Recording(LocalSubmission):
    """A submission that records the last calls of each of its functions."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.recorded: dict[str, deque[Call]] = {}

    def begin_case(self) -> None:
        """Record the calls of the last case, which the next case forgets."""
        for call in self.journal:
            self.recorded.setdefault(call.function, deque(maxlen=_MAX_CALLS)).append(call)
        super().begin_case()


def _check_distinct(
    misconceptions: list[Misconception], calls: dict[str, list[Call]]
) -> Iterator[str]:
    for target in dict.fromkeys(wrong.target for wrong in misconceptions):
        of_target = [wrong for wrong in misconceptions if wrong.target == target]
        behaviours = [_behaviour(wrong, calls.get(target, [])) for wrong in of_target]
        for index, wrong in enumerate(of_target):
            for other, behaviour in zip(of_target[:index], behaviours, strict=False):
                if behaviour == behaviours[index]:
                    yield f"{wrong.name} behaves as {other.name} does, both of {target}"


def _behaviour(wrong: Misconception, calls: list[Call]) -> list[Any]:
    """Return the results, side effects and exceptions of a function on recorded calls.

    They are summarised twice, after each call and after the last one, because a later call may
    change an array that an earlier call returned.
    """
    immediate: list[Any] = []
    calls_with_results: list[Any] = []
    for index, call in enumerate(calls):
        arguments = [_fresh_copy(value, index) for value in call.arguments]
        with warnings.catch_warnings(record=True) as warned, np.errstate(all="warn"):
            warnings.simplefilter("always")
            try:
                result = wrong.function(*arguments, **call.keywords)
                if isinstance(result, Iterator):
                    result = list(itertools.islice(result, _MAX_ITEMS))
            except Exception as error:  # exceptions are behaviour too
                result = type(error).__name__
        calls_with_results.append([result, arguments])
        immediate.append(
            [_summary(calls_with_results[-1]), sorted({str(w.message) for w in warned})]
        )
    return [immediate, _summary(calls_with_results), _sharing(calls_with_results)]


def _sharing(value: Any) -> list[int]:
    """Return a number for each array in a value, equal for the same object."""
    numbers: dict[int, int] = {}

    def walk(part: Any) -> Iterator[int]:
        if isinstance(part, np.ndarray):
            yield numbers.setdefault(id(part), len(numbers))
        elif isinstance(part, dict):
            yield from walk(list(part.values()))
        elif isinstance(part, list | tuple):
            yield from itertools.chain.from_iterable(map(walk, part))

    return list(walk(value))


def _fresh_copy(value: Any, seed: int) -> Any:
    if isinstance(value, np.random.Generator):
        return np.random.default_rng(1000 + seed)
    return copy.deepcopy(value)


def _summary(value: Any) -> Any:
    """Return a value in a form that is equal for equal behaviour, up to rounding."""
    match value:
        case np.ndarray() | np.generic() if value.dtype.kind in "fc":
            return (value.shape, str(value.dtype), _rounded(value))
        case np.ndarray() | np.generic():
            return (value.shape, str(value.dtype), value.tolist())
        case float():
            return _rounded(np.array(value))
        case int() | str() | None:
            return value
        case dict():
            return [(key, _summary(entry)) for key, entry in value.items()]
        case np.random.Generator():
            return str(value.bit_generator.state)
        case Iterable():
            return [_summary(entry) for entry in itertools.islice(value, _MAX_ITEMS)]
    return [type(value).__name__, _summary(getattr(value, "__dict__", {}))]


def _rounded(value: Any) -> bytes:
    """Return the bytes of an array of floats with mantissas rounded to seven digits."""
    parts = (np.real(value), np.imag(value))
    return b"".join(
        (np.round(mantissa, 7) + 0.0).tobytes() + exponent.tobytes()
        for mantissa, exponent in map(np.frexp, parts)
    )
