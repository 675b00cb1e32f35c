"""JUnit XML, against the structure of the schema of Jenkins' xUnit plugin."""

import re
from xml.etree import ElementTree

import pytest

from backproof.report.platforms import junit
from backproof.report.text import visible
from tests.support.report_examples import HOSTILE, TITLE, grade, hostile, incomplete, outcome

_EXPLANATION = (set(), set(), {"type", "message"})
# For each element: its possible children, its required and its optional attributes.
_STRUCTURE = {
    "testsuites": ({"testsuite"}, set(), {"name", "time", "tests", "failures", "errors"}),
    "testsuite": (
        {"properties", "testcase", "system-out", "system-err"},
        {"name", "tests", "failures", "errors"},
        {"time", "skipped", "timestamp", "hostname", "id", "package"},
    ),
    # The schema has no properties here, but pytest writes and Jenkins' JUnit plugin reads them.
    "testcase": ({"properties", *("failure", "error", "skipped")}, {"name"}, {"time", "classname"}),
    "properties": ({"property"}, set(), set()),
    "property": (set(), {"name", "value"}, set()),
    "failure": _EXPLANATION,
    "error": _EXPLANATION,
    "skipped": _EXPLANATION,
}


def rendered(made):
    """Render and parse a grade, and require that it has the structure of the schema."""
    root = ElementTree.fromstring(junit.render(made, TITLE).encode())
    assert root.tag == "testsuites"
    for element in root.iter():
        inside, needed, possible = _STRUCTURE[element.tag]
        assert {child.tag for child in element} <= inside
        assert needed <= set(element.attrib) <= needed | possible
        assert re.fullmatch(r"\d*\.\d*", element.get("time", "0."))
    return root


def properties(element):
    """Map the names of an element's own properties to their values."""
    return {entry.get("name"): entry.get("value") for entry in element.findall("properties/*")}


def test_each_property_is_a_test_case_of_its_unit():
    """CI systems show these counts and do not count themselves."""
    root = rendered(grade())
    assert [suite.get("name") for suite in root] == ["activations", "layers"]
    for suite in root:
        cases = suite.findall("testcase")
        assert {case.get("classname") for case in cases} == {suite.get("name")}
        assert suite.get("tests") == str(len(cases))
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(count) == str(len(suite.findall(f"testcase/{tag}")))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("5", "2", "0")


def test_statuses_have_their_elements():
    """CI systems have fewer statuses; not started must not look like a failure."""
    cases = list(rendered(grade()).iter("testcase"))
    found = [{child.tag for child in case} - {"properties"} for case in cases]
    assert found == [set(), {"failure"}, {"failure"}, {"skipped"}, set()]
    failure = cases[1].find("failure")
    assert failure.get("type") == "wrong"
    assert failure.get("message").startswith("returned: h = 1 required: h = 0")
    assert "\nr1 = layers.f(np.array(-1.0))" in failure.text


def test_points_are_properties_and_add_up():
    """JUnit has no points of its own, and scripts read them from here."""
    for suite in rendered(grade()):
        cases = [properties(case) for case in suite.findall("testcase")]
        for name in ("points", "max_points"):
            total = sum(float(case[name]) for case in cases)
            assert float(properties(suite)[name]) == pytest.approx(total, abs=1e-5)
        assert "seed 0" in properties(suite)["graded_with"]


def test_not_graded_is_an_error_without_points():
    """A fault of the grader must not look like a failure or be added to a score."""
    suite = rendered(incomplete())[1]
    missing = suite.findall("testcase")[1]
    assert missing.find("error") is not None
    assert suite.get("errors") == "1"
    assert "points" not in properties(missing)
    assert "points" not in properties(suite)


def test_hostile_text_is_text():
    """Forbidden characters make the whole file unreadable for a CI system."""
    failure = rendered(hostile()).find("testsuite/testcase/failure")
    assert visible(HOSTILE) in failure.text
    assert not len(failure)


def test_sentences_and_names_are_attributes_of_one_line():
    """Instructors write quotes and line breaks too."""
    case = rendered(grade(outcome(sentence='a "b"\n<c>'))).find("testsuite/testcase")
    assert properties(case)["sentence"] == 'a "b" <c>'
