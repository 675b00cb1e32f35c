"""Tests of a class: graded alone or after the code, into one store, with the usual reports."""

import csv

import pytest

from backproof.assignment.examine import Examine
from backproof.classroom.settings import Settings
from backproof.classroom.store import Store
from backproof.classroom.student_tests import WHAT
from backproof.examination.outcomes import credits_of, outcomes_of, outcomes_without_tests
from backproof.grades.outcomes import FAILED, PASSED, TESTS
from tests.conftest import backproof
from tests.examination.test_examine import GOOD

WEAK = "def test_true(submission):\n    assert True\n"


@pytest.fixture(scope="module")
def handed_in(small, tmp_path_factory):
    """Two submissions: right code with good tests, and right code with a weak one."""
    folder = tmp_path_factory.mktemp("class")
    right = (small.reference / "first.py").read_text()
    for name, tests in (("ada", GOOD), ("ben", WEAK)):
        (folder / name / "student_tests").mkdir(parents=True)
        (folder / name / "first.py").write_text(right)
        (folder / name / "student_tests" / "test_mine.py").write_text(tests)
    return folder


def graded(small, folder, out, what):
    """Grade a class and return the rows of its gradebook, by submission."""
    command = ("grade", folder, "--out", out, "--what", what, "--format", "html")
    options = ("--assignment", small.root, "--confinement", "process", "--jobs", "1")
    process = backproof(*command, *options)
    assert process.returncode == 0, process.stderr
    with (out / "gradebook.csv").open(newline="") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


def test_code_and_tests_are_one_grade(small, handed_in, tmp_path):
    """Ada has all points; Ben those of his code, and of tests that reject no right code."""
    rows = graded(small, handed_in, tmp_path, "both")
    assert float(rows["ada"]["score"]) == float(rows["ada"]["max_score"]) == 20
    assert float(rows["ben"]["score"]) == 14
    page = (tmp_path / "class.html").read_text()
    assert "Your tests reject wrong code of first.decode" in page
    settings = Settings(small, "grade", 0, "process", "both")
    with Store.open(tmp_path / "grades.sqlite", settings.identity()) as store:
        [ben] = store.results(["ben"])
    own = [each for each in ben.grade.outcomes if each.unit == TESTS]
    assert own[0].status == PASSED
    assert {each.status for each in own[1:]} == {FAILED}


def test_tests_alone_are_graded_and_resumed(small, handed_in, tmp_path):
    """The same command continues, and grades what has changed again."""
    rows = graded(small, handed_in, tmp_path, "tests")
    assert [float(rows[name]["score"]) for name in ("ada", "ben")] == [10, 4]
    assert graded(small, handed_in, tmp_path, "tests") == rows


def test_the_points_of_outcomes_are_those_of_the_examination(examiner, tmp_path):
    """A report adds up outcomes, and the examination says what they are worth."""
    from backproof.examination.suite import read_suite

    (tmp_path / "test_mine.py").write_text(GOOD.replace("0.2 < np.std", "0.0 < np.std"))
    examination = examiner.examine(read_suite(tmp_path))
    outcomes = outcomes_of(examination)
    assert sum(each.points for each in outcomes) == pytest.approx(sum(examination.points), abs=0.01)
    assert sum(each.max_points for each in outcomes) == pytest.approx(10)
    assert [each.max_points for each in credits_of(outcomes)] == pytest.approx([4, 6])
    assert len({each.property for each in outcomes}) == len(outcomes)


def test_a_submission_without_tests_has_no_points_for_them():
    """The reason is what a student reads."""
    outcomes = outcomes_without_tests(Examine(), "there are no tests")
    assert [(each.points, each.max_points) for each in outcomes] == [(0, 4), (0, 6)]
    assert {each.message for each in outcomes} == {"there are no tests"}


def test_a_cluster_grades_code_only(small, handed_in):
    """One line, before anything runs."""
    options = ("--assignment", small.root, "--scheduler", "tcp://x:1")
    for what in WHAT[1:]:
        process = backproof("grade", handed_in, "--what", what, *options)
        assert process.returncode == 2
        assert "a cluster grades code only" in process.stderr
