"""Classroom 50's ``result.json``, against its published schema and the rules of its validator."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.errors import UserError
from backproof.report.platforms import classroom50
from backproof.report.scores import NotGradable
from tests.support.report_examples import TITLE, grade, incomplete, outcome, require_valid

ENVIRONMENT = {
    "CLASSROOM": "deep-learning",
    "ASSIGNMENT": "optimizing",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://github.example/commit/a1b2c3d",
    "RELEASE_URL": "https://github.example/releases/tag/submit",
    "REVIEW_URL": "https://github.example/compare/0...a1b2c3d",
    "OWNER": "ada",
    "ASSIGNMENT_TYPE": "individual",
    "HOME": "/somewhere",
}
ABOUT = classroom50.about_from(ENVIRONMENT)


def rendered(made):
    """Render a grade, add the runner's fields, and require that the result is valid."""
    document = json.loads(classroom50.render(made, TITLE, ABOUT))
    require_valid({**document, "datetime": "2026-06-01T14:32:01Z"}, "classroom50")
    for scored in (document, *document["tests"]):
        assert type(scored["score"]) is type(scored["max-score"]) is int
        assert scored["score"] <= scored["max-score"]
    return document


def test_points_are_counted_in_hundredths_and_add_up():
    """The platform rejects a result whose tests do not add up to its totals."""
    document = rendered(grade())
    assert (document["score"], document["max-score"]) == (283, 833)
    assert sum(test["score"] for test in document["tests"]) == 283
    assert sum(test["max-score"] for test in document["tests"]) == 833


def test_a_test_keeps_its_name_its_verdict_and_its_message():
    """The platform knows passed and failed only; students need the status and the message."""
    test = rendered(grade())["tests"][1]
    assert test["test-name"] == "activations: Rule 2 of activations holds."
    assert test["passed"] is False
    assert (test["score"], test["status"]) == (50, "failed")
    assert "required: h = 0" in test["message"]


@given(shares=st.lists(st.tuples(st.floats(0, 5), st.sampled_from([0, 0.5, 1])), min_size=1))
def test_rounding_is_fair(shares):
    """Rounding each test alone would take full marks from a perfect submission."""
    made = grade(
        *(
            outcome(
                number,
                status="passed" if share == 1 else "failed",
                points=most * share,
                max_points=most,
            )
            for number, (most, share) in enumerate(shares)
        )
    )
    document = rendered(made)
    assert abs(document["score"] - 100 * made.score) <= 0.501
    assert abs(document["max-score"] - 100 * made.max_score) <= 1.001
    for test, (most, share) in zip(document["tests"], shares, strict=True):
        assert abs(test["score"] - 100 * most * share) < 1
        if share == 1:
            assert test["score"] == test["max-score"]
        if share == 0:
            assert test["score"] == 0


def test_what_only_the_platform_knows_comes_from_its_environment():
    """Other variables, such as tokens, must not reach the result."""
    document = rendered(grade())
    assert document["classroom"] == "deep-learning"
    assert document["submission"] == ENVIRONMENT["SUBMISSION_TAG"]
    assert "/somewhere" not in json.dumps(document)
    assert classroom50.about_from({"OWNER": "", "HOME": "/somewhere"}) == {}


def test_a_field_that_is_missing_or_unknown_is_named():
    """The collector would reject an incomplete result later, without telling anyone."""
    lacking = {field: value for field, value in ABOUT.items() if field not in ("review", "owner")}
    with pytest.raises(UserError, match="needs review: its runner sets REVIEW_URL"):
        classroom50.render(grade(), TITLE, lacking)
    with pytest.raises(UserError, match="no field reviewer"):
        classroom50.render(grade(), TITLE, {**ABOUT, "reviewer": "x"})


def test_without_the_platform_there_are_the_scores_only():
    """Instructors can try the format without the platform; its fields are not invented."""
    document = json.loads(classroom50.render(grade(), TITLE))
    assert set(document) == {"schema", "assignment", "score", "max-score", "tests"}


def test_a_grade_with_a_part_not_graded_gets_no_file():
    """The runner reports a missing file as an error of the autograder, which is right."""
    with pytest.raises(NotGradable, match="Classroom 50"):
        classroom50.render(incomplete(), TITLE, ABOUT)
