"""JUnit XML: a suite for each unit, a test case for each property, points as properties."""

from __future__ import annotations

from xml.etree import ElementTree

from backproof.grades.outcomes import BLOCKED, FAILED, NOT_GRADED, NOT_STARTED, Grade, Outcome
from backproof.report.scores import UnitScore, by_unit, earned, number
from backproof.report.text import explain, graded_with, message, one_line, sentence

# JUnit distinguishes an error of the test itself, such as *not graded*, from a failure.
_ELEMENTS = {FAILED: "failure", BLOCKED: "failure", NOT_STARTED: "skipped", NOT_GRADED: "error"}


def render(grade: Grade, title: str) -> str:
    """Return a grade as JUnit XML for CI systems.

    JUnit has no field for points. They are written as ``<properties>`` of a test case, as pytest
    and most tools do, and of the suite of a unit; outcomes that were not graded have none. The
    schema of Jenkins' xUnit plugin allows them in suites only; Jenkins' JUnit plugin reads both.
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


def _add_suite(root: ElementTree.Element, unit: UnitScore, settings: str) -> None:
    skipped = sum(_ELEMENTS.get(outcome.status) == "skipped" for outcome in unit.outcomes)
    attributes = {"name": one_line(unit.name), **_totals(unit.outcomes), "skipped": str(skipped)}
    suite = ElementTree.SubElement(root, "testsuite", attributes)
    facts = {"graded_with": settings}
    if unit.complete:
        facts |= {"points": number(unit.points, 6), "max_points": number(unit.max_points, 6)}
    facts |= {
        f"points of {one_line(credit.function)}": f"{earned(credit)} of {number(credit.max_points)}"
        for credit in unit.functions
    }
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
        kind = one_line(outcome.kind or outcome.status)
        reason = one_line(message(outcome))
        problem = ElementTree.SubElement(case, element, type=kind, message=reason)
        problem.text = f"{sentence(outcome)}\n{explain(outcome)}"


def _add_properties(parent: ElementTree.Element, facts: dict[str, str]) -> None:
    properties = ElementTree.SubElement(parent, "properties")
    for name, value in facts.items():
        ElementTree.SubElement(properties, "property", name=name, value=value)
