"""The students of a class, read from a roster, a gradebook of Canvas or a worksheet of Moodle."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from backproof.errors import UserError
from backproof.grades.results import Student
from backproof.marking.tables import read_rows, read_text
from backproof.printable import printable

CANVAS, MOODLE, PLAIN = "canvas", "moodle", "plain"

# Columns that identify a student, the one that becomes the id first. All names are in lower case.
_IDS = {
    CANVAS: ("sis login id", "sis user id", "id"),
    MOODLE: ("id number", "username", "email address", "identifier"),
    PLAIN: ("id", "student id", "student_id", "login", "username", "id number", "sid", "email"),
}
_NAMES = ("name", "full name", "student", "student name")
_FIRST = ("first name", "first_name", "firstname")
_LAST = ("last name", "last_name", "lastname", "surname")
_EMAILS = ("email", "email address", "e-mail", "mail")
_SECTIONS = ("section", "group", "tutorial", "sections", "section name")
_EXTENSIONS = ("extension", "extension days", "extension_days", "due")
# Moodle's column, and that of Gradescope's table of scores.
_SUBMITTED = ("last modified (submission)", "submission time")
# Gradescope lists instructors and assistants, too.
_ROLE, _STUDENT = "role", "student"
_PARTICIPANT = re.compile(r"\D*(\d+)")
_DAYS = re.compile(r"\+?(\d+(?:\.\d+)?)(?: ?d(?:ays?)?)?", re.I)
# As Moodle writes times in English; in other languages the times are not known.
_TIMES = ("%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M")


@dataclass(frozen=True)
class Enrolled:
    """A student on the roster.

    Attributes:
        student: The student, by the id that reports use.
        keys: All by which the student's work may be found, in lower case.
        names: The spellings of the student's name, without punctuation.
        extension: How much later the work is due.
        due: When it is due for this student, if the roster says so.
        submitted: When the platform says that it was submitted; empty if it does not.
        participant: The number of a participant in Moodle; empty if there is none.
        cells: The cells of the row, by the names of their columns in lower case.
    """

    student: Student
    keys: frozenset[str]
    names: frozenset[str]
    extension: timedelta = timedelta()
    due: datetime | None = None
    submitted: str = ""
    participant: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass
class ClassList:
    """The students of a class.

    Attributes:
        kind: The kind of file that they were read from.
        text: The text of that file.
        heads: The names of its columns.
        students: The students, in its order.
    """

    kind: str = PLAIN
    text: str = ""
    heads: list[str] = field(default_factory=list)
    students: list[Enrolled] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Index the students; a name that two of them have finds neither."""
        self._by_key: dict[str, Enrolled | None] = {}
        self._by_name: dict[str, Enrolled | None] = {}
        for one in self.students:
            for index, keys in ((self._by_key, one.keys), (self._by_name, one.names)):
                for key in keys:
                    index[key] = one if index.get(key, one) is one else None
        # An id is certain, also where it is the beginning of somebody else's address.
        self._by_key |= {one.student.id.casefold(): one for one in self.students}

    def find(self, student: Student) -> Enrolled | None:
        """Return the student of the roster that a submission's student is, by id or by name."""
        for key in (student.id, student.email, student.email.partition("@")[0]):
            if key and (found := self._by_key.get(key.casefold())):
                return found
        return self._by_name.get(plain_name(student.name or student.id))


def read_class_list(file: Path, zone: tzinfo = UTC) -> ClassList:
    """Read a roster.

    Args:
        file: The file: a CSV file with a column ``id``, ``email`` or ``name`` and perhaps
            ``section`` and ``extension``, such as a roster or a table of scores of Gradescope; a
            gradebook of Canvas; or a grading worksheet of Moodle.
        zone: The time zone of times without one.

    Raises:
        UserError: The file cannot be read, has no column that identifies students, or two of its
            students have one id.
    """
    return parse_class_list(read_text(file), printable(file), zone)


def parse_class_list(text: str, name: str, zone: tzinfo = UTC) -> ClassList:
    """Return the class list of a text; see ``read_class_list``."""
    heads, rows = read_rows(text, name)
    lower = {head.casefold() for head in heads}
    if {"student", "id", "section"} <= lower:
        kind = CANVAS
    elif "identifier" in lower and lower & {"full name", "email address", "grade", "status"}:
        kind = MOODLE
    else:
        kind = PLAIN
    if not lower & {*_IDS[kind], *_NAMES, *_LAST}:
        raise UserError(
            f"{name} is no roster: it has the columns {', '.join(map(printable, heads[:8]))}, and "
            "needs one of id, email and name"
        )
    found: list[Enrolled] = []
    lines: dict[str, int] = {}
    for number, cells in rows:
        one = _enrolled(cells, kind, f"{name}, line {number}", zone)
        if one is None:
            continue
        key = one.student.id.casefold()
        if key in lines:
            raise UserError(
                f"{name} has {printable(one.student.id)} in lines {lines[key]} and {number}: each "
                "student needs an id of their own"
            )
        lines[key] = number
        found.append(one)
    if not found:
        raise UserError(f"{name} has no students: expected a line for each")
    return ClassList(kind, text, heads, found)


def _enrolled(cells: Mapping[str, str], kind: str, where: str, zone: tzinfo) -> Enrolled | None:
    """Return the student of a row; ``None`` for a row that is no student."""
    name = _first(cells, _NAMES) or f"{_first(cells, _FIRST)} {_first(cells, _LAST)}".strip()
    if kind == CANVAS and ("points possible" in name.casefold() or name == "Student, Test"):
        return None
    if kind == PLAIN and cells.get(_ROLE, _STUDENT).casefold() not in ("", _STUDENT):
        return None
    participant = ""
    if kind == MOODLE and (match := _PARTICIPANT.fullmatch(cells.get("identifier", ""))):
        participant = match[1]
    email = _first(cells, _EMAILS)
    ids = [cells[column] for column in _IDS[kind] if cells.get(column)]
    identity = next(iter(ids), "") or email or name
    if not identity:
        if kind == CANVAS:  # a row about manual posting
            return None
        raise UserError(f"{where} has no id, no email and no name")
    section = _first(cells, _SECTIONS)
    student = Student(*map(_line, (identity, _in_order(name), email, section)))
    # The part of an address before the @ is a login at many universities.
    login = email.partition("@")[0]
    keys = {key.casefold() for key in (*ids, email, login, participant) if key}
    days, due = _extension(_first(cells, _EXTENSIONS), where, zone)
    return Enrolled(
        student,
        frozenset(keys),
        frozenset(_spellings(name)),
        days,
        due,
        _time(_first(cells, _SUBMITTED), zone),
        participant,
        cells,
    )


def _extension(text: str, where: str, zone: tzinfo) -> tuple[timedelta, datetime | None]:
    if not text or text == "-":
        return timedelta(), None
    if match := _DAYS.fullmatch(text):
        return timedelta(days=float(match[1])), None
    try:
        due = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(
            f"{where}: the extension {printable(text)!r} is neither a number of days nor a time "
            "such as 2026-11-30T23:59"
        ) from None
    return timedelta(), due.replace(tzinfo=due.tzinfo or zone)


def _time(text: str, zone: tzinfo) -> str:
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone).isoformat()
        except ValueError:
            continue
    try:
        time = datetime.fromisoformat(re.sub(r" (?=[+-]\d\d:?\d\d$)", "", text))
    except ValueError:
        return ""
    return time.replace(tzinfo=time.tzinfo or zone).isoformat()


def _first(cells: Mapping[str, str], columns: Sequence[str]) -> str:
    return next((cells[column] for column in columns if cells.get(column)), "")


def _in_order(name: str) -> str:
    """Return a name with the first name first: Canvas writes ``Lovelace, Ada``."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma else name


def _spellings(name: str) -> Iterator[str]:
    """Yield a name as platforms write it in the names of files: in both orders, without signs."""
    words = name.replace(",", " ").split()
    for at in range(len(words)):
        if key := plain_name(" ".join(words[at:] + words[:at])):
            yield key


def plain_name(name: str) -> str:
    """Return a name in lower case, with letters and digits only."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def _line(text: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def with_student(enrolled: Enrolled, student: Student) -> Student:
    """Return the student of the roster, with what only a submission says of the student."""
    listed = enrolled.student
    return replace(listed, name=listed.name or student.name, email=listed.email or student.email)
