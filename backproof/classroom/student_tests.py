"""Examination of the tests in the submissions of a class, as a part of their grades."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from backproof.classroom.settings import Settings
from backproof.errors import UserError
from backproof.examination.examine import Examiner
from backproof.examination.outcomes import credits_of, outcomes_of, outcomes_without_tests
from backproof.examination.suite import read_suite
from backproof.grades.outcomes import TESTS, Grade, Outcome
from backproof.grades.results import Attempt, Result

# A run grades the code, the tests, or both.
CODE, TESTS_ALONE, BOTH = "code", "tests", "both"
WHAT = (CODE, TESTS_ALONE, BOTH)


class TestGrader:
    """Examines the tests of one attempt after another.

    Args:
        settings: The settings of the run.

    Raises:
        UserError: The assignment has nothing to examine tests by, or this machine cannot confine.

    """

    __test__ = False

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._examiner = Examiner(
            settings.assignment, confinement=settings.confinement, seed=settings.seed
        )

    def close(self) -> None:
        """End all processes."""
        self._examiner.close()

    def added_to(self, result: Result, path: Path) -> Result:
        """Return a result with the outcomes of the tests at a path, if it has a grade."""
        if result.grade is None:
            return result
        begin = time.monotonic()
        outcomes, examined_with = self._outcomes(path)
        grade = with_tests(result.grade, outcomes)
        grade = replace(grade, graded_with={**grade.graded_with, "student_tests": examined_with})
        seconds = result.seconds + round(time.monotonic() - begin, 3)
        return replace(result, grade=grade, seconds=seconds)

    def result_of(self, attempt: Attempt) -> Result:
        """Return the result of an attempt that is graded by its tests alone."""
        empty = Result(
            name=attempt.name,
            students=attempt.students,
            number=attempt.number,
            fingerprint=fingerprint_of_tests(attempt.path),
            grade=Grade(attempt.name, (), {}),
            submitted=attempt.submitted,
        )
        return self.added_to(empty, attempt.path)

    def _outcomes(self, path: Path) -> tuple[list[Outcome], object]:
        try:
            examination = self._examiner.examine(read_suite(path))
        except UserError as problem:
            return outcomes_without_tests(self._settings.assignment.examine, str(problem)), {}
        return outcomes_of(examination), examination.examined_with


def with_tests(grade: Grade, outcomes: list[Outcome]) -> Grade:
    """Return a grade with the outcomes of tests after those of the code."""
    return replace(
        grade,
        outcomes=(*grade.outcomes, *outcomes),
        functions=(*grade.functions, *credits_of(outcomes)),
    )


def outcomes_of_tests(grade: Grade) -> list[Outcome]:
    """Return the outcomes of tests in a grade."""
    return [each for each in grade.outcomes if each.unit == TESTS]


def fingerprint_of_tests(path: Path) -> str:
    """Return a digest of the tests at a path; empty if there are none."""
    try:
        return read_suite(path).submitted.fingerprint
    except UserError:
        return ""
