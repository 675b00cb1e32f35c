"""pytest plugin of an assignment: runs its properties, and names the mistakes behind failures.

PYTEST_DONT_REWRITE: the engine has imported this module before pytest does.
"""

from __future__ import annotations

import inspect
from collections.abc import Generator

import pytest

from backproof.diagnosis.diagnostician import Diagnostician
from backproof.facts.fact_finder import FactFinder
from backproof.grades.outcomes import FAILED
from backproof.suite.property import FAILING_CASES, PROPERTY, RECORD, PropertyRun
from backproof.suite.pytest_plugin import ASSIGNMENT, DRIVEN, submission_of

pytest_plugins = ["backproof.suite.pytest_plugin"]

_runs = pytest.StashKey[list[PropertyRun]]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Store the run of a property, unless a ``Suite`` stores it."""
    report = yield
    if call.when == "call" and PROPERTY in item.stash and DRIVEN not in item.config.stash:
        item.config.stash.setdefault(_runs, []).append(_run_of(item))
    return report


def _run_of(item: pytest.Item) -> PropertyRun:
    tested = item.stash[PROPERTY]
    fixtures = getattr(item, "funcargs", {})
    names = inspect.signature(tested.body).parameters
    arguments = {name: fixtures[name] for name in names if name in fixtures}
    cases = [{**arguments, **case} for case in item.stash.get(FAILING_CASES, ())] or [arguments]
    return PropertyRun(tested, item.stash[RECORD], lambda: cases)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the names of the mistakes behind all failures, and facts about them.

    They are found only now, because one failure alone does not identify a mistake.
    """
    runs = config.stash.get(_runs, [])
    if not any(run.record.status == FAILED for run in runs):
        return
    assignment, submission = config.stash[ASSIGNMENT], submission_of(config)
    runs = FactFinder(assignment).add_facts(runs, submission)
    records = Diagnostician(assignment).diagnose(runs, submission)
    sentences = {name: text for record in records for name, text in record.mistakes.items()}
    if sentences:
        terminalreporter.section("mistakes by their names")
        for name, text in sentences.items():
            terminalreporter.write_line(f"{name}: {text}")
    stated = {
        f"{record.property} {record.parameters}".rstrip(): record.facts
        for record in records
        if record.facts
    }
    if stated:
        terminalreporter.section("facts")
        for name, facts in stated.items():
            terminalreporter.write_line("\n  ".join([f"{name}:", *facts]))
