"""Tests of grading a class, in forks and in turn."""

import dataclasses

import pytest

from backproof.assignment.config import load_assignment
from backproof.classroom import grade_all
from backproof.classroom.settings import Settings
from backproof.grades.results import Attempt, Student
from tests.support.classes import SUBMISSIONS, small_assignment, write_class

NAMES = ("ada", "ben", "cid", "dee")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The settings of an assignment of two units, and attempts at it."""
    folder = tmp_path_factory.mktemp("course")
    assignment = load_assignment(small_assignment(folder / "a", "activations", "losses"))
    write_class(folder / "class", NAMES)
    (folder / "class" / "nobody").mkdir()
    attempts = [
        Attempt(name, folder / "class" / name, (Student(name),)) for name in (*NAMES, "nobody")
    ]
    return Settings(assignment, "quick", 0, "strict"), attempts


def grade(course):
    """Grade the class two at a time; return the results by name.

    A grade is its outcomes without their durations, the fingerprint and the score.
    """
    settings, attempts = course
    results = {}
    grade_all.grade_all(
        attempts, settings, jobs=2, done=lambda result: results.setdefault(result.name, result)
    )
    for name, result in results.items():
        if result.grade is not None:
            outcomes = [dataclasses.replace(o, seconds=0.0) for o in result.grade.outcomes]
            results[name] = outcomes, result.fingerprint, result.grade.score
    return results


@pytest.fixture(scope="module")
def forked(course):
    """The results of a class that is graded in forks."""
    return grade(course)


def test_every_attempt_has_a_result(forked):
    """A student without a result would be missing in the gradebook."""
    scores = {name: forked[name][2] for name in NAMES}
    assert scores == {name: SUBMISSIONS[name][1] for name in NAMES} | {"dee": scores["dee"]}
    assert 0 < scores["dee"] < 6
    assert forked["nobody"].grade is None
    assert "is empty" in forked["nobody"].problem


def test_mistakes_are_named_in_a_class(forked):
    """Names of mistakes must survive the way between processes."""
    outcomes, _, _ = forked["dee"]
    named = {name for outcome in outcomes for name in outcome.mistakes}
    assert named == {"losses.value_is_the_sum"}


@pytest.mark.exhaustive
def test_grading_in_turn_gives_the_same_grades(course, forked, monkeypatch):
    """A grade must not depend on whether the system can fork processes."""
    monkeypatch.setattr(grade_all, "FORKS", False)
    in_turn = grade(course)
    assert {name: in_turn[name] for name in NAMES} == {name: forked[name] for name in NAMES}
    assert in_turn["nobody"].problem == forked["nobody"].problem
