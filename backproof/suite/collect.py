"""Run pytest as a library: collect the properties once, then call a function with them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from typing import Generic, TypeVar

import pytest

from backproof.assignment.config import Assignment
from backproof.assignment.imports import forget_other_assignments
from backproof.errors import UserError
from backproof.suite import pytest_plugin
from backproof.suite.suite import Suite

T = TypeVar("T")


def with_suite(
    assignment: Assignment,
    work: Callable[[Suite], T],
    *,
    profile: str = "grade",
    seed: int = 0,
    units: Collection[str] = (),
) -> T:
    """Collect the properties of some units, or of all, and return what ``work`` returns for them.

    Raises:
        UserError: A property file of the assignment cannot be imported, or a unit does not exist.

    """
    driver = _Driver(work)
    root = str(assignment.root)
    chosen = require_units(assignment, units)
    arguments = [
        *(str(file) for unit in chosen if (file := assignment.property_file(unit)).is_file()),
        *("-c", f"{root}/pyproject.toml", "--rootdir", root),
        # Only the records are needed: no report, no cache, no parallel workers.
        *("-o", "addopts=--import-mode=importlib", "-p", "no:terminal", "-p", "no:cacheprovider"),
        # Only the plugins that the properties need, whatever else is installed.
        *("--disable-plugin-autoload", "-p", "_hypothesis_pytestplugin"),
        *("--hypothesis-profile", profile, "--seed", str(seed)),
    ]
    forget_other_assignments(assignment.root)
    wrote_bytecode = sys.dont_write_bytecode
    code = pytest.main(arguments, plugins=[driver])
    sys.dont_write_bytecode = wrote_bytecode
    if driver.error is not None:
        raise driver.error
    if driver.collection_errors:
        raise UserError("the assignment's properties do not load:\n" + driver.collection_errors[0])
    if not driver.results:
        raise UserError(f"the properties in {assignment.properties} did not run (pytest: {code})")
    return driver.results[0]


def require_units(assignment: Assignment, units: Collection[str]) -> tuple[str, ...]:
    """Return ``units``, or all units if it is empty.

    Raises:
        UserError: The assignment has no such unit.

    """
    unknown = sorted(set(units) - set(assignment.units))
    if unknown:
        known = ", ".join(assignment.units)
        raise UserError(f"there is no unit {', '.join(unknown)}: the units are {known}")
    return tuple(units) or assignment.units


class _Driver(Generic[T]):
    """A pytest plugin that collects as usual, then calls ``work`` in place of the test loop."""

    def __init__(self, work: Callable[[Suite], T]) -> None:
        self._work = work
        self.results: list[T] = []
        self.collection_errors: list[str] = []
        self.error: BaseException | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Skip the formatting of tracebacks, which the records do not contain."""
        config.option.tbstyle = "line"
        config.stash[pytest_plugin.DRIVEN] = True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember which property files could not be imported."""
        if report.failed:
            self.collection_errors.append(f"{report.nodeid}: {report.longreprtext}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Call ``work`` in place of running each test once."""
        if not self.collection_errors:
            try:
                self.results.append(self._work(Suite(session)))
            except BaseException as error:  # raised again outside pytest
                self.error = error
        return True
