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
    """Render a grade, and require that it is short enough and follows the documentation."""
    text = prairielearn.render(made, TITLE)
    assert len(text.encode()) <= _ONE_MB
    document = json.loads(text)
    require_valid(document, "prairielearn")
    return document


def test_the_score_is_a_share_and_the_points_are_points():
    """The score is earned by possible points; the tests add up to it."""
    document = rendered(grade())
    tests = document["tests"]
    assert document["gradable"] is True
    earned, most = sum(test["points"] for test in tests), sum(test["max_points"] for test in tests)
    assert document["score"] == pytest.approx(earned / most)
    assert document["score"] == pytest.approx((2.5 + 1 / 3) / (8 + 1 / 3))


def test_a_test_says_the_rule_the_message_and_the_case():
    """The message and the code are apart, as PrairieLearn shows them."""
    test = rendered(grade())["tests"][1]
    assert test["name"] == "Rule 2 of activations holds."
    assert test["description"] == "activations, with activations.f"
    assert test["message"].startswith("returned: h = 1\nrequired: h = 0")
    assert test["output"].startswith("import numpy")


def test_full_marks_are_exactly_one():
    """What passed in all parts scores 1, whatever rounding thirds leave."""
    passed = [outcome(number, status="passed", max_points=1 / 3) for number in range(7)]
    assert rendered(grade(*passed))["score"] == 1


def test_a_part_not_graded_makes_the_attempt_not_gradable():
    """There is no score, the attempt is not used up, and the reason is not the student's."""
    document = rendered(incomplete())
    assert document["gradable"] is False
    assert "score" not in document
    assert "fault of the grader" in document["format_errors"][0]
    assert (document["tests"][2]["points"], document["tests"][2]["max_points"]) == (0, 0)


def test_hostile_text_is_shown_as_it_is():
    """PrairieLearn turns terminal codes into HTML: none is left for it to turn."""
    test = rendered(hostile())["tests"][0]
    assert visible(HOSTILE) in test["message"]
    assert "\x1b" not in test["message"] + test["output"]


def test_long_texts_are_trimmed_and_say_so():
    """The whole stays under 1 MB; every test, with its points, is still there."""
    long = [outcome(number, message="σ" * 9_000, case="x = '😀'\n" * 900) for number in range(200)]
    document = rendered(grade(*long))
    assert len(document["tests"]) == 200
    assert all("more characters are left out" in test["message"] for test in document["tests"])


def test_a_list_of_tests_that_is_too_long_is_left_out():
    """With more tests than 1 MB holds, the score stays and the message says what is missing."""
    document = rendered(grade(*(outcome(1, sentence="σ" * 300) for _ in range(2_000))))
    assert "tests" not in document
    assert "2000 tests is left out" in document["message"]


def test_a_grade_without_points_is_refused():
    """A share of nothing is neither 0 nor 1."""
    with pytest.raises(
        UserError, match=r"maximal points of this grade are 0.*tool\.backproof\.points"
    ):
        prairielearn.render(grade(outcome(max_points=0.0)), TITLE)
