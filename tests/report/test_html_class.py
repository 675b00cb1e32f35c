"""The page of a class, and ``backproof report``."""

import io
import json
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from backproof.assignment.config import load_assignment
from backproof.classroom.run import STORE, ClassRun
from backproof.classroom.settings import Settings
from backproof.classroom.store import Store
from backproof.commands.report import report
from backproof.grades.outcomes import BLOCKED, FAILED, NOT_GRADED, NOT_STARTED, PASSED, STATUSES
from backproof.grades.results import Attempt, Student
from backproof.report.html.class_page import render
from backproof.report.registry import CLASS, write_class
from tests.support.classes import small_assignment
from tests.support.html_pages import parsed, require_policy
from tests.support.report_examples import HOSTILE, TITLE, grade, outcome, result

_LETTERS = {"passed": "p", "failed": "f", "blocked": "b", "not started": "n", "not graded": "g"}

HIDDEN = "test_losses_value_is_symmetric"


def of(*statuses, **changes):
    """Return a grade with one property of each status, alternating between two units."""
    units = ("activations", "layers")
    made = [outcome(n, units[n % 2], status, **changes) for n, status in enumerate(statuses)]
    return grade(*made)


def page_of(*results, **options):
    """Render and parse."""
    page = parsed(render(results, TITLE, **options))
    require_policy(page)
    assert len(page.all("h1")) == len(page.all("main")) == 1
    return page


def rows(page, name):
    """Return the rows of a table, each as a list of cells."""
    table = re.search(rf"<caption[^>]*>{name}</caption>(.*?)</table>", page.source, re.S)[1]
    found = re.findall(r"<tr>(.*?)</tr>", table, re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in found]
    return [[" ".join(re.sub("<[^>]*>", " ", cell).split()) for cell in row] for row in cells]


def map_details(page):
    """Return the data that the page's script has about the map."""
    (data,) = page.all("script", type="application/json")
    return json.loads(data["text"])


def test_scores_are_summed_up():
    """Instructors judge the difficulty by the distribution, without results that have no score."""
    shares = [(PASSED,) * n + (FAILED,) * (4 - n) for n in (4, 4, 3, 0)]
    page = page_of(*(result(f"s{n}", of(*each)) for n, each in enumerate(shares)), result("zoe"))
    assert page.texts("h1") == ["5 submissions"]
    numbers = dict(zip(page.texts("dt"), page.texts("dd"), strict=True))
    assert numbers["median"] == "87.5 %"
    assert numbers["mean"] == "68.8 %"
    assert (numbers["graded"], numbers["not graded"]) == ("4", "1")
    said = page.all("svg")[0]["attributes"]["aria-label"]
    assert "0 to 10 %: 1, 70 to 80 %: 1, 90 to 100 %: 2." in said


def test_the_map_has_a_cell_for_each_student_and_property():
    """A wrong cell would blame the wrong student; outlines must cover exactly the cells."""
    page = page_of(
        result("ada", of(FAILED, FAILED, FAILED, BLOCKED, NOT_STARTED, PASSED)),
        result("ben", of(PASSED, PASSED, PASSED, PASSED, PASSED, FAILED)),
    )
    details = map_details(page)
    assert details["students"] == ["Ben (ben)", "Ada (ada)"]
    assert details["rows"] == ["pppppf", "ffnfbp"]  # by unit, the first three of activations
    assert [rule[0] for rule in details["rules"]] == ["activations"] * 3 + ["layers"] * 3
    for status in STATUSES:
        covered = set()
        for path in page.all("path", class_=status.replace(" ", "-")):
            for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)", path["attributes"]["d"]):
                covered |= {(int(x) + step, int(y)) for step in range(int(length))}
        expected = {
            (x, y)
            for y, row in enumerate(details["rows"])
            for x, letter in enumerate(row)
            if details["statuses"][letter] == status != PASSED
        }
        assert covered == expected


def test_mistakes_are_counted_with_those_who_make_them():
    """Instructors decide from the counts what to repeat in the lecture."""
    mistakes = {"mistakes": ("layers.mean", "layers.sign"), "diagnosis": "You divide.\nA sign."}
    alone = {"mistakes": ("layers.mean",), "diagnosis": "You divide."}
    page = page_of(
        result("ada", grade(outcome(1, **mistakes), outcome(2, **alone), outcome(3, **mistakes))),
        result("ben", grade(outcome(1, **alone))),
        pages="html",
    )
    lines = page.texts("summary")
    assert lines[0] == "2 You divide. layers.mean"
    assert lines[1] == "1 You divide. A sign. layers.sign"
    names = [item for item in page.texts("li") if item.endswith(")")]
    assert names == ["Ada (ada)", "Ben (ben)", "Ada (ada)"]


def test_items_are_analysed_over_those_with_a_final_score():
    """Points of 1, 1, 0 and others of 1, 0, 0 have r = 1/2; an incomplete grade is left out."""
    page = page_of(
        result("ada", of(PASSED, PASSED)),
        result("ben", of(PASSED, FAILED)),
        result("cid", of(FAILED, NOT_STARTED)),
        result("dee", of(NOT_GRADED, PASSED)),
    )
    assert "from 3 students with a final score" in page.source
    head, *found = rows(page, "Properties")
    assert head == ["unit", "rule", "not passed", "of", "passed", "discrimination", "remark"]
    assert found[0][2:6] == ["50.0 %", "4", "66.7 %", "0.50"]
    assert found[1][2:6] == ["33.3 %", "3", "33.3 %", "0.50"]


def test_what_a_property_does_wrong_is_said_in_words():
    """Not everyone can read a colour or a correlation."""
    page = page_of(
        result("ada", of(FAILED, PASSED, PASSED, NOT_STARTED)),
        result("ben", of(PASSED, FAILED, PASSED, NOT_STARTED)),
    )
    remarks = {row[1].partition(" of ")[0]: row[6] for row in rows(page, "Properties")[1:]}
    assert remarks["Rule 0"] == "those who do well otherwise do worse here"
    assert remarks["Rule 2"] == remarks["Rule 3"] == "the same for everyone"
    assert next(row[2] for row in rows(page, "Properties") if "Rule 3" in row[1]) == "–"


def test_students_lead_to_their_pages():
    """A hostile name must not become a path or an address."""
    odd = "../a b\"'<x>#?/javascript:alert(1)"
    page = page_of(result("ada", of(PASSED)), result(odd, of(PASSED)), result("zoe"), pages="html")
    links = [link["attributes"]["href"] for link in page.all("a")]
    assert [link for link in links if not link.startswith("#")] == [
        "html/ada.html",
        "html/..%2Fa%20b%22%27%3Cx%3E%23%3F%2Fjavascript%3Aalert%281%29.html",
    ]
    assert rows(page, "Students")[3][:2] == ["Zoe (zoe)", "not graded"]
    page = page_of(result("ada", of(PASSED)))
    assert all(link["attributes"]["href"].startswith("#") for link in page.all("a"))


def test_what_was_not_graded_is_listed_with_the_reason():
    """It must not distort the statistics, and someone has to fix it."""
    page = page_of(result("ada", of(PASSED)), result("zoe"), result("yan", of(NOT_GRADED)))
    reasons = dict(zip(page.texts("dt"), page.texts("dd"), strict=True))
    assert reasons["Zoe (zoe)"] == "the archive is damaged"
    assert reasons["Yan (yan)"].startswith("1 of 1 properties could not be graded")


def test_hostile_text_is_text():
    """Names and mistakes appear in the page and in the data of its script."""
    for attack in (HOSTILE, "</script><script>alert(1)</script><!--", '"><img src=x onerror=a()>'):
        students = (Student(attack, attack, attack),)
        texts = {"sentence": attack, "property": attack, "diagnosis": attack, "unit": attack}
        made = grade(outcome(1, mistakes=(attack,), **texts))
        page = page_of(
            result(attack, made, students=students),
            result("zoe", students=students, problem=attack),
            pages="html",
        )
        assert "<" in map_details(page)["students"][0]
        assert "<" not in page.all("script", type="application/json")[0]["text"]


def test_a_class_without_a_grade_has_a_page():
    """An instructor may look at a run before anything is graded."""
    assert "Nothing has a final score." in page_of(result("zoe")).texts("p")
    assert page_of().texts("h1") == ["0 submissions"]


def test_a_class_of_300_stays_small():
    """227 properties of 300 students must load at once, even if failures compress badly."""
    some = [result(f"s{n}", of(*_mixed(n))) for n in range(300)]
    out = io.StringIO()
    assert write_class("html", some, out, TITLE) == []
    assert len(out.getvalue().encode()) < 2_000_000
    assert CLASS["html"].file_name == "class.html"


def _mixed(seed):
    return [FAILED if (seed * 7919 + n * 104729) % 13 % 3 == 0 else PASSED for n in range(227)]


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """Return an assignment with one hidden property."""
    folder = tmp_path_factory.mktemp("a") / "a"
    return small_assignment(folder, "losses", more=f'hidden = ["{HIDDEN}"]')


@pytest.fixture
def graded(assignment, tmp_path):
    """Return the folder of a run with two attempts of one student and one of another."""
    settings = Settings(load_assignment(assignment), "quick", 0, "strict")
    found = outcome(1, "losses", property=HIDDEN, sentence="The value is the mean.")
    ada = Student("ada")
    results = [
        result("ada-1", grade(found), students=(ada,), number=1),
        result("ada-2", grade(replace(found, points=1.0)), students=(ada,), number=2),
        result("zoe"),
    ]
    with Store.open(tmp_path / "out" / STORE, settings.identity()) as store:
        for each in results:
            store.save(each)
        attempts = [Attempt(r.name, tmp_path, r.students, r.number) for r in results]
        run = ClassRun(settings, store, attempts)
        run.write_reports(tmp_path / "out", ["html"], run.chosen("all"))
    return tmp_path / "out"


def reported(*arguments):
    """Run ``backproof report``."""
    return CliRunner().invoke(report, [str(argument) for argument in arguments])


def test_the_class_page_leads_to_pages_that_students_may_read(graded):
    """The class page is for instructors; the linked pages may be sent to students."""
    page = parsed((graded / "class.html").read_text())
    for link in page.all("a"):
        target = link["attributes"]["href"]
        assert target.startswith("#") or (graded / target).is_file()
    assert "The value is the mean." in page.source
    assert sorted(path.name for path in (graded / "html").iterdir()) == ["ada-1.html", "ada-2.html"]
    for path in (graded / "html").iterdir():
        assert "The value is the mean." not in path.read_text()


def test_reports_are_written_again_from_the_store(graded, assignment, tmp_path):
    """The same attempts must count as when they were graded."""
    arguments = ("--assignment", assignment, "--out", tmp_path / "again")
    formats = ("--format", "html", "--format", "gradebook", "--format", "json")
    done = reported(graded, *formats, *arguments)
    assert done.exit_code == 0, done.output
    assert [p.name for p in (tmp_path / "again" / "json").iterdir()] == ["ada-2.json"]
    assert "ada-1" not in (tmp_path / "again" / "gradebook.csv").read_text()
    first = (graded / "html" / "ada-2.html").read_text()
    assert (tmp_path / "again" / "html" / "ada-2.html").read_text() == first
    done = reported(graded, "--format", "html", "--attempts", "all", "--assignment", assignment)
    assert done.exit_code == 0, done.output


def test_what_cannot_be_reported_is_said_in_one_line(graded, assignment, tmp_path):
    """Instructors need the reason, not a traceback."""
    (tmp_path / "empty").mkdir()
    for arguments, said in (
        ((tmp_path / "empty", "--format", "html"), "there are no results in"),
        ((tmp_path / "gone", "--format", "html"), "there are no results in"),
        ((graded, "--format", "html"), "was graded with another assignment"),
        ((graded, "--format", "film", "--assignment", assignment), "no report format 'film'"),
    ):
        done = reported(*arguments)
        assert done.exit_code == 2
        assert said in done.output
        assert len(done.output.splitlines()) == 1


def test_a_report_of_one_grade(tmp_path):
    """A grade that was computed once need not be computed again for another platform."""
    made = tmp_path / "grade.json"
    made.write_text(json.dumps(grade().to_json()))
    done = reported(made, "--format", "html", "--out", tmp_path / "x" / "page.html")
    assert done.exit_code == 0, done.output
    page = parsed((tmp_path / "x" / "page.html").read_text())
    assert page.texts("p", class_="score") == ["2.83 of 8.33 points"]
    assert json.loads(reported(made, "--format", "json").output) == json.loads(made.read_text())
    done = reported(made, "--format", "json", "--format", "html")
    assert "one --format and one --out at a time" in done.output


@pytest.mark.parametrize(
    "edited",
    [
        "{",
        "[]",
        '"text"',
        "{}",
        {"submission": 3},
        {"outcomes": [{}]},
        {"outcomes": 3},
        {"graded_with": {"notes": [3]}},
        {"outcomes": [{"status": "well"}]},
        {"outcomes": [{"points": "2"}]},
        {"outcomes": [{"case": 3}]},
        {"outcomes": [{"evidence": {"kind": "path", "returned": 3}}]},
        {"outcomes": [{"evidence": 3}]},
    ],
)
def test_a_file_that_is_no_grade_is_refused(edited, tmp_path):
    """Files come from students and platforms, and may contain anything."""
    file = tmp_path / "grade.json"
    document = grade(outcome()).to_json()
    if isinstance(edited, dict):
        if edited.get("outcomes") not in ([{}], 3) and "outcomes" in edited:
            edited = {"outcomes": [{**document["outcomes"][0], **edited["outcomes"][0]}]}
        edited = json.dumps({**document, **edited})
    file.write_text(edited)
    done = reported(file, "--format", "html")
    assert done.exit_code == 2, done.output
    assert "is no grade: expected a file that `backproof check PATH --json` wrote" in done.output
    assert len(done.output.splitlines()) == 1
