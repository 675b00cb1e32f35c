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


def graded(course, jobs=2):
    """Return the results by name, without the parts that differ from run to run."""
    settings, attempts = course
    results = {}
    grade_all.grade_all(
        attempts, settings, jobs=jobs, done=lambda result: results.setdefault(result.name, result)
    )
    for name, result in results.items():
        if result.grade is not None:
            outcomes = [dataclasses.replace(o, seconds=0.0) for o in result.grade.outcomes]
            results[name] = outcomes, result.fingerprint, result.grade.score
    return results


def test_every_attempt_has_a_result(course):
    """A student without a result would be missing in the gradebook."""
    results = graded(course)
    scores = {name: results[name][2] for name in NAMES}
    assert scores == {name: SUBMISSIONS[name][1] for name in NAMES} | {"dee": scores["dee"]}
    assert 0 < scores["dee"] < 6
    assert results["nobody"].grade is None
    assert "is empty" in results["nobody"].problem


def test_mistakes_are_named_in_a_class(course):
    """Names of mistakes must survive the way between processes."""
    outcomes, _, _ = graded(course)["dee"]
    named = {name for outcome in outcomes for name in outcome.mistakes}
    assert named == {"losses.value_is_the_sum"}


def test_fresh_processes_give_the_same_grades(course, monkeypatch):
    """A grade must not depend on the system that the class is graded on."""
    forked = graded(course, jobs=1)
    monkeypatch.setattr(grade_all, "FORKS", False)
    in_turn = graded(course)
    assert {name: in_turn[name] for name in NAMES} == {name: forked[name] for name in NAMES}
    assert in_turn["nobody"].problem == forked["nobody"].problem
