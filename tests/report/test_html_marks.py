"""What the pages say beside the scores: who is missing, what was changed, how and when."""

import re

import pytest

from backproof.grades.outcomes import Adjustment
from backproof.grades.results import Result, Student
from backproof.report.html import class_data
from backproof.report.html.class_page import render as class_page
from backproof.report.html.student_page import render as student_page
from tests.support.report_examples import TITLE, grade, outcome, result

pytest.importorskip("jinja2")


def text_of(page):
    """Return the text of a page, without its marks, styles and scripts."""
    body = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_the_class_page_names_who_handed_in_nothing_and_equal_files():
    """An instructor sees at once who is missing; this is no fault of the grader."""
    absent = Result("zoe", (Student("zoe", "Zoe Q"),), 0, "", None, "nothing handed in")
    made_with = {"python": "3.13.1", "numpy": "2.3.0"}
    submitted = {name: result(name, grade(**made_with)) for name in ("ada", "ben")}
    results = [*submitted.values(), absent]
    page = class_page(results, TITLE, made="2026-11-30 18:00", equal=[("ada", "ben")])
    text = text_of(page)
    assert "Nothing handed in Zoe Q (zoe)" in text
    assert "Equal submissions" in text
    names = [class_data.display_name(each) for each in submitted.values()]
    assert f"the unchanged template. {', '.join(names)} " in text
    assert all(f">{name[:25]}" in page for name in names)  # beside the rows of the map
    assert "confinement strict; python 3.13.1, numpy 2.3.0." in text
    assert "Not graded A fault" not in text
    assert "Made 2026-11-30 18:00. Graded with backproof 0.1.0, assignment 0123456789ab" in text


def test_a_students_page_begins_with_the_number_of_causes():
    """Many failures frighten; their causes are few."""
    failures = [outcome(n, status="failed", blamed=("layers.f",)) for n in range(1, 4)]
    assert "1 cause explains 3 failures." in text_of(student_page(grade(*failures), TITLE))
    assert "explains" not in text_of(student_page(grade(outcome(1, status="passed")), TITLE))


def test_both_scores_are_on_a_students_page_with_the_reason():
    """Nothing is deducted without a line that says why."""
    late = Adjustment("late: 2 days begun: −1 <b>", -1.0)
    adjusted = type(grade())(**{**vars(grade(outcome(1, points=2.0))), "adjustments": (late,)})
    page = student_page(adjusted, TITLE)
    assert "1 of 2 points 2 of 2 points before: late: 2 days begun: −1 &lt;b&gt;" in text_of(page)
