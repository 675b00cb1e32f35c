"""Rosters as instructors have them, and hostile ones."""

from datetime import UTC, datetime, timedelta

import pytest

from backproof.errors import UserError
from backproof.grades.results import Student
from backproof.marking.class_list import CANVAS, MOODLE, PLAIN, parse_class_list, read_class_list
from backproof.marking.tables import read_rows

PLAIN_ROSTER = "Student ID;Name;E-Mail;Section;Extension\n1;Ada Lovelace;ada@x.org;Mon;2\n"
CANVAS_ROSTER = (
    "Student,ID,SIS User ID,SIS Login ID,Section,HW (1)\n"
    "    Points Possible,,,,,6\n"
    '"Lovelace, Ada",501,u1,ada,Mon,\n'
    '"Student, Test",999,,,Mon,\n'
)
MOODLE_ROSTER = (
    "\ufeffIdentifier,Full name,Email address,Status,Grade,Last modified (submission)\n"
    'Participant 7,Ada Lovelace,ada@x.org,,,"Monday, 30 November 2026, 11:59 PM"\n'
)


@pytest.mark.parametrize(
    ("text", "kind", "student"),
    [
        (PLAIN_ROSTER, PLAIN, Student("1", "Ada Lovelace", "ada@x.org", "Mon")),
        (CANVAS_ROSTER, CANVAS, Student("ada", "Ada Lovelace", "", "Mon")),
        (MOODLE_ROSTER, MOODLE, Student("ada@x.org", "Ada Lovelace", "ada@x.org", "")),
        ("first name\tlast name\nAda\tLovelace\n", PLAIN, Student("Ada Lovelace", "Ada Lovelace")),
        ("email\nada@x.org\n\n\n", PLAIN, Student("ada@x.org", "", "ada@x.org")),
    ],
)
def test_a_roster_is_read_in_the_form_that_it_has(text, kind, student):
    """The id is what the course's own files call the student."""
    listed = parse_class_list(text, "roster.csv")
    assert (listed.kind, [one.student for one in listed.students]) == (kind, [student])


@pytest.mark.parametrize(
    "found",
    [
        Student("ada"),
        Student("ADA"),
        Student("501", "lovelaceada"),
        Student("u1"),
        Student("lovelaceada"),
        Student("x", "Ada Lovelace"),
        Student("x", "", "ada@x.org"),
    ],
)
def test_a_submission_finds_its_student_by_id_or_by_name(found):
    """Canvas names files by a name without signs and a number; others by a login."""
    assert parse_class_list(CANVAS_ROSTER, "r").find(found).student.id == "ada"


def test_a_name_that_two_students_have_finds_neither():
    """A guess could give one student the points of another."""
    listed = parse_class_list("id,name\n1,Ada Li\n2,Li Ada\n", "r")
    assert listed.find(Student("x", "Ada Li")) is None
    assert listed.find(Student("2")).student.id == "2"


def test_an_id_goes_before_the_beginning_of_somebody_elses_address():
    """An address may begin with the id of another student."""
    listed = parse_class_list("id,email\nada,x@y.org\nben,ada@y.org\n", "r")
    assert listed.find(Student("ada")).student.id == "ada"


def test_extensions_are_days_or_a_time():
    """Both are common in tables of extensions."""
    text = "id,extension\n1,2\n2,1.5 days\n3,2026-12-01T12:00\n4,\n5,-\n"
    found = parse_class_list(text, "r").students
    assert [one.extension / timedelta(days=1) for one in found] == [2, 1.5, 0, 0, 0]
    assert [one.due for one in found][2:4] == [datetime(2026, 12, 1, 12, tzinfo=UTC), None]


GRADESCOPE_ROSTER = (
    "First Name,Last Name,SID,Email,Role,Section\n"
    "Ada,Lovelace,17,ada@x.org,Student,Mon\n"
    "Ben,Teacher,,ben@x.org,Instructor,\n"
)
GRADESCOPE_SCORES = (
    "First Name,Last Name,SID,Email,Sections,Total Score,Max Points,Status,Submission ID,"
    "Submission Time,Lateness (H:M:S)\n"
    "Ada,Lovelace,17,ada@x.org,Mon,5.0,6.0,Graded,1,2026-11-30 23:59:30 -0800,00:00:00\n"
    "Cid,Silent,18,cid@x.org,Mon,,6.0,Missing,,,\n"
)


@pytest.mark.parametrize(
    ("text", "submitted"),
    [
        (GRADESCOPE_ROSTER, {"17": ""}),
        (GRADESCOPE_SCORES, {"17": "2026-11-30T23:59:30-08:00", "18": ""}),
    ],
)
def test_tables_of_gradescope_are_rosters(text, submitted):
    """Staff are no students, and the table of scores says when each submitted."""
    found = parse_class_list(text, "r").students
    assert {one.student.id: one.submitted for one in found} == submitted
    assert found[0].student == Student("17", "Ada Lovelace", "ada@x.org", "Mon")


def test_a_worksheet_says_when_something_was_handed_in():
    """Moodle's names of files have no times."""
    (one,) = parse_class_list(MOODLE_ROSTER, "r").students
    assert (one.submitted, one.participant) == ("2026-11-30T23:59:00+00:00", "7")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty: expected a line with the names of the columns"),
        (b"id,name\n", "has no students: expected a line for each"),
        (b"a,b\n1,2\n", "is no roster: it has the columns a, b, and needs one of id, email"),
        (b"id,name\n1,Ada\n1,Ben\n", "has 1 in lines 2 and 3: each student needs an id"),
        (b"id,name\n,\n , \n", "has no students"),
        (b"id,x\n,1\n", "line 2 has no id, no email and no name"),
        (b"id,extension\n1,soon\n", "line 2: the extension 'soon' is neither a number of days"),
        (b"PK\x03\x04\0\0\0", "is no CSV file: export it as CSV"),
        (b"\x81\x8d", "is no CSV file: export it as CSV"),
        (b'id,name\n1,"' + b"x" * 200_000 + b'"\n', "is not valid CSV, at line"),
        (b"id\n" + b"1" * 2**24, "is larger than 16 MB"),
    ],
)
def test_what_is_no_roster_is_refused_in_one_line(tmp_path, data, said):
    """The line says where, and what was expected."""
    file = tmp_path / "roster.csv"
    file.write_bytes(data)
    with pytest.raises(UserError, match=said) as caught:
        read_class_list(file)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_roster_has_the_encoding_of_the_program_that_wrote_it(tmp_path, encoding):
    """Excel writes Windows-1252, or UTF-16 with tabs."""
    file = tmp_path / "roster.csv"
    file.write_bytes("id\tname\n1\tZoë Müller\n".encode(encoding))
    assert read_class_list(file).students[0].student.name == "Zoë Müller"


def test_nothing_in_a_roster_is_evaluated_or_printed_as_it_is():
    """A name may be a formula, or control a terminal; cells of reports escape formulas."""
    (one,) = parse_class_list("id,name\n=1+1,\x1b[2J@SUM(A1)\u202e\n", "r").students
    assert one.student.id == "=1+1"
    assert one.student.name == r"\x1b[2J@SUM(A1)\u202e"


def test_of_two_columns_of_one_name_the_first_counts():
    """A forged second column must not replace the first."""
    assert read_rows("id,id\n1,2\n", "r")[1] == [(2, {"id": "1"})]
