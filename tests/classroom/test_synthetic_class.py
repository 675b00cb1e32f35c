"""A class of 300 with a roster of 320, late work, extensions, decisions, and other policies."""

import csv
import io
import json
import os
import re
import signal
import sqlite3
import zipfile
from dataclasses import replace

import pytest
from click.testing import CliRunner

from backproof.assignment.config import load_assignment
from backproof.classroom.run import STORE
from backproof.classroom.settings import Settings
from backproof.classroom.store import Store
from backproof.cli import main
from backproof.report.registry import SINGLE
from tests.support.classes import small_assignment
from tests.support.report_examples import grade as example_grade
from tests.support.report_examples import result as example_result
from tests.support.synthetic_class import (
    DEADLINE,
    GRADIENT,
    VALUE,
    canvas_gradebook,
    identity,
    moodle_worksheet,
    roster,
    section,
    write_store,
)

DECISIONS = (
    "student,function,points,comment\n"
    f"s001,{VALUE},1,copied from the lecture\n"
    f"s201,{GRADIENT},3,the tolerance was too tight\n"
    "s285,,5.5,ill\n"
    f"s292,{VALUE},2,shared code\n"
    "s300,,2,graded by hand\n"
    "s301,,,asked for a second look: nothing was handed in\n"
)
# The table written by hand: the score of each student, and None without one.
SCORES = (
    {identity(n): 6.0 for n in range(1, 201)}  # right
    | {identity(n): 3.0 for n in range(201, 285)}  # the gradient is wrong
    | {identity(n): 4.8 for n in range(285, 292)}  # right, and two days late: − 20 % of 6
    | {identity(n): 6.0 for n in range(292, 297)}  # as late, with three days of extension
    | {identity(n): None for n in range(297, 301)}  # not readable
    | {identity(n): None for n in range(301, 321)}  # nothing handed in
    | {"s001": 4.0, "s201": 6.0, "s285": 5.5, "s292": 5.0, "s300": 2.0}  # decided
)


def run(*arguments, code=0):
    """Run the command line in this process and return what it prints."""
    done = CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def table(file):
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The assignment, the store and the rosters of the class."""
    folder = tmp_path_factory.mktemp("course")
    assignment = small_assignment(folder / "assignment", "losses")
    config = assignment / "pyproject.toml"
    config.write_text(f"{config.read_text()}\n{DEADLINE}")
    write_store(folder / "out" / STORE, load_assignment(assignment))
    for name, text in (
        ("roster", roster()),
        ("moodle", moodle_worksheet()),
        ("canvas", canvas_gradebook()),
        ("decisions", DECISIONS),
    ):
        (folder / f"{name}.csv").write_text(text)
    report(folder, "gradebook", "--roster", folder / "roster.csv")
    run("adjust", folder / "out", folder / "decisions.csv", "--who", "Eve", *of(folder))
    return folder


def of(course):
    """Return the option that names the assignment."""
    return ("--assignment", course / "assignment")


def report(course, format, *options, code=0):
    """Write a report of the class."""
    return run("report", course / "out", "--format", format, *of(course), *options, code=code)


def test_the_gradebook_has_the_320_right_rows(course):
    """Nobody vanishes: whoever handed in nothing, or what cannot be read, has a row."""
    report(course, "gradebook", "--roster", course / "roster.csv")
    rows = {row["student_id"]: row for row in table(course / "out" / "gradebook.csv")}
    assert {i: float(r["score"]) if r["score"] else None for i, r in rows.items()} == SCORES
    assert [rows[identity(n)]["section"] for n in range(1, 321)] == [*map(section, range(1, 321))]
    assert rows["s320"]["status"] == "nothing handed in"
    assert rows["s299"]["problem"] == "s299.7z is a .7z archive"
    assert rows["s007"]["name"] == "First7 Last7"


def test_nothing_is_deducted_without_a_line_that_says_why(course):
    """Both scores are there, and the reasons with who decided."""
    report(course, "gradebook", "--roster", course / "roster.csv")
    rows = {row["student_id"]: row for row in table(course / "out" / "gradebook.csv")}
    late = rows["s286"]
    assert (late["earned"], late["score"]) == ("6", "4.8")
    assert "2 days begun: −1.2 (20 % of 6 points)" in late["adjustments"]
    assert "decided by Eve" in rows["s001"]["adjustments"]
    assert f"{VALUE} 3 → 1: copied from the lecture" in rows["s001"]["adjustments"]
    changed = [r for r in rows.values() if r["score"] and r["score"] != r["earned"]]
    assert all(row["adjustments"] for row in changed)


def test_canvas_gets_the_320_right_rows_in_the_column_that_is_named(course):
    """The IDs of the export are kept, and so is an empty cell where there is no score."""
    gradebook = course / "canvas.csv"
    report(course, "canvas", "--roster", gradebook, "--column", "Homework 2 (7711)")
    points, *rows = table(course / "out" / "canvas.csv")
    assert points["Homework 2 (7711)"] == "6"
    found = {row["SIS Login ID"]: row["Homework 2 (7711)"] for row in rows}
    assert {i: float(score) if score else None for i, score in found.items()} == EXTENDED
    assert [row["ID"] for row in rows[:2]] == ["5001", "5002"]
    said = report(course, "canvas", "--column", "Homework 9", code=2)
    assert "no column 'Homework 9'; there are Homework 1 (11), Homework 2 (7711)" in said


# A platform's roster knows no extensions, which the file of the instructor has.
EXTENDED = SCORES | {identity(n): 4.8 for n in range(293, 297)} | {"s292": 3.8}


def test_moodle_gets_its_worksheet_with_the_320_right_rows(course):
    """Moodle finds a participant by the number, and keeps a grade whose cell it gets back."""
    report(course, "moodle-worksheet", "--roster", course / "moodle.csv")
    rows = table(course / "out" / "moodle-worksheet.csv")
    assert [row["Identifier"] for row in rows] == [f"Participant {9000 + n}" for n in range(1, 321)]
    found = {row["Email address"].partition("@")[0]: row["Grade"] for row in rows}
    assert {i: float(score) if score else None for i, score in found.items()} == EXTENDED
    assert "losses: 3 of 6 points" in rows[201]["Feedback comments"]


def test_moodles_import_and_json_lines_have_the_320_right_rows(course):
    """The free form of Moodle's import has a dash where there is no score."""
    options = ("--format", "jsonl", "--roster", course / "roster.csv")
    report(course, "moodle", *options)
    rows = {row["ID number"]: row["assignment"] for row in table(course / "out" / "moodle.csv")}
    assert {i: None if s == "-" else float(s) for i, s in rows.items()} == SCORES
    lines = [*map(json.loads, (course / "out" / "results.jsonl").read_text("utf-8").splitlines())]
    scores = {
        one["students"][0]["id"]: one["grade"] and one["grade"]["score"]
        for one in lines
        if one["grade"] or one["problem"]
    }
    assert {i: s if s is None else pytest.approx(s) for i, s in scores.items()} == SCORES


@pytest.mark.exhaustive
def test_pages_and_the_files_of_single_submissions_have_the_right_scores(course):
    """Every format of one submission has a file for each student with a score, and no other."""
    pytest.importorskip("jinja2")
    graded = {i for i, score in SCORES.items() if score is not None}
    formats = [option for name in SINGLE for option in ("--format", name)]
    report(course, "html", *formats, "--roster", course / "roster.csv")
    for name in SINGLE:
        assert {file.stem for file in (course / "out" / name).iterdir()} == graded, name
    for name in ("json", "gradescope"):
        for one in graded:
            document = json.loads((course / "out" / name / f"{one}.json").read_text("utf-8"))
            assert document["score"] == pytest.approx(SCORES[one]), (name, one)
    page = (course / "out" / "class.html").read_text("utf-8")
    body = page.partition('aria-label="Students"')[2].partition("</tbody>")[0]
    rows = re.findall(r"\((s\d+)\).*?data-value=\"([-\d.]+)\"", body, re.DOTALL)
    found = {who: None if float(value) < 0 else pytest.approx(float(value)) for who, value in rows}
    assert found == SCORES


def test_moodle_gets_feedback_files_by_the_names_that_it_reads(course):
    """``<full name>_<participant>_assignsubmission_file_<file name>``."""
    pytest.importorskip("jinja2")
    with Store.open(course / "out" / STORE, settings(course).identity()) as store:
        present = store.kept("attempts")
        store.keep({"attempts": ["s001", "s202", "s299"]})
    report(course, "moodle-feedback", "--roster", course / "moodle.csv")
    with Store.open(course / "out" / STORE, settings(course).identity()) as store:
        store.keep({"attempts": present})
    with zipfile.ZipFile(course / "out" / "moodle-feedback.zip") as archive:
        names = archive.namelist()
    assert names[:2] == [
        "First1 Last1_9001_assignsubmission_file_feedback.html",
        "First202 Last202_9202_assignsubmission_file_feedback.html",
    ]
    assert len(names) == 4  # those of two others whose points were decided


def settings(course):
    """Return the settings of the run."""
    return Settings(load_assignment(course / "assignment"), "grade", 0, "strict")


def test_another_policy_changes_the_scores_without_a_run(course):
    """The submissions are gone, so nothing could be run; decisions and lateness stay."""
    config = course / "assignment" / "pyproject.toml"
    before = config.read_text()
    config.write_text(before.replace("losses = 6", "losses = 12").replace("= 10\n", "= 5\n"))
    try:
        report(course, "gradebook", "--roster", course / "roster.csv")
        rows = {row["student_id"]: row["score"] for row in table(course / "out" / "gradebook.csv")}
    finally:
        config.write_text(before)
    report(course, "gradebook", "--roster", course / "roster.csv")
    # s002: right; s202: half; s286: 12 − 10 %; s001: 12 − 6 + 1; s285: decided; s292: 12 − 6 + 2
    assert [rows[f"s{n}"] for n in ("002", "202", "286", "001", "285", "292", "300")] == [
        *("12", "6", "10.8", "7", "5.5", "8", "2")
    ]
    after = {row["student_id"]: row["score"] for row in table(course / "out" / "gradebook.csv")}
    assert {i: float(score) if score else None for i, score in after.items()} == SCORES


def test_a_report_has_nothing_that_was_withdrawn(course):
    """A submission that is no longer handed in stays in the store, and in no report."""
    with Store.open(course / "out" / STORE, settings(course).identity()) as store:
        store.keep({"attempts": [identity(n) for n in range(2, 301)]})
    report(course, "gradebook", "--roster", course / "roster.csv")
    rows = {row["student_id"]: row["status"] for row in table(course / "out" / "gradebook.csv")}
    with Store.open(course / "out" / STORE, settings(course).identity()) as store:
        store.keep({"attempts": None})
    assert (len(rows), rows["s001"], rows["s002"]) == (320, "nothing handed in", "graded")


def test_an_edited_text_of_a_mistake_shows_at_once(course, tmp_path):
    """The sentence of a rule comes from the property's docstring of today."""
    report(course, "jsonl")
    file = course / "assignment" / "properties" / "test_losses.py"
    before = file.read_text()
    file.write_text(before.replace('"""The loss is', '"""Edited: the loss is'))
    report(course, "jsonl")
    edited = (course / "out" / "results.jsonl").read_text()
    file.write_text(before)
    assert "Edited: the loss is" in edited


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--student", "nobody", "--points", "3", "--comment", "x"), "no student nobody"),
        (("--student", "s001", "--points", "many", "--comment", "x"), "'many' are no points"),
        (("--student", "s001", "--points", "-3", "--comment", "x"), "'-3' are no points"),
        (("--student", "s001", "--points", "nan", "--comment", "x"), "'nan' are no points"),
        (("--student", "s001", "--points", "3"), "there is no comment"),
        (("--points", "3", "--comment", "x"), "there is no student"),
        (
            ("--student", "s001", "--function", "losses.x", "--points", "1", "--comment", "x"),
            "losses.x is no function with points; there are losses.mean",
        ),
    ],
)
def test_a_decision_that_cannot_be_used_is_refused_in_one_line(course, options, said):
    """Nothing is kept then."""
    assert said in run("adjust", course / "out", *options, *of(course), code=2)
    with Store.open(course / "out" / STORE, settings(course).identity()) as store:
        assert len(store.adjustments()) == 6


def killed_at(statement, work, path, run):
    """Do some work on a store in a fork; return whether it was killed before a statement."""
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    count = 0
    connect = sqlite3.connect

    def traced(*arguments, **options):
        database = connect(*arguments, **options)
        database.set_trace_callback(count_or_die)
        return database

    def count_or_die(_statement):
        nonlocal count
        count += 1
        if count == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    sqlite3.connect = traced
    try:
        with Store.open(path, run) as store:
            work(store)
    finally:
        os._exit(0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each kill needs a fork")
def test_no_kill_loses_a_roster_or_a_decision_or_mixes_two_policies(tmp_path):
    """Of a roster, decisions and new scores all are kept, or none, whenever it is killed."""
    path, run_settings = tmp_path / STORE, {"seed": 0}
    with Store.open(path, run_settings) as store:
        for number in range(16):
            store.save(example_result(f"s{number}", example_grade(), records=({"property": "a"},)))

    def doubled(grade, _records):
        outcomes = (replace(each, points=2 * each.points) for each in grade.outcomes)
        return replace(grade, outcomes=tuple(outcomes))

    def work(store):
        store.keep({"roster": "new", "roster_name": "new"})
        store.add_adjustments([{"student": "a"}])
        store.rescore(doubled, {"scoring": "new"})
        store.add_adjustments([{"student": "b"}, {"student": "c"}])

    kills, seen, rosters = 0, set(), set()
    while killed_at(kills + 1, work, path, run_settings):
        kills += 1
        with Store.open(path, run_settings) as store:
            [score] = {row.score for row in store.summary()}
            seen.add(score)
            names = {store.kept("roster"), store.kept("roster_name")}
            assert len(names) == 1  # both, or neither
            rosters |= names
            assert len(store.adjustments()) % 3 in (0, 1)
            store.add_adjustments([{"student": "x"}] * (-len(store.adjustments()) % 3))
    assert kills > 50
    assert len(seen) > 1
    assert rosters == {None, "new"}
