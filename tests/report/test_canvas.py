"""Canvas' gradebook import, with and without a gradebook exported from Canvas."""

import csv
import io

import pytest

from backproof.errors import UserError
from backproof.grades.results import Student
from backproof.report.spreadsheets import canvas
from tests.support.report_examples import HOSTILE, grade, incomplete, outcome, result

TITLE = "Backpropagation"
COLUMN = "Backpropagation (4711)"
EXPORT = f"""\
Student,ID,SIS User ID,SIS Login ID,Section,Essay (12),{COLUMN},Current Score
,,,,,,Manual Posting,
    Points Possible,,,,,10.00,2.00,(read only)
"Lovelace, Ada",101,m-1,ada,"A and B",5.00,,50
"Bit, Ben",102,m-2,ben@example.org,A,,1.50,0
"Chen, Li",103,m-3,chen1,A,,,0
"Chen, Li",104,m-4,chen2,B,,,0
"Dora, Dora",105,m-5,dora,B,,,0
"""
GOOD = grade(outcome(status="failed", points=0.5))  # half a point of two


def written(*results, gradebook=None, title=TITLE):
    """Write the file; return its header, points, rows and problems."""
    out = io.StringIO()
    problems = canvas.write(iter(results), out, title, gradebook=gradebook)
    header, points, *rows = csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True)
    assert "Points Possible" in points[0]
    assert {len(row) for row in rows} <= {len(header)}
    return header, points, rows, problems


def by(student_id="", name="", email=""):
    """Return a graded result of one student."""
    return result("x", GOOD, students=(Student(student_id, name, email),))


def test_without_a_gradebook_canvas_looks_for_the_login():
    """Canvas requires this header; an invented ID could belong to another student."""
    header, points, rows, problems = written(result("ada", GOOD))
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", TITLE]
    assert points[-1] == "2"
    assert rows == [["Ada", "", "", "ada", "", "0.5"]]
    assert problems == []


def test_points_possible_come_from_the_first_grade():
    """The first result may have no grade, and the row of the points precedes all others."""
    _, points, rows, _ = written(result("ben"), result("ada", GOOD))
    assert points[-1] == "2"
    assert [row[-1] for row in rows] == ["", "0.5"]


def test_not_graded_is_an_empty_cell():
    """A fault of the grader must not cost a student points."""
    _, _, rows, _ = written(result("ada"), result("ben", incomplete()))
    assert [row[-1] for row in rows] == ["", ""]


def test_a_group_has_a_row_for_each_member():
    """Canvas grades students: a member without a row would have no grade."""
    pair = result("pair", GOOD, students=(Student("ada"), Student("ben")))
    _, _, rows, _ = written(pair)
    assert [(row[3], row[-1]) for row in rows] == [("ada", "0.5"), ("ben", "0.5")]


def test_hostile_names_are_cells():
    """A name must be neither a formula nor the row of the maximal points."""
    names = [Student("=1", "+Ada"), Student("ben", "Points Possible")]
    _, _, rows, _ = written(*(result("x", GOOD, students=(student,)) for student in names))
    assert [row[:4] for row in rows] == [["'+Ada", "", "", "'=1"], ["", "", "", "ben"]]


@pytest.mark.parametrize(
    "student",
    [
        Student("ada"),
        Student("ADA"),
        Student("101"),
        Student("m-1"),
        Student("folder7", "Ada Lovelace"),
        Student("folder7", "lovelace,  ada"),
    ],
)
def test_students_are_found_in_the_gradebook(student):
    """Courses use different IDs; Canvas only accepts rows as it exported them."""
    made = result("x", GOOD, students=(student,))
    header, points, rows, problems = written(made, gradebook=EXPORT)
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", COLUMN]
    assert points[-1] == "2.00"
    assert rows == [["Lovelace, Ada", "101", "m-1", "ada", "A and B", "0.5"]]
    assert problems == []


def test_an_address_may_be_the_login():
    """Many schools use addresses as logins."""
    _, _, rows, _ = written(by("folder7", email="Ben@example.org"), gradebook=EXPORT)
    assert rows[0][1] == "102"


def test_who_is_not_in_the_gradebook_is_reported():
    """A grade must not be lost silently."""
    _, _, rows, problems = written(by("zoe", "Zoe"), by("kim"), by("ada"), gradebook=EXPORT)
    assert [row[1] for row in rows] == ["101"]
    assert problems == [
        "no row of the gradebook fits zoe / Zoe, so there is no row with 0.5 points",
        "no row of the gradebook fits kim, so there is no row with 0.5 points",
    ]


def test_problems_can_be_printed():
    """A hostile name must not steer the instructor's terminal."""
    hostile = Student("\x1b[2J", HOSTILE)
    made = [result("x", GOOD, students=(hostile,)), result("\x1b[2J", GOOD, students=())]
    _, _, _, problems = written(*made, gradebook=EXPORT)
    assert len(problems) == 2
    assert all(problem.isprintable() for problem in problems)


def test_who_could_be_several_is_reported():
    """A guess could give one student's grade to another."""
    confusing = EXPORT.replace(",dora,", ",101,")
    _, _, rows, problems = written(by("x", "Li Chen"), by("101"), gradebook=confusing)
    assert rows == []
    assert [problem.startswith("several rows fit") for problem in problems] == [True, True]


def test_an_id_comes_before_a_name():
    """Otherwise a student found by name could take the row of one with an ID."""
    namesake, dora = (
        by("folder1", "Dora Dora"),
        result("d", grade(outcome()), students=(Student("dora"),)),
    )
    _, _, rows, problems = written(namesake, dora, gradebook=EXPORT)
    assert [(row[3], row[-1]) for row in rows] == [("dora", "0")]
    assert "folder1" in problems[0]


def test_a_second_result_for_a_row_is_reported():
    """A row has one grade; the other one must not be lost silently."""
    _, _, rows, problems = written(by("ada"), by("m-1"), gradebook=EXPORT)
    assert len(rows) == 1
    assert problems == ["a second result for m-1, with 0.5 points"]


def test_not_graded_leaves_what_canvas_has():
    """An empty cell would delete an existing grade."""
    _, _, rows, _ = written(result("ada"), result("ben@example.org"), gradebook=EXPORT)
    assert [row[-1] for row in rows] == ["", "1.50"]


def test_a_new_assignment_gets_a_column_and_is_reported():
    """A misspelt title would otherwise create a second assignment unnoticed."""
    header, points, rows, problems = written(by("ada"), gradebook=EXPORT, title="Backprop")
    assert (header[-1], points[-1], rows[0][-1]) == ("Backprop", "2", "0.5")
    assert "no column for 'Backprop'" in problems[0]


def test_exports_of_other_languages_and_settings_are_read():
    """Canvas exports byte order marks, semicolons, decimal commas and split names."""
    text = (
        f"\ufeffLastName;FirstName;ID;SIS Login ID;Section;{COLUMN}\r\n"
        '    Points Possible;;;;;2,00\r\nLovelace;Ada;101;ada;"A; B"\r\n'
    )
    header, _, rows, problems = written(by("x", "Ada Lovelace"), gradebook=text)
    assert header[:2] == ["LastName", "FirstName"]
    assert rows == [["Lovelace", "Ada", "101", "ada", "A; B", "0.5"]]
    assert problems == []


@pytest.mark.parametrize("points", ["20.00", '"20,00"'])
def test_other_points_in_canvas_are_refused(points):
    """Out of other points, the same number would be another grade."""
    out = io.StringIO()
    with pytest.raises(UserError, match=r"has 20 points in Canvas, and these grades have 2:"):
        canvas.write([by("ada")], out, TITLE, gradebook=EXPORT.replace(",2.00,", f",{points},"))
    assert out.getvalue() == ""


def test_a_grade_out_of_other_points_is_reported():
    """Points of some units only would look like a bad grade of the whole."""
    other = result("ben", grade(outcome(max_points=1.0)))
    _, _, rows, problems = written(by("ada"), other)
    assert [row[3] for row in rows] == ["ada"]
    assert problems == [
        "ben: graded out of 1 points where the assignment has 2, so there is no row for it"
    ]


def test_a_result_without_a_student_is_reported():
    """It has no row, and its grade must not be lost silently."""
    _, _, rows, problems = written(result("mystery", GOOD, students=()))
    assert rows == []
    assert problems == ["mystery: its students are unknown"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a gradebook of Canvas"),
        ("name,points\nada,3\n", "'name,points', has no columns 'ID' and 'Section'"),
        (EXPORT.replace("Essay (12)", "Backpropagation (12)"), "several columns"),
        ('Student,ID,Section\n"a"b,1,A\n', "not valid CSV"),
    ],
)
def test_a_gradebook_that_cannot_be_used_is_refused(text, said):
    """Instructors need to know what to export instead."""
    with pytest.raises(UserError, match="(?s)" + said.replace("(", r"\(")):
        written(by("ada"), gradebook=text)
