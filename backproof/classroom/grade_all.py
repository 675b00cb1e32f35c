"""Grade many submissions in parallel, each isolated from the others."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from backproof.casebook.draw import draw
from backproof.casebook.shelf import Shelf
from backproof.classroom.settings import Settings
from backproof.confined.level import require_level
from backproof.confined.pool import ServerPool
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.errors import UserError
from backproof.grades.results import Attempt, Result
from backproof.grading.forked_grader import (
    Graded,
    GraderPool,
    GradingJob,
    describe_fault,
    grade_confined,
)
from backproof.intake.reader import read_submission
from backproof.suite.collect import with_suite
from backproof.suite.suite import Suite

# Whether this system can fork a grader for each submission.
FORKS = hasattr(os, "fork")


def grade_all(
    attempts: Sequence[Attempt],
    settings: Settings,
    *,
    jobs: int,
    done: Callable[[Result], None],
    drawn: Callable[[str, int], object] = lambda _name, _total: None,
) -> None:
    """Grade many attempts; the properties are collected and their cases are drawn only once.

    Args:
        attempts: The attempts to grade.
        settings: The settings that the results depend on.
        jobs: The number of attempts that are graded at a time if the system can fork; else one is.
        done: Called with each result.
        drawn: Called with the id of each property when its cases are drawn, and the number of
            properties.

    Raises:
        UserError: The assignment cannot be used.

    """

    def grade(suite: Suite) -> None:
        total = len(suite.properties)
        shelf = Shelf(settings.assignment, settings.profile, settings.seed)
        book = draw(suite, lambda name: drawn(name, total), shelf)
        diagnostician = Diagnostician(settings.assignment)
        job = GradingJob(suite, book, settings.confinement, diagnostician)
        submissions = ((attempt, attempt.path) for attempt in attempts)
        if not FORKS:
            for attempt, graded in _grade_in_turn(submissions, job):
                done(result_of(attempt, graded))
            return
        with closing(GraderPool(job, min(jobs, len(attempts)))) as pool:
            for attempt, graded in pool.grade(submissions):
                done(result_of(attempt, graded))

    with_suite(settings.assignment, grade, profile=settings.profile, seed=settings.seed)


def _grade_in_turn(
    submissions: Iterable[tuple[Attempt, Path]], job: GradingJob
) -> Iterator[tuple[Attempt, Graded]]:
    """Grade one submission after another in this process; its code runs in others."""
    with closing(ServerPool(job.suite.assignment)) as servers:
        for attempt, path in submissions:
            begin = time.monotonic()
            try:
                files = read_submission(path, job.suite.assignment.units)
                require_level(servers.for_sources(files.files.values()).observed, job.confinement)
                graded = grade_confined(files, job, servers)
                graded = replace(graded, fingerprint=files.fingerprint)
            except UserError as error:
                graded = Graded(problem=str(error))
            except Exception as error:  # a fault of the grader costs this submission only
                graded = Graded(problem=describe_fault(error))
            yield attempt, replace(graded, seconds=round(time.monotonic() - begin, 3))


def result_of(attempt: Attempt, graded: Graded) -> Result:
    """Return the result of an attempt, with its students."""
    return Result(
        name=attempt.name,
        students=attempt.students,
        number=attempt.number,
        fingerprint=graded.fingerprint,
        grade=graded.grade and replace(graded.grade, submission=attempt.name),
        problem=graded.problem,
        seconds=graded.seconds,
        cpu_seconds=graded.cpu_seconds,
        records=graded.records,
        submitted=attempt.submitted,
    )
