"""Moodle's grade import, parsed as Moodle parses it."""

import csv
import html
import io

from backproof.grades.results import Student
from backproof.report.spreadsheets import moodle
from tests.support.report_examples import (
    HOSTILE,
    TITLE,
    grade,
    hostile,
    incomplete,
    outcome,
    result,
)

GRADE, FEEDBACK = TITLE, f"{TITLE} (feedback)"


def rows(*results):
    """Write the file without problems, and return its rows as mappings."""
    out = io.StringIO()
    assert moodle.write(iter(results), out, TITLE) == []
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline=""), strict=True))


def test_a_row_has_the_keys_the_grade_and_the_feedback():
    """Instructors map either key, and Moodle deletes a grade whose feedback comes alone."""
    (row,) = rows(result("ada", grade()))
    assert (row["ID number"], row["Email address"]) == ("ada", "ada@example.org")
    assert (row["Name"], row[GRADE]) == ("Ada", "2.83")
    feedback = html.unescape(row[FEEDBACK])
    assert feedback.startswith("2.83 of 8.33 points\nactivations: 2.5 of 4 points")
    assert "Rule 2 of activations holds.\nreturned: h = 1\nrequired: h = 0" in feedback


def test_a_group_has_a_row_for_each_member():
    """Moodle grades students: a member without a row would have no grade."""
    found = rows(result("pair", grade(), students=(Student("ada"), Student("ben"))))
    assert [(row["ID number"], row[GRADE]) for row in found] == [("ada", "2.83"), ("ben", "2.83")]


def test_not_graded_is_no_grade_and_says_so():
    """Moodle stores an empty cell of a new column as 0, and reads a dash as a missing grade."""
    for row in rows(result("ada"), result("ben", incomplete())):
        assert row[GRADE] == "-"
        assert row[FEEDBACK].startswith("Not graded.")
    assert "the archive is damaged" in rows(result("ada"))[0][FEEDBACK]


def test_no_row_is_without_a_key():
    """Moodle assigns a row whose key is empty or 0 to the student of the previous row."""
    found = rows(result("x", grade(), students=(Student("ada"), Student("0"), Student(" "))))
    assert [row["ID number"] for row in found] == ["ada", "unknown", "unknown"]
    assert {row["Email address"] for row in found} == {"unknown"}


def test_a_result_without_a_student_is_reported():
    """It has no row, and its grade must not be lost silently."""
    out = io.StringIO()
    problems = moodle.write([result("mystery", grade(), students=())], out, TITLE)
    assert len(out.getvalue().splitlines()) == 1
    assert problems == ["mystery: its students are unknown"]


def test_hostile_text_is_neither_html_nor_a_formula():
    """Moodle shows feedback as HTML, in the browser of others."""
    (row,) = rows(result("ada", hostile(), students=(Student("=1", HOSTILE),)))
    assert "<" not in row[FEEDBACK]
    assert "<script>" in html.unescape(row[FEEDBACK])
    assert row["ID number"] == "'=1"


def test_feedback_is_bounded_and_says_what_is_left_out():
    """A megabyte of feedback would make Moodle's pages unusable."""
    long = grade(*(outcome(number, message="x" * 9_000) for number in range(100)))
    feedback = rows(result("ada", long))[0][FEEDBACK]
    assert len(feedback) < 5_000
    assert "more characters are left out" in feedback
