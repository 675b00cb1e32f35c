"""The page of a validation: what properties detect, draw, need and cost."""

import json
import re

import pytest

from tests.conftest import backproof, backproof_process
from tests.support.assignments import written_assignment


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the tiny assignment."""
    return written_assignment(tmp_path_factory.mktemp("scales"))


@pytest.fixture(scope="module")
def page(folder, tmp_path_factory):
    """Return the page of its validation."""
    file = tmp_path_factory.mktemp("page") / "page.html"
    done = backproof("validate", "--assignment", folder, "--html", file)
    assert (done.returncode, "no problems" in done.stdout) == (0, True), done.stdout
    return file.read_text(encoding="utf-8")


def rows_of(page, table):
    """Return the texts of the cells of a table's body, by the label of the table."""
    body = re.search(rf'aria-label="{table}">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)[1]
    rows = re.findall(r"<tr.*?>(.*?)</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return {row[0]: row[1:] for row in cells}


def test_every_property_meets_every_misconception(page):
    """What a misconception names, and what fails besides: the columns are the properties."""
    assert rows_of(page, "Properties and misconceptions of scales") == {
        "halved_and_one": ["", "●", "○"],
        "halved_is_kept": ["", "", "●"],
        "scaled_by_a_sum": ["●", "", ""],
        "scaled_twice": ["●", "", ""],
    }


def test_the_whole_kill_matrix_is_written_for_a_spreadsheet(folder, tmp_path):
    """Each mistake with each rule of its unit: what else fails, and what does not."""
    file = tmp_path / "matrix.csv"
    options = ("--profile", "quick", "--matrix", file, "--assignment", folder)
    assert backproof("validate", *options).returncode == 0
    head, *rows = [line.split(",") for line in file.read_text("utf-8").splitlines()]
    assert head == ["misconception", "property", "fails", "claimed"]
    assert len(rows) == 4 * 3
    assert ["scales.halved_and_one", "test_scales_halves", "1", "0"] in rows


def test_misconceptions_of_a_concept_are_together(page):
    """The same property detects both wrong variants of ``scaled``."""
    concepts = rows_of(page, "Concepts of scales")
    assert concepts["scaled_by_a_sum, scaled_twice"] == ["scales.scaled", "2", "1"]
    assert len(concepts) == 3


def test_cases_and_time_of_each_property_are_stated(page):
    """A rule without drawn arguments has one case, which is all; a filter discards cases."""
    rows = rows_of(page, "Cases of scales")
    assert rows["test_scales_keeps_zero"][1:4] == ["1, all", "–", "0"]
    _, cases, needed, discarded, milliseconds = rows["test_scales_halves"]
    assert int(cases.partition(",")[0]) > 10
    assert re.sub("<.*?>", "", needed).isdigit() or "all" in cases
    assert int(discarded) > 0
    assert float(milliseconds) > 0
    assert "halved(" in page  # a case as a program


def test_survivors_are_on_the_page_of_the_mutants(folder, tmp_path):
    """The page holds the same results as the JSON."""
    file = tmp_path / "page.html"
    options = ("--mutants", "--sample", "3", "--json", "--html", file, "--assignment", folder)
    document = json.loads(backproof("validate", *options).stdout)
    text = file.read_text(encoding="utf-8")
    assert f"{document['total']['killed']} of" in text
    assert "Mutants of the functions" in text


@pytest.mark.parametrize("others", [("--counts", "1"), ("--matrix", "m.csv"), ("--sample", "2")])
def test_options_that_exclude_each_other_are_refused(others):
    """One of them would be ignored silently."""
    refused = backproof("validate", *others, "--html", "page.html")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)


def test_hypothesis_files_are_written_on_demand(folder, tmp_path):
    """Tyche reads what Hypothesis itself writes."""
    options = ("--show", "0", "--observe", tmp_path, "--assignment", folder)
    said = backproof_process("cases", "scales_halves", *options)
    assert said.returncode == 0, said.stderr
    (file,) = (tmp_path / "observed").glob("*_testcases.jsonl")
    assert str(file) in said.stdout
    cases = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {case["status"] for case in cases} >= {"passed", "gave_up"}
    assert all(case["property"].endswith("::test_scales_halves") for case in cases)
