"""JUnit XML: a suite for each unit, a test case for each property, points as properties."""

from __future__ import annotations

from xml.etree import ElementTree

from backproof.grades.outcomes import BLOCKED, FAILED, NOT_GRADED, NOT_STARTED, Grade, Outcome
from backproof.report.scores import UnitScore, by_unit, number
from backproof.report.text import explain, graded_with, message, one_line, sentence

# *Not graded* is the test's own error, which JUnit tells apart from a failure of what it tests.
_ELEMENTS = {FAILED: "failure", BLOCKED: "failure", NOT_STARTED: "skipped", NOT_GRADED: "error"}


def render(grade: Grade, title: str) -> str:
    """Give the grade as JUnit XML, which CI systems show.

    JUnit has no field for points. A test case has them as ``<properties>``, as pytest and most
    tools write them, and a suite those of its unit; what was not graded has none. The schema of
    Jenkins' xUnit plugin knows those of suites only; Jenkins' JUnit plugin reads both.
    """
    units = by_unit(grade)
    root = ElementTree.Element("testsuites", {"name": one_line(title), **_totals(grade.outcomes)})
    for unit in units:
        _add_suite(root, unit, graded_with(grade))
    ElementTree.indent(root)
    declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{declaration}\n{ElementTree.tostring(root, encoding='unicode')}\n"


def _totals(outcomes: tuple[Outcome, ...]) -> dict[str, str]:
    elements = [_ELEMENTS.get(outcome.status) for outcome in outcomes]
    return {
        "tests": str(len(outcomes)),
        "failures": str(elements.count("failure")),
        "errors": str(elements.count("error")),
        "time": f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    }


def _add_suite(root: ElementTree.Element, unit: UnitScore, with_what: str) -> None:
    skipped = sum(_ELEMENTS.get(outcome.status) == "skipped" for outcome in unit.outcomes)
    named = {"name": one_line(unit.name), **_totals(unit.outcomes), "skipped": str(skipped)}
    suite = ElementTree.SubElement(root, "testsuite", named)
    facts = {"graded_with": with_what}
    if unit.complete:
        facts |= {"points": number(unit.points, 6), "max_points": number(unit.max_points, 6)}
    _add_properties(suite, facts)
    for outcome in unit.outcomes:
        _add_case(suite, outcome)


def _add_case(suite: ElementTree.Element, outcome: Outcome) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        name=one_line(outcome.property),
        classname=one_line(outcome.unit),
        time=f"{outcome.seconds:.3f}",
    )
    facts = {"sentence": sentence(outcome)}
    if outcome.status != NOT_GRADED:
        facts |= {"points": number(outcome.points, 6), "max_points": number(outcome.max_points, 6)}
    _add_properties(case, facts)
    element = _ELEMENTS.get(outcome.status)
    if element:
        said = one_line(message(outcome))
        kind = outcome.kind or outcome.status
        why = ElementTree.SubElement(case, element, type=one_line(kind), message=said)
        why.text = f"{sentence(outcome)}\n{explain(outcome)}"


def _add_properties(parent: ElementTree.Element, facts: dict[str, str]) -> None:
    properties = ElementTree.SubElement(parent, "properties")
    for name, value in facts.items():
        ElementTree.SubElement(properties, "property", name=name, value=value)
