"""Tests of a run over a class: the results that count, reports, and the summary."""

import csv
import io
import json

import pytest
from rich.console import Console

from backproof.assignment.config import load_assignment
from backproof.classroom.run import ALL, BEST, STORE, ClassRun
from backproof.classroom.settings import Settings
from backproof.classroom.store import Store
from backproof.errors import UserError
from backproof.grades.outcomes import FAILED, NOT_GRADED, PASSED
from backproof.grades.results import Attempt, Result, Student
from backproof.report.class_statistics import ClassStatistics
from backproof.report.registry import require
from backproof.report.terminal.class_table import ClassTable, print_statistics
from tests.support.classes import small_assignment
from tests.support.report_examples import grade, outcome

HIDDEN = "test_losses_value_is_symmetric"


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """An assignment one of whose properties is hidden."""
    more = f'hidden = ["{HIDDEN}"]'
    return load_assignment(
        small_assignment(tmp_path_factory.mktemp("a") / "a", "losses", more=more)
    )


def result(name, score=1.0, *, number=1, fingerprint="", status=PASSED, problem=""):
    """Return a result of one property; the student's name is before the dash."""
    student = Student(name.partition("-")[0])
    of_it = {"property": HIDDEN, "max_points": 1.0, "points": score}
    found = None if problem else grade(outcome(1, "losses", status, **of_it))
    return Result(name, (student,), number, fingerprint or name, found, problem, 0.5, 0.25)


@pytest.fixture
def run(assignment, tmp_path):
    """Return a function that creates a run with a store of given results."""
    stores = []

    def run_(*results):
        settings = Settings(assignment, "quick", 0, "strict")
        store = Store.open(tmp_path / "out" / STORE, settings.identity())
        stores.append(store)
        for each in results:
            store.save(each)
        attempts = [Attempt(r.name, tmp_path / r.name, r.students, r.number) for r in results]
        return ClassRun(settings, store, attempts)

    yield run_
    for store in stores:
        store.close()


def test_the_attempts_that_count_are_chosen(run):
    """Courses differ in whether the best attempt counts."""
    graded = run(result("ada-1", 0.9), result("ada-2", 0.4, number=2), result("ben-1", 0.1))
    assert graded.chosen(BEST) == ["ada-1", "ben-1"]
    assert graded.chosen(ALL) == ["ada-1", "ada-2", "ben-1"]


def test_results_of_what_is_no_longer_handed_in_do_not_count(run):
    """A withdrawn submission stays in the store but must not get into the gradebook."""
    graded = run(result("ada-1"), result("ben-1"))
    graded.attempts = graded.attempts[:1]
    assert graded.chosen(ALL) == ["ada-1"]


def test_equal_submissions_of_different_students_are_named(run):
    """Equal submissions of two students may be plagiarism; two of one student are not."""
    graded = run(
        result("ada-1", fingerprint="x"),
        result("ada-2", fingerprint="x", number=2),
        result("ben-1", fingerprint="y"),
        result("cid-1", fingerprint="y"),
    )
    graded.chosen(ALL)
    assert graded.duplicates == [("ben-1", "cid-1")]


def test_each_report_is_for_its_reader(run, tmp_path):
    """Students must not see hidden properties; the instructor needs all scores."""
    graded = run(result("ada-1", 0.0, status=FAILED), result("ben-1", problem="it is gone"))
    formats = ["gradebook", "moodle", "gradescope", "jsonl"]
    graded.write_reports(tmp_path, formats, graded.chosen(ALL))
    for path in (tmp_path / "moodle.csv", tmp_path / "gradescope" / "ada-1.json"):
        assert HIDDEN not in path.read_text()
    rows = list(csv.DictReader(io.StringIO((tmp_path / "gradebook.csv").read_text())))
    assert [row["status"] for row in rows] == ["graded", "not graded"]
    lines = (tmp_path / "results.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["grade"]["outcomes"][0]["property"] == HIDDEN
    assert not (tmp_path / "gradescope" / "ben-1.json").exists()


def test_a_report_of_a_run_before_does_not_stay_for_what_has_none_now(run, tmp_path):
    """An old score that is not valid any more could be uploaded."""
    stale = tmp_path / "gradescope" / "ada-1.json"
    stale.parent.mkdir()
    stale.write_text("{}")
    graded = run(result("ada-1", 0.0, status=NOT_GRADED))
    graded.write_reports(tmp_path, ["gradescope"], ["ada-1"])
    assert not stale.exists()


def test_an_unknown_format_is_refused_with_the_known_ones():
    """A typing error must not show only after hours of grading."""
    for format in ("canvas", "json"):
        require(format)
    with pytest.raises(UserError, match="'excel'; there are gradebook, canvas"):
        require("excel")


def printed(show, *arguments):
    """Return the text on a terminal of 100 columns."""
    console = Console(width=100, file=io.StringIO())
    show(console, *arguments)
    return console.file.getvalue()


def test_statistics_count_what_was_graded():
    """An instructor decides by these numbers what to discuss in the lecture."""
    found = ClassStatistics()
    for one in (
        result("ada-1", 1.0),
        result("ben-1", 0.0, status=FAILED),
        result("cid-1", 0.0, status=FAILED),
        result("dee-1", problem="the grader ended with signal 9"),
    ):
        found.add(one)
    assert (found.graded, found.not_graded) == (3, 1)
    assert found.quartiles()[1] == 0.0
    [(rule, rate)] = found.failures()
    assert (rule.unit, round(rate, 3)) == ("losses", 0.667)
    assert found.not_graded_lines() == ["not graded: dee-1: the grader ended with signal 9"]
    shown = printed(print_statistics, found)
    assert "67 %" in shown
    assert "3 graded, 1 not" in shown


def test_statistics_of_nothing_say_nothing():
    """Quartiles of no scores would be numbers without a meaning."""
    assert printed(print_statistics, ClassStatistics()) == ""


def test_the_names_of_submissions_are_shown_as_they_are():
    """A student chooses the name, which must not be interpreted as markup."""
    table = ClassTable(["losses"])
    table.add(result("[bold]ada[/bold]-1"))
    shown = printed(lambda console: table.print(console))
    assert "[bold]ada[/bold]-1" in shown
