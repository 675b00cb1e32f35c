"""Validation of the right implementations and example suites that students' tests are graded by."""

from __future__ import annotations

from collections.abc import Callable, Collection

from backproof.assignment.config import Assignment
from backproof.examination.examples import check_examples, example_suites
from backproof.examination.implementations import REFERENCE, load_right
from backproof.grades.outcomes import PASSED
from backproof.grading.grade import run_properties
from backproof.submission.local import LocalSubmission
from backproof.suite.collect import with_suite
from backproof.suite.suite import Suite

Progress = Callable[[str, int], object]


def check_accepted(
    assignment: Assignment,
    *,
    seeds: Collection[int] = (0,),
    profile: str = "quick",
    units: Collection[str] = (),
    progress: Progress = lambda _name, _total: None,
) -> list[str]:
    """Return a line for each property that an implementation in ``accepted/`` does not pass.

    Args:
        assignment: The assignment.
        seeds: The seeds of the cases.
        profile: The name of the profile, which sets the number of cases.
        units: Only the properties of these units; all by default.
        progress: Called after each implementation, with its name and the number of steps.

    Raises:
        UserError: A part of the assignment cannot be loaded, or a unit is unknown.

    """
    right = [each for each in load_right(assignment) if each.name != REFERENCE]
    problems: list[str] = []

    def run(suite: Suite) -> None:
        for each in right:
            code = LocalSubmission(each.files, assignment.units, stand_ins=assignment.stand_ins)
            for record in run_properties(suite, code, shrink=False):
                if record.status != PASSED:
                    message = " ".join(record.message.split())
                    problems.append(f"accepted/{each.name}: {record.property}: {message}")
            code.close()
            progress(each.name, len(right) * len(seeds))

    if right:
        for seed in seeds:
            with_suite(assignment, run, profile=profile, seed=seed, units=units)
    return list(dict.fromkeys(problems))


def check_example_suites(assignment: Assignment) -> list[str]:
    """Return a line for each verdict about an example suite that is not the stated one."""
    return list(check_examples(assignment)) if example_suites(assignment) else []
