"""The plain gradebook and JSON Lines, and the memory that formats of a class need."""

import csv
import io
import json
import weakref

import pytest

from backproof.grades.outcomes import Grade
from backproof.grades.results import Student
from backproof.report.registry import CLASS, write_class
from backproof.report.spreadsheets import jsonl, plain_csv
from tests.support.report_examples import HOSTILE, TITLE, grade, incomplete, outcome, result

UNITS = ("activations", "layers", "losses")


def rows(*results):
    """Write a gradebook and return its rows as mappings."""
    out = io.StringIO()
    plain_csv.write(iter(results), out, TITLE, units=UNITS)
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline=""), strict=True))


def test_a_row_has_the_student_the_scores_and_the_status():
    """Instructors compute with these columns: units must add up to the score."""
    (row,) = rows(result("ada", grade(), number=3))
    assert (row["student_id"], row["name"], row["email"]) == ("ada", "Ada", "ada@example.org")
    assert (row["attempt"], row["submission"], row["status"]) == ("3", "ada", "graded")
    scores = [float(row[unit]) for unit in ("activations", "layers")]
    assert sum(scores) == pytest.approx(float(row["score"]))
    assert float(row["percent"]) == pytest.approx(34)
    assert float(row["max_score"]) == pytest.approx(25 / 3, abs=1e-5)
    assert (row["losses"], row["problem"], row["seconds"]) == ("", "", "1.5")


def test_a_group_has_a_row_for_each_member():
    """Each member needs a grade in the instructor's list."""
    members = (Student("ada"), Student("ben"))
    found = rows(result("pair", grade(), students=members))
    assert [row["student_id"] for row in found] == ["ada", "ben"]
    assert found[0]["score"] == found[1]["score"] != ""


def test_not_graded_is_never_zero():
    """A fault of the grader must not look like a bad submission."""
    none, part = rows(result("ada"), result("ben", incomplete()))
    assert (none["status"], none["problem"]) == ("not graded", "the archive is damaged")
    assert {none[name] for name in ("score", "max_score", "percent", *UNITS)} == {""}
    assert (part["status"], part["score"], part["percent"]) == ("not graded", "", "")
    assert (part["activations"], part["layers"], part["max_score"]) == ("2", "", "6")
    assert "1 of 3 properties" in part["problem"]


def test_zero_points_are_zero():
    """A graded submission without points must not look like one that was not graded."""
    (row,) = rows(result("ada", grade(outcome())))
    assert (row["score"], row["percent"], row["status"]) == ("0", "0", "graded")


def test_a_result_without_a_student_has_a_row():
    """An instructor can assign it by its file name, so it must not be dropped."""
    (row,) = rows(result("mystery", grade(), students=()))
    assert (row["student_id"], row["submission"]) == ("", "mystery")


def test_hostile_names_and_problems_are_cells():
    """A gradebook is opened in a spreadsheet, which evaluates formulas."""
    student = Student("=1+1", HOSTILE, "@x")
    (row,) = rows(result("-x", students=(student,), problem=f"={HOSTILE}"))
    assert row["student_id"] == "'=1+1"
    assert row["name"].startswith("<script>")
    assert (row["email"], row["submission"]) == ("'@x", "'-x")
    assert row["problem"].startswith("'=<script>")
    assert None not in row


def test_json_lines_hold_the_documented_form():
    """Scripts read grades from these lines, in any encoding that contains ASCII."""
    made = result("ada", grade(outcome(message=f"\u2028\x85{HOSTILE}")))
    out = io.StringIO()
    jsonl.write([made, result("ben")], out, TITLE)
    first, second = out.getvalue().splitlines()
    document = json.loads(first)
    assert Grade.from_json(document["grade"]) == made.grade
    student = {"id": "ada", "name": "Ada", "email": "ada@example.org", "section": ""}
    assert document["students"] == [student]
    assert (document["name"], document["number"], document["title"]) == ("ada", 1, TITLE)
    assert json.loads(second)["grade"] is None
    assert json.loads(second)["problem"] == "the archive is damaged"
    assert first.isascii()


# A page begins with totals, and a worksheet has an order of its own, so they are written after all
# results are read. The feedback files have no text.
@pytest.mark.parametrize(
    "name", sorted(set(CLASS) - {"html", "moodle-worksheet", "moodle-feedback"})
)
def test_results_are_written_as_they_come_and_not_kept(name):
    """A class of any size must fit into memory."""
    out, references = io.StringIO(), []

    def results():
        for number in range(60):
            alive = sum(reference() is not None for reference in references)
            assert alive <= 3
            if number > 2:
                assert f"student{number - 2}" in out.getvalue()
            made = result(f"student{number}", grade())
            references.append(weakref.ref(made))
            yield made

    options = {"units": UNITS} if name == "gradebook" else {}
    assert write_class(name, results(), out, TITLE, **options) == []


def test_functions_have_columns_whose_points_add_up():
    """An instructor sees in a spreadsheet which function the class could not write."""
    out = io.StringIO()
    functions = ("activations.f", "layers.f")
    results = [result("ada", grade()), result("ben", incomplete())]
    plain_csv.write(iter(results), out, TITLE, units=UNITS, functions=functions)
    ada, ben = csv.DictReader(io.StringIO(out.getvalue(), newline=""), strict=True)
    assert sum(float(ada[name]) for name in functions) == pytest.approx(float(ada["score"]))
    assert (ben["activations.f"], ben["layers.f"]) == ("2", "")
