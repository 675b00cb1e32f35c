"""A class of 300 submissions and a roster of 320, whose outcomes are made without a run."""

from backproof.classroom.settings import Settings
from backproof.classroom.store import Store
from backproof.grades.judging import judge
from backproof.grades.outcomes import FAILED, PASSED, Grade
from backproof.grades.property_record import PropertyRecord
from backproof.grades.results import Result, Student

VALUE, GRADIENT = "losses.mean_squared_error", "losses.mean_squared_error_gradient"
PROPERTIES = {
    VALUE: "test_losses_value_is_the_mean_over_all_entries",
    GRADIENT: "test_losses_gradient_is_divided_by_all_entries",
}
IN_TIME, TWO_DAYS_LATE = "2026-11-20T12:00:00+00:00", "2026-11-22T10:00:00+00:00"
DEADLINE = '[tool.backproof.deadline]\ndue = "2026-11-20T23:00:00Z"\nper_day = 10\n'
SECTIONS = ("Mon", "Tue", "Wed")


def identity(number):
    """Return the id of a student."""
    return f"s{number:03}"


def section(number):
    """Return the section of a student."""
    return SECTIONS[number % 3]


def roster():
    """Return the roster as CSV: 320 students in three sections, five of whom have an extension."""
    lines = ["id,name,email,section,extension"]
    for n in range(1, 321):
        extension = "3 days" if 292 <= n <= 296 else ""
        email = f"{identity(n)}@example.org"
        lines.append(f'{identity(n)},"Last{n}, First{n}",{email},{section(n)},{extension}')
    return "\n".join(lines)


def moodle_worksheet():
    """Return the same students as a grading worksheet of Moodle."""
    lines = ["Identifier,Full name,Email address,Status,Grade,Maximum Grade,Feedback comments"]
    for n in range(1, 321):
        email = f"{identity(n)}@example.org"
        lines.append(f"Participant {9000 + n},First{n} Last{n},{email},,,6.00,")
    return "\n".join(lines)


def canvas_gradebook():
    """Return the same students as a gradebook of Canvas, with two columns of assignments."""
    head = "Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (11),Homework 2 (7711)"
    lines = [head, "    Points Possible,,,,,10,6"]
    for n in range(1, 321):
        names = f'"Last{n}, First{n}",{5000 + n},u{n}'
        lines.append(f"{names},{identity(n)},{section(n)},10,")
    return "\n".join(lines)


def records(wrong=()):
    """Return the records of a submission in which some functions are wrong."""
    return [
        PropertyRecord(
            name,
            "losses",
            (function,),
            FAILED if function in wrong else PASSED,
            kind="wrong" if function in wrong else "",
            sentence="A rule.",
            blamed=(function,) if function in wrong else (),
        )
        for function, name in PROPERTIES.items()
    ]


def result(number, assignment):
    """Return the result of a student's submission, as a run would save it."""
    name, who = identity(number), (Student(identity(number)),)
    submitted = TWO_DAYS_LATE if 285 <= number <= 296 else IN_TIME
    if number >= 297:
        problem = f"{name}.7z is a .7z archive"
        return Result(name, who, 1, "", None, problem, submitted=submitted)
    kept = records(wrong=[GRADIENT] if 201 <= number <= 284 else [])
    grade = Grade(name, *judge(kept, assignment)[:1], {"notes": []}, judge(kept, assignment)[1])
    data = tuple(record.to_kept() for record in kept)
    return Result(name, who, 1, name, grade, "", 1.0, 1.0, data, submitted)


def write_store(file, assignment, numbers=range(1, 301)):
    """Save the results of the class."""
    settings = Settings(assignment, "grade", 0, "strict")
    with Store.open(file, settings.identity()) as store:
        for number in numbers:
            store.save(result(number, assignment))
