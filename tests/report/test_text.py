"""Texts and points that the report formats share."""

import json

import pytest

from backproof.grades.outcomes import BLOCKED, FAILED, NOT_GRADED, NOT_STARTED, PASSED, Grade
from backproof.grades.visibility import hide_for_students
from backproof.report import scores, text
from tests.support.report_examples import HOSTILE, grade, incomplete, outcome, result


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\x00b\x7f\x9b", "a\\x00b\\x7f\\x9b"),
        ("a\r\nb\rc", "a\nb\\x0dc"),
        ("abc\u202edef\u2066", "abc\\u202edef\\u2066"),
        ("a\u2028b\uffff", "a\\u2028b\\uffff"),
        ("σ(z) = 1\tif\nz", "σ(z) = 1\tif\nz"),
    ],
)
def test_what_cannot_be_seen_is_written_out(written, shown):
    """Control and direction characters could hide or reorder text; all others must stay."""
    assert text.visible(written) == shown


def test_a_text_that_is_cut_says_by_how_much():
    """Readers must know that a text is incomplete."""
    assert text.shorten("abcdef", 6) == "abcdef"
    assert text.shorten("abcdef", 2) == "ab\n… (4 more characters are left out)"


def test_a_line_is_one_line_and_bounded():
    """Names and sentences are used in headings and table rows."""
    assert text.one_line(" a\n b\t c ") == "a b c"
    assert len(text.one_line("x" * 1000)) == 301


@pytest.mark.parametrize(
    ("status", "start"),
    [(NOT_STARTED, "Not started: "), (BLOCKED, "Blocked: "), (NOT_GRADED, "Not graded: ")],
)
def test_a_status_that_is_no_verdict_is_explained(status, start):
    """Students may not know what blocked means, least of all for a hidden rule."""
    made = outcome(status=status)
    veiled = hide_for_students(grade(made), {made.property}).outcomes[0]
    assert text.message(made).startswith(start)
    assert text.message(veiled).startswith(start)


def test_a_failure_is_explained_with_its_mistake_and_its_case():
    """Every platform shows this text, so its order is the same everywhere."""
    assert text.explain(outcome(status=FAILED)).splitlines() == [
        "returned: h = 1",
        "required: h = 0",
        "You forgot the sign.",
        "smallest case:",
        "import numpy as np",
        "r1 = layers.f(np.array(-1.0))",
    ]
    assert text.explain(outcome(status=PASSED)) == ""


def test_a_summary_names_units_notes_and_what_it_was_graded_with():
    """A unit with an outcome that was not graded must not show a final number."""
    lines = text.summary(incomplete()).splitlines()
    assert lines[0] == "activations: 2 of 2 points (1 passed)"
    assert lines[1] == "  f: 2 of 2 (1 of 1 core rules)"
    assert lines[2] == "layers: ? of 4 points (1 passed, 1 not graded)"
    assert lines[3] == "  f: ? of 4 (1 of 2 core rules)"
    assert "note: layers.py was read as Latin-1" in lines
    assert "profile grade, seed 0, confinement strict" in lines[-1]


def test_what_a_grade_does_not_record_is_not_made_up():
    """A grade from elsewhere may lack settings, and a property may lack a sentence."""
    bare = Grade("x", (outcome(sentence=""),), {"seed": 3})
    assert text.graded_with(bare) == "seed 3"
    assert text.graded_with(Grade("x", (), {})) == "settings that were not recorded"
    assert text.sentence(bare.outcomes[0]) == "test_layers_1"


def test_notes_are_bounded():
    """A submission with thousands of files must not fill a report with notes."""
    notes = text.notes(grade(notes=[f"file {number}" for number in range(80)]))
    assert len(notes) == 51
    assert "30 more" in notes[-1]


def test_a_report_is_rendered_with_shorter_texts_until_it_fits():
    """As much text as possible is kept; a report that never fits is recognised."""
    assert text.fitting(lambda limit: "σ" * limit, 1_500) == "σ" * 300
    assert text.fitting(lambda limit: "too long", 5) is None


@pytest.mark.parametrize(
    ("value", "written"),
    [(8.0, "8"), (100.0, "100"), (0.0, "0"), (-0.001, "0"), (1 / 3, "0.33"), (-2.5, "-2.5")],
)
def test_numbers_are_written_short(value, written):
    """Points such as 2.50000001 or -0 would confuse students."""
    assert scores.number(value) == written


def test_units_keep_their_order_and_add_up():
    """Students add up the units and compare with the grade."""
    made = grade()
    units = scores.by_unit(made)
    assert [unit.name for unit in units] == ["activations", "layers"]
    assert sum(unit.points for unit in units) == pytest.approx(made.score)
    assert sum(unit.max_points for unit in units) == pytest.approx(made.max_score)


def test_a_score_is_final_only_if_everything_was_graded():
    """Platforms must get a reason instead of a score that is too low."""
    assert scores.final(result(of=grade())) == grade()
    assert scores.final(result(of=incomplete())) is None
    assert "1 of 3" in scores.why_not_graded(result(of=incomplete()))
    assert scores.why_not_graded(result()) == "the archive is damaged"


def test_dumped_json_keeps_every_character():
    """Formulas in sentences contain characters outside ASCII."""
    assert json.loads(text.dump([HOSTILE])) == [HOSTILE]
