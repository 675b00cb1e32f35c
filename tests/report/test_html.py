"""The page of one submission, read by a parser."""

import json
import re

import pytest
from hypothesis import given, settings

from backproof.errors import UserError
from backproof.failure_kinds import IMPORT_FAILED
from backproof.grades import evidence
from backproof.grades.outcomes import BLOCKED, NOT_STARTED, PASSED
from backproof.grades.visibility import hide_for_students
from backproof.report import optional
from backproof.report.html.student_page import render, render_fragment
from backproof.report.registry import SINGLE, render_single
from tests.support.html_pages import parsed, require_policy
from tests.support.report_examples import (
    HOSTILE,
    TITLE,
    grade,
    grades,
    hostile,
    incomplete,
    outcome,
)

EVIDENCE = evidence.of_entries([1.0, 2.0], [1.0, 3.0], [False, True], "dW")


def page_of(made):
    """Render and parse."""
    page = parsed(render(made, TITLE))
    require_policy(page)
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert page.all("html")[0]["attributes"]["lang"] == "en"
    return page


def test_the_score_and_a_bar_for_each_unit_are_shown():
    """Screen readers need the bar in words, and its parts must fill it."""
    page = page_of(grade())
    assert page.texts("p", class_="score") == ["2.83 of 8.33 points"]
    assert page.texts("h1") == ["somebody"]
    assert page.texts("span", class_="points") == ["2.5 of 4", "0.33 of 4.33"]
    bars = page.all("svg", class_="bar")
    assert [bar["attributes"]["aria-label"] for bar in bars] == [
        "1 passed, 1 failed",
        "1 passed, 1 not started, 1 blocked",
    ]
    lengths = [float(e["attributes"]["width"]) for e in page.all("rect")]
    assert lengths == pytest.approx([50, 50, 100 / 3, 100 / 3, 100 / 3])


def test_what_to_do_next_comes_first():
    """Students should start with one failure instead of a list of fifty."""
    page = page_of(grade())
    source = page.source
    assert source.index("Next, fix f in activations") < source.index(">Units<")
    assert source.index("Rule 2 of activations holds.") < source.index(">Units<")
    assert page.texts("h2") == ["Do this next", "Units", "Causes and rules"]


def test_where_all_is_well_nothing_is_left_to_do():
    """An empty failure would confuse students who have finished."""
    page = page_of(grade(outcome(1, status=PASSED)))
    assert page.texts("p", class_="step") == [
        "Nothing is left to do: the one rule that was checked holds."
    ]
    assert not page.all("pre")


def test_a_failure_says_all_that_is_known():
    """Message, mistake, case and picture each help different students."""
    message = "returned: h = 1\nrequired: h = 0\nnote:     the sign\nof h"
    page = page_of(grade(outcome(message=message, evidence=EVIDENCE)))
    assert page.texts("dt")[:3] == ["returned", "required", "note"]
    assert page.texts("dd")[:3] == ["h = 1", "h = 0", "the sign of h"]
    (at,) = (n for n, text in enumerate(page.texts("p")[:6]) if text == "You forgot the sign.")
    assert page.texts("p")[at - 1] == "Rule 1 of layers holds."
    assert page.source.index("You forgot the sign.") < page.source.index("import numpy")
    assert page.all("code")[0]["text"] == "import numpy as np\nr1 = layers.f(np.array(-1.0))"
    assert page.texts("figcaption")[0].startswith("dW, 1 of 2 entries are wrong")
    assert page.all("svg", role="img", aria_label=page.texts("figcaption")[0])


def test_what_blocks_a_failure_has_a_line_of_its_own():
    """A student's message that contains such a line must not look blocked."""
    blocked = "returned: 1\nblocked by layers: fix that first, it may explain this"
    page = page_of(grade(outcome(status=BLOCKED, message=blocked)))
    assert ("blocked by", "layers: fix that first, it may explain this") in zip(
        page.texts("dt"), page.texts("dd"), strict=True
    )
    page = page_of(grade(outcome(message=blocked)))
    assert "blocked by" not in page.texts("dt")


def test_one_cause_is_told_once():
    """A file that cannot be imported fails many rules with the same message."""
    same = {"kind": IMPORT_FAILED, "message": "layers.py cannot be imported", "case": None}
    page = page_of(grade(*(outcome(number, diagnosis=None, **same) for number in range(1, 9))))
    assert "✗ layers.py cannot be imported failed, 0 of 16" in page.texts("summary")
    assert "It breaks 8 rules of layers" in page.texts("summary")
    rules = [item for item in page.texts("li") if item.startswith("Rule ")]
    assert rules == [f"Rule {number} of layers holds." for number in range(1, 9)] * 2


def test_what_follows_is_in_the_card_and_in_its_own_unit():
    """A student may look for a rule in its unit, and should learn there what to fix first."""
    cause = outcome(1, blamed=("layers.f",))
    same = outcome(2, blamed=("layers.f",), case="r1 = layers.f(2)", diagnosis=None)
    follows = outcome(3, "network", BLOCKED, blocked_by=("layers.f",))
    page = page_of(grade(cause, same, follows))
    assert "✗ f in layers failed, 0 of 6" in page.texts("summary")
    assert "It also breaks 1 rule of layers, 1 of network" in page.texts("summary")
    assert "r1 = layers.f(2)" in page.texts("code")
    assert "⊘ 1 may follow from f in layers" in page.texts("summary")
    assert len(page.all("details", data_status="failed")) == 1


def test_without_a_script_everything_can_be_read():
    """Some platforms strip scripts: failures are open, and useless controls are hidden."""
    page = page_of(grade(outcome(1), outcome(2, status=NOT_STARTED)))
    assert all("open" in card["attributes"] for card in page.all("details", data_status="failed"))
    (form,) = page.all("form")
    assert "hidden" in form["attributes"]
    assert all("hidden" in button["attributes"] for button in page.all("button", class_="copy"))


def test_a_grade_with_a_part_not_graded_shows_no_total():
    """A partial sum would look like a bad grade, and the student is not at fault."""
    page = page_of(incomplete())
    assert not page.all("p", class_="score")
    assert "Not graded. 1 of 3 properties could not be graded" in page.texts("p")[1]
    assert page.texts("span", class_="points") == ["2 of 2", "? of 4"]
    assert any("not of your code" in text for text in page.texts("p"))


def test_hidden_properties_stay_hidden():
    """Names, messages and pictures would reveal the hidden rule."""
    made = grade(outcome(1, evidence=EVIDENCE, mistakes=("layers.sign_forgotten",)))
    page = page_of(hide_for_students(made, {"test_layers_1"}))
    for word in ("test_layers_1", "Rule 1", "dW", "the sign", "h = 1"):
        assert word not in page.source
    assert "A rule of layers that is not shown." in page.source


def test_hostile_text_is_text():
    """Text of a student must create no element and no attribute in an instructor's browser."""
    attacks = (
        HOSTILE,
        '"><img src=x onerror=alert(1)>',
        "</script></style></title><script>alert(1)</script>",
        "<a href='javascript:alert(1)'>x</a> {{ 7 * 7 }} {% raw %}",
        "\u202egnp.exe \u2066 \x1b[31m",
    )
    for attack in attacks:
        texts = dict.fromkeys(("sentence", "message", "case", "diagnosis", "property"), attack)
        made = grade(
            outcome(1, unit=attack, **texts),
            outcome(2, status=PASSED, unit=attack, sentence=attack),
            notes=[attack],
            seed=attack,
        )
        page = parsed(render(made, attack))
        require_policy(page)
        assert {link["attributes"]["href"] for link in page.all("a")} == {"#content", "#unit-1"}
        parsed(render_fragment(made, attack))
    page_of(hostile())


@settings(max_examples=25)
@given(made=grades())
def test_any_grade_makes_a_page(made):
    """A report must not fail because of the content of a grade."""
    page_of(made)
    parsed(render_fragment(made))


def test_a_part_for_a_notebook_changes_nothing_outside_of_it():
    """Scripts, ids and styles would affect the other cells of the notebook."""
    page = parsed(render_fragment(grade(outcome(evidence=EVIDENCE)), TITLE))
    assert not [e for e in page.elements if e["tag"] in ("script", "form", "html", "main", "body")]
    assert not [e for e in page.elements if "id" in e["attributes"]]
    style = page.all("style")[0]["text"].strip()
    assert style.startswith(".backproof {")
    depth, ends = 0, []
    for place, character in enumerate(style):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "}" and depth == 0:
            ends.append(place)
    assert ends == [len(style) - 1]
    assert page.texts("h3") == ["somebody"]


def test_the_same_grade_makes_the_same_page():
    """Pages can be compared and cached only if they are reproducible."""
    assert render(grade(), TITLE) == render(grade(), TITLE)


def test_numbers_that_json_has_no_word_for_are_drawn():
    """NaN is a frequent failure, and evidence is read back from JSON."""
    found = evidence.of_entries([float("nan"), 1.0], [0.0, 1.0], [True, False], "dW")
    page = page_of(grade(outcome(evidence=json.loads(json.dumps(found)))))
    assert re.search(r"returned NaN, required 0\.", page.texts("figcaption")[0])


def test_without_jinja_the_error_says_what_to_install(monkeypatch):
    """Jinja is optional, and both the page and the notebook need it."""
    monkeypatch.setattr(optional, "find_spec", lambda name: None)
    for call in (lambda: render_single("html", grade(), TITLE), lambda: render_fragment(grade())):
        with pytest.raises(UserError, match=r'needs jinja2.*pip install "backproof\[reports\]"'):
            call()
    assert SINGLE["html"].file_name == "report.html"
