"""Many submissions: graded side by side, none able to stop the rest."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from backproof.afresh import grade_afresh
from backproof.casebook.draw import draw
from backproof.classroom.settings import Settings
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.grades.outcomes import Grade
from backproof.grades.results import Attempt, Result
from backproof.grading.forked_grader import GraderPool, GradingJob
from backproof.suite.collect import with_suite
from backproof.suite.suite import Suite

# Whether a grader can be forked for each submission.
FORKS = hasattr(os, "fork")


def grade_all(
    attempts: Sequence[Attempt],
    settings: Settings,
    *,
    jobs: int,
    done: Callable[[Result], None],
    drawn: Callable[[str, int], object] = lambda _name, _total: None,
) -> None:
    """Grade many attempts side by side.

    The properties are collected and their cases drawn once; where the system cannot fork, each
    submission is graded by a fresh process.

    Args:
        attempts: What to grade.
        settings: What to grade with.
        jobs: How many at a time.
        done: Called with each result as it comes.
        drawn: Called as the cases of each property are drawn, with how many there are.

    Raises:
        UserError: The assignment cannot be used.
    """
    if not FORKS:
        for attempt, said in grade_afresh(attempts, settings, jobs=jobs):
            done(result_of(attempt, said))
        return

    def grade(suite: Suite) -> None:
        total = len(suite.items)
        book = draw(suite, settings.assignment, progress=lambda name: drawn(name, total))
        diagnostician = Diagnostician(settings.assignment)
        share_what_is_there()
        order = GradingJob(suite, book, settings.assignment, settings.confinement, diagnostician)
        seats = GraderPool(order, min(jobs, len(attempts)))
        try:
            for attempt, said in seats.grade((each, each.path) for each in attempts):
                done(result_of(attempt, said))
        finally:
            seats.close()

    with_suite(settings.assignment, grade, profile=settings.profile, seed=settings.seed)


def share_what_is_there() -> None:
    """Keep the collector from touching what all forks from here on have in common."""
    gc.collect()
    gc.freeze()


def result_of(attempt: Attempt, said: Mapping[str, Any]) -> Result:
    """Put together what is known of an attempt and what its grader said."""
    grade = Grade.from_json(said["grade"]) if "grade" in said else None
    return Result(
        name=attempt.name,
        students=attempt.students,
        number=attempt.number,
        fingerprint=said.get("fingerprint", ""),
        grade=grade and replace(grade, submission=attempt.name),
        problem=said.get("problem", ""),
        seconds=said.get("seconds", 0.0),
        cpu_seconds=said.get("cpu_seconds", 0.0),
    )
