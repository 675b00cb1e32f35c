"""From a submission to its ``Grade``: the properties, collected once and run by pytest."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from backproof.assignment.config import Assignment, load_assignment
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.level import IN_PROCESS, NONE, ObservedConfinement, require_level
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.errors import UserError
from backproof.grades.judging import judge
from backproof.grades.outcomes import Grade
from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.submission.base import Submission
from backproof.submission.local import LocalSubmission
from backproof.suite import pytest_plugin
from backproof.suite.collect import with_suite
from backproof.suite.selection import select, with_true_points
from backproof.suite.suite import Suite

if TYPE_CHECKING:
    pass


def check_submission(
    path: str | os.PathLike[str],
    *,
    assignment: Assignment | None = None,
    profile: str = "grade",
    seed: int = 0,
    units: Collection[str] = (),
    confinement: str = NONE,
    progress: Callable[[str, int], object] = lambda _name, _total: None,
) -> Grade:
    """Grade one submission, in this process or confined.

    Args:
        path: What was handed in: a folder with the student's modules, a zip file or a notebook.
        assignment: What to grade against; the one that comes with the engine by default.
        profile: How many cases: ``quick``, ``grade``, ``ci`` or ``thorough``.
        seed: The seed of the cases.
        units: Only these units; all by default.
        confinement: ``"none"`` runs the submission in this process, ``"process"`` in others with
            all the confinement that this machine has, ``"strict"`` the same, or not at all.
        progress: Called with each property's name as it ends, and how many there are.

    Raises:
        UserError: The path, the profile or a unit cannot be used, or this machine has no strict
            confinement.
    """
    assignment = assignment or load_assignment()
    intake = read_submission(path, assignment.units)
    if profile not in pytest_plugin.PROFILES:
        raise UserError(
            f"unknown profile {profile!r}; there are {', '.join(pytest_plugin.PROFILES)}"
        )

    def grade(suite: Suite) -> Grade:
        total = len(suite.properties)
        with open_submission(intake, assignment, confinement) as (submission, observed):
            diagnostician = Diagnostician(assignment)
            records = suite.run(
                submission,
                progress=lambda name: progress(name, total),
                diagnostician=diagnostician,
            )
        notes = [*intake.notes, *diagnostician.problems]
        how = {"confinement": observed.to_json(), "notes": notes}
        return Grade(str(path), judge(records, assignment), {**suite.graded_with, **how})

    return with_suite(assignment, grade, profile=profile, seed=seed, units=units)


@contextmanager
def open_submission(
    intake: SubmittedFiles, assignment: Assignment, confinement: str
) -> Iterator[tuple[Submission, ObservedConfinement]]:
    """Open a submission in this process or in confined ones; say what confines it.

    Raises:
        UserError: This machine does not have the confinement that is asked for.
    """
    if confinement == NONE:
        local = LocalSubmission(intake, assignment.units)
        try:
            yield local, IN_PROCESS
        finally:
            local.close()
        return
    with ConfinedSubmission(intake, assignment) as confined:
        require_level(confined.observed, confinement)
        yield confined, confined.observed


def check_properties(
    path: str | os.PathLike[str],
    names: Collection[str],
    *,
    assignment: Assignment,
    profile: str,
    seed: int,
    units: Collection[str] = (),
    confinement: str = NONE,
    progress: Callable[[str, int], object] = lambda _name, _total: None,
) -> Grade:
    """Grade one submission on some properties only, each with the points that it has among all.

    Args:
        path: What was handed in.
        names: The properties, with or without ``test_`` before them.
        assignment: What to grade against.
        profile: How many cases.
        seed: The seed of the cases.
        units: The units to look for the properties in; all by default.
        confinement: As ``check_submission`` takes it.
        progress: Called with each property's name as it ends, and how many there are.

    Raises:
        UserError: As ``check_submission`` does, or there is no such property.

    """
    intake = read_submission(path, assignment.units)

    def grade(suite: Suite) -> Grade:
        chosen = select(names, suite.properties)
        with open_submission(intake, assignment, confinement) as (submission, observed):
            diagnostician = Diagnostician(assignment)
            records = suite.run(
                submission,
                chosen,
                progress=lambda name: progress(name, len(chosen)),
                diagnostician=diagnostician,
            )
        notes = [*intake.notes, *diagnostician.problems]
        how = {"confinement": observed.to_json(), "notes": notes}
        outcomes = with_true_points(judge(records, assignment), suite, assignment)
        return Grade(str(path), outcomes, {**suite.graded_with, **how})

    return with_suite(assignment, grade, profile=profile, seed=seed, units=units)
