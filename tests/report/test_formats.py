"""The registry of report formats, and properties that every format must have."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backproof.errors import UserError
from backproof.grades.outcomes import NOT_GRADED
from backproof.report.registry import CLASS, SINGLE, render_single, write_class
from backproof.report.scores import NotGradable, by_unit
from tests.support.report_examples import (
    TITLE,
    grade,
    grades,
    hostile,
    outcome,
    require_valid,
    result,
    results,
)

UNITS = ("activations", "layers", "stages")


def render(name, made):
    """Render a grade, or return the error of a format that cannot represent it."""
    try:
        return render_single(name, made, TITLE)
    except (NotGradable, UserError) as error:
        return error


@pytest.mark.parametrize("name", SINGLE)
def test_every_single_format_renders(name):
    """A format is found by name when it is used, so a wrong name would fail only there."""
    assert render_single(name, grade(), TITLE)
    assert SINGLE[name].file_name


@pytest.mark.parametrize("name", [name for name in CLASS if "-" not in name])
def test_every_class_format_writes(name):
    """A format is found by name when it is used, so a wrong name would fail only there."""
    out = io.StringIO()
    options = {"units": UNITS} if name == "gradebook" else {}
    assert write_class(name, [result("ada", grade())], out, TITLE, **options) == []
    assert "ada" in out.getvalue()
    assert CLASS[name].file_name


def test_an_unknown_format_is_refused_with_the_known_ones():
    """Formats of a class and of one submission differ: the error lists the right ones."""
    with pytest.raises(UserError, match="no report format 'pdf'; there are json, gradescope"):
        render_single("pdf", grade(), TITLE)
    with pytest.raises(UserError, match="no report format 'json'; there are gradebook, canvas"):
        write_class("json", [], io.StringIO(), TITLE)


def test_the_registry_is_cheap_to_import():
    """The help of the command line names the formats and must not wait for numpy or Jinja."""
    heavy = ("numpy", "pytest", "hypothesis", "rich", "backproof.report.junit")
    code = f"import sys, backproof.report; print([m for m in {heavy} if m in sys.modules])"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


@given(made=grades())
def test_json_formats_take_any_grade(made):
    """Platforms show no result at all if the JSON is invalid."""
    complete = not made.count(NOT_GRADED)
    for name in ("gradescope", "prairielearn", "classroom50"):
        text = render(name, made)
        if name == "prairielearn" and not made.max_score:
            assert isinstance(text, UserError)
        elif name != "prairielearn" and not complete:
            assert isinstance(text, NotGradable)
        else:
            document = json.loads(text.encode())
            if name != "classroom50":
                require_valid(document, name)
            assert len(document["tests"]) == len(made.outcomes)


@given(made=grades())
def test_text_formats_take_any_grade(made):
    """A student's text must not break the last line, the XML or the Markdown."""
    some_unit = any(unit.complete for unit in by_unit(made))
    output = render("autolab", made)
    if some_unit:
        assert json.loads(output.rstrip("\n").rsplit("\n", 1)[1])["scores"]
    else:
        assert isinstance(output, NotGradable)
    cases = ElementTree.fromstring(render("junit", made).encode()).iter("testcase")
    assert len(list(cases)) == len(made.outcomes)
    assert render("markdown", made).endswith("\n\n")


@given(some=st.lists(results(), max_size=4))
def test_csv_formats_take_any_results(some):
    """No text may move cells, and each student has a row or is reported."""
    members = sum(len(entry.students) for entry in some)
    for name, heads in (("gradebook", 1), ("moodle", 1), ("canvas", 2)):
        out = io.StringIO()
        options = {"units": UNITS} if name == "gradebook" else {}
        problems = write_class(name, some, out, TITLE, **options)
        header, *rows = csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True)
        assert {len(row) for row in rows} <= {len(header)}
        assert name == "canvas" or problems == []
        if not problems:
            assert len(rows) == members + heads - 1
        cells = {cell for row in rows for cell in row} - {"-"}
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_no_single_format_passes_control_characters_on():
    """Instructors read reports on terminals, which control characters steer."""
    for name in SINGLE:
        text = render_single(name, hostile(), TITLE)
        assert "\x1b" not in text
        assert "\x00" not in text


@pytest.mark.parametrize("name", [name for name in SINGLE if name != "classroom50"])
def test_a_report_shows_what_each_function_earned(name):
    """Points belong to functions. Classroom 50 has a place for tests only."""
    made = grade(outcome(1, points=1.25))
    (credit,) = made.functions
    made = replace(made, functions=(replace(credit, function="layers.dense_forward"),))
    report = render_single(name, made, TITLE)
    assert "dense_forward" in report or r"dense\_forward" in report
    assert "1.25" in report or r"1\.25" in report
