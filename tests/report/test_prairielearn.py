"""PrairieLearn's ``results.json``, against its documentation."""

import json

import pytest

from backproof.errors import UserError
from backproof.report.platforms import prairielearn
from backproof.report.text import visible
from tests.support.report_examples import (
    HOSTILE,
    TITLE,
    grade,
    hostile,
    incomplete,
    outcome,
    require_valid,
)

_ONE_MB = 1_000_000


def rendered(made):
    """Render a grade, and require that it is short and follows the documentation."""
    text = prairielearn.render(made, TITLE)
    assert len(text.encode()) <= _ONE_MB
    document = json.loads(text)
    require_valid(document, "prairielearn")
    return document


def test_the_score_is_a_share_and_the_points_are_points():
    """PrairieLearn scales the share to the points of its own question."""
    document = rendered(grade())
    tests = document["tests"]
    assert document["gradable"] is True
    earned, most = sum(test["points"] for test in tests), sum(test["max_points"] for test in tests)
    assert document["score"] == pytest.approx(earned / most)
    assert document["score"] == pytest.approx((2.5 + 1 / 3) / (8 + 1 / 3))


def test_a_test_says_the_rule_the_message_and_the_case():
    """PrairieLearn shows message and code in separate places."""
    test = rendered(grade())["tests"][1]
    assert test["name"] == "Rule 2 of activations holds."
    assert test["description"] == "activations, with activations.f"
    assert test["message"].startswith("returned: h = 1\nrequired: h = 0")
    assert test["output"].startswith("import numpy")


def test_full_marks_are_exactly_one():
    """A sum of thirds must not cost a perfect submission its last hundredth."""
    passed = [outcome(number, status="passed", max_points=1 / 3) for number in range(7)]
    assert rendered(grade(*passed))["score"] == 1


def test_a_part_not_graded_makes_the_attempt_not_gradable():
    """A fault of the grader must not use up an attempt."""
    document = rendered(incomplete())
    assert document["gradable"] is False
    assert "score" not in document
    assert "fault of the grader" in document["format_errors"][0]
    assert (document["tests"][2]["points"], document["tests"][2]["max_points"]) == (0, 0)


def test_hostile_text_is_shown_as_it_is():
    """PrairieLearn turns terminal codes into HTML, so none may be left."""
    test = rendered(hostile())["tests"][0]
    assert visible(HOSTILE) in test["message"]
    assert "\x1b" not in test["message"] + test["output"]


def test_long_texts_are_trimmed_and_say_so():
    """PrairieLearn fails a job above 1 MB; all tests and points must remain."""
    long = [outcome(number, message="σ" * 9_000, case="x = '😀'\n" * 900) for number in range(200)]
    document = rendered(grade(*long))
    assert len(document["tests"]) == 200
    assert all("more characters are left out" in test["message"] for test in document["tests"])


def test_a_list_of_tests_that_is_too_long_is_left_out():
    """The score must arrive even if the list of tests does not fit."""
    document = rendered(grade(*(outcome(1, sentence="σ" * 300) for _ in range(2_000))))
    assert "tests" not in document
    assert "2000 tests is left out" in document["message"]


def test_a_grade_without_points_is_refused():
    """A share of 0 points is neither 0 nor 1."""
    with pytest.raises(
        UserError, match=r"maximal points of this grade are 0.*tool\.backproof\.points"
    ):
        prairielearn.render(grade(outcome(max_points=0.0)), TITLE)
