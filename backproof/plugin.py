"""pytest plugin of an assignment: runs its properties, and names the mistakes behind failures.

PYTEST_DONT_REWRITE: the engine has imported this module before pytest does.
"""

from __future__ import annotations

import inspect
from collections.abc import Generator
from typing import Any

import pytest

from backproof.diagnosis.diagnostician import Diagnostician
from backproof.grades.outcomes import FAILED
from backproof.suite.cases import body_of
from backproof.suite.property import PropertyRun
from backproof.suite.pytest_plugin import ASSIGNMENT, CASES, DRIVEN, RECORD, submission_of

pytest_plugins = ["backproof.suite.pytest_plugin"]

_runs = pytest.StashKey[list[PropertyRun]]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what it takes to run a property again, unless a ``Suite`` keeps it."""
    report = yield
    record = item.stash.get(RECORD, None)
    if call.when == "call" and record and DRIVEN not in item.config.stash:
        item.config.stash.setdefault(_runs, []).append(_run_of(item, record))
    return report


def _run_of(item: pytest.Item, record: dict[str, Any]) -> PropertyRun:
    given = getattr(item, "funcargs", {})
    body = body_of(item)
    arguments = {name: given[name] for name in inspect.signature(body).parameters if name in given}
    cases = [{**arguments, **case} for case in item.stash.get(CASES, ())] or [arguments]
    return PropertyRun(item.nodeid, record["unit"], record, body, lambda: cases)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name the mistakes behind all failures, which one failure alone would not show."""
    runs = config.stash.get(_runs, [])
    if not any(run.record["status"] == FAILED for run in runs):
        return
    named = Diagnostician(config.stash[ASSIGNMENT]).diagnose(runs, submission_of(config))
    sentences = {name: text for record in named for name, text in record["mistakes"].items()}
    if sentences:
        terminalreporter.section("mistakes by their names")
        for name, text in sentences.items():
            terminalreporter.write_line(f"{name}: {text}")
