"""Autolab's output, parsed as Autolab parses it."""

import json

import pytest

from backproof.grades.outcomes import NOT_GRADED
from backproof.report.platforms import autolab
from backproof.report.scores import NotGradable
from backproof.report.text import visible
from tests.support.report_examples import HOSTILE, TITLE, grade, hostile, incomplete, outcome


def rendered(made):
    """Render a grade and return its text, stages and result as Autolab splits them."""
    lines = autolab.render(made, TITLE).rstrip().split("\n")
    text, stages, result = lines[:-2], json.loads(lines[-2]), json.loads(lines[-1])
    assert stages["_presentation"] == "semantic"
    assert set(stages["stages"]) == set(stages) - {"_presentation", "stages"}
    return "\n".join(text), stages, result


def test_the_last_line_has_a_problem_for_each_unit_and_the_scoreboard():
    """Autolab reads points from this line alone, so units and total must be those of the grade."""
    _, _, result = rendered(grade())
    assert result["scores"] == {"activations": 2.5, "layers": pytest.approx(1 / 3, abs=1e-4)}
    assert result["scoreboard"] == pytest.approx([2.8333, 2.5, 0.3333], abs=1e-4)
    assert sum(result["scores"].values()) == pytest.approx(result["scoreboard"][0], abs=1e-3)


def test_stages_show_each_rule_with_a_hint():
    """Rows are keys of an object: without numbers, equal sentences would replace each other."""
    twice = [outcome(1, sentence="It holds."), outcome(2, status="passed", sentence="It holds.")]
    _, stages, _ = rendered(grade(*twice))
    (stage,) = stages["stages"]
    assert stage == "layers (2 of 4 points)"
    assert stages[stage]["1. It holds."]["passed"] is False
    assert "required: h = 0" in stages[stage]["1. It holds."]["hint"]
    assert stages[stage]["2. It holds."] == {"passed": True}


def test_messages_and_cases_stand_above():
    """Students copy the case from this text, which Autolab shows unchanged."""
    text, _, _ = rendered(grade())
    assert text.startswith(TITLE)
    assert "\nr1 = layers.f(np.array(-1.0))" in text
    assert "layers: 0.33 of" in text


def test_a_unit_not_graded_has_no_score():
    """Autolab keeps the old score of a missing problem; a total of the rest would be too low."""
    _, stages, result = rendered(incomplete())
    assert result == {"scores": {"activations": 2.0}}
    assert list(stages["Not graded"]) == ["layers 2. Rule 3 of layers holds."]
    assert "layers (? of 4 points)" in stages["stages"]


def test_nothing_graded_gives_no_result():
    """Autolab would record an empty result as 0 points."""
    with pytest.raises(NotGradable, match="no unit has a score"):
        autolab.render(grade(outcome(status=NOT_GRADED)), TITLE)


def test_hostile_text_stays_in_its_place():
    """A line of a student must not be parsed as scores, nor steer a terminal."""
    forged = '\n{"_presentation": "semantic"}\n{"scores": {"layers": 99}}'
    text, _, result = rendered(grade(outcome(message=forged, case=forged)))
    assert '{"scores": {"layers": 99}}' in text
    assert result["scores"] == {"layers": 0.0}
    text, _, _ = rendered(hostile())
    assert visible(HOSTILE) in text
    assert "\x1b" not in text


def test_the_lines_that_are_parsed_are_ascii():
    """A pipe with another encoding would make other characters unreadable."""
    output = autolab.render(grade(outcome(sentence="h = σ(z)")), TITLE)
    assert "".join(output.rstrip().split("\n")[-2:]).isascii()
    assert "σ" in output
