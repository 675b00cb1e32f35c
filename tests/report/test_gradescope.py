"""Gradescope's ``results.json``, against the published specification."""

import json

import pytest

from backproof.report.platforms import gradescope
from backproof.report.scores import NotGradable
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


def rendered(made):
    """Render a grade, and require that it follows the specification."""
    document = json.loads(gradescope.render(made, TITLE))
    require_valid(document, "gradescope")
    return document


def test_each_property_is_a_test_with_its_points():
    """Students see these tests instead of our report."""
    tests = rendered(grade())["tests"]
    assert [test["number"] for test in tests] == ["1.1", "1.2", "2.1", "2.2", "2.3"]
    assert [test["status"] == "passed" for test in tests] == [True, False, False, False, True]
    assert [test["score"] for test in tests] == pytest.approx([2, 0.5, 0, 0, 1 / 3], abs=1e-5)
    assert tests[1]["name"] == "Rule 2 of activations holds."
    assert tests[1]["tags"] == ["activations"]


def test_scores_add_up_to_the_total():
    """Gradescope shows the total of the document, and students add up the tests."""
    document = rendered(grade())
    assert document["score"] == pytest.approx(sum(test["score"] for test in document["tests"]))
    assert document["score"] == pytest.approx(2 + 0.5 + 1 / 3, abs=1e-5)
    assert document["execution_time"] == 1.25


def test_outputs_explain_and_the_summary_has_the_units():
    """Students need the case of a failure, and the reason why a rule is blocked."""
    document = rendered(grade())
    outputs = [test["output"] for test in document["tests"]]
    assert outputs[0] == ""
    assert "\nr1 = layers.f(np.array(-1.0))" in outputs[1]
    assert outputs[2].startswith("Blocked: ")
    assert outputs[3].startswith("Not started: ")
    for said in (f"{TITLE}: 2.83 of 8.33 points", "layers: 0.33 of", "Latin-1", "seed 0"):
        assert said in document["output"]


def test_all_text_is_plain_text():
    """HTML of a student would run in the browser of instructors; hidden tests hide the total."""
    document = rendered(hostile())
    shown = [document, *document["tests"]]
    assert {entry["output_format"] for entry in shown} == {"text"}
    assert {test["name_format"] for test in document["tests"]} == {"text"}
    assert {entry["visibility"] for entry in shown} == {"visible"}
    assert visible(HOSTILE) in document["tests"][0]["output"]
    assert "\x1b" not in "".join(entry["output"] for entry in shown)


def test_hidden_rules_are_for_staff_until_grades_are_published():
    """They have no points of their own: those are in the test that the student sees."""
    hidden = outcome(2, "activations")
    document = json.loads(gradescope.render(grade(), TITLE, published_later=[hidden]))
    require_valid(document, "gradescope")
    *visible_tests, last = document["tests"]
    assert {test["visibility"] for test in visible_tests} == {"visible"}
    assert (last["visibility"], last["tags"]) == ("after_published", ["activations", "hidden"])
    assert last["name"] == hidden.sentence
    assert "returned: h = 1" in last["output"]
    assert not {"score", "max_score"} & last.keys()
    assert document["score"] == pytest.approx(sum(test["score"] for test in visible_tests))


def test_a_grade_with_a_part_not_graded_gets_no_file():
    """results.json requires a score, and neither 0 nor full marks would be right."""
    with pytest.raises(NotGradable, match="1 of 3 properties"):
        gradescope.render(incomplete(), TITLE)
