"""From a submission to its ``Grade``: the properties, collected once and run by pytest."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pytest

from backproof import plugin
from backproof.assignment import Assignment, load_assignment
from backproof.cases import body_of, collect_cases
from backproof.confined import ConfinedSubmission
from backproof.diagnosis import Diagnostician
from backproof.errors import UserError
from backproof.intake import Intake, take_in
from backproof.outcomes import Grade, judge
from backproof.probing import IN_PROCESS, NONE, Observed, require_level
from backproof.records import name_of
from backproof.searching import Run
from backproof.submission import LocalSubmission, Submission

if TYPE_CHECKING:
    from backproof.casebook import Casebook

T = TypeVar("T")


class Suite:
    """The collected properties of an assignment, to be run on one submission after another."""

    def __init__(self, session: pytest.Session, reports: list[pytest.TestReport]) -> None:
        self._session = session
        self._reports = reports
        self._items: dict[str, list[pytest.Item]] = {}
        self._settings: dict[int, Any] = {}
        self._cases: dict[str, Sequence[Mapping[str, Any]]] = {}
        self._units: dict[int, str] = {}
        for item in session.items:
            if unit := plugin.unit_of(item):
                self._units[id(item)] = unit
                self._items.setdefault(name_of(item), []).append(item)
                self._settings[id(item)] = getattr(_test_of(item), plugin.SETTINGS, None)

    @property
    def properties(self) -> tuple[str, ...]:
        """The names of the properties, in the order of their files."""
        return tuple(self._items)

    @property
    def graded_with(self) -> dict[str, Any]:
        """Everything that a grade depends on."""
        return plugin.graded_with(self._session.config)

    @property
    def items(self) -> tuple[pytest.Item, ...]:
        """All properties, a parametrised one once for each of its parameters."""
        return tuple(item for items in self._items.values() for item in items)

    def unit_of(self, item: pytest.Item) -> str:
        """Name the unit of a property."""
        return self._units[id(item)]

    def use(self, submission: Submission, *, shrink: bool = True) -> None:
        """Put a submission under test."""
        plugin.use_submission(self._session.config, submission, shrink=shrink)

    def run(
        self,
        submission: Submission,
        properties: Collection[str] | None = None,
        progress: Callable[[str], object] = lambda _name: None,
        shrink: bool = True,
        casebook: Casebook | None = None,
        diagnostician: Diagnostician | None = None,
    ) -> list[Mapping[str, Any]]:
        """Run properties on a submission; give their records.

        Args:
            submission: What to run them on.
            properties: Their names; all by default.
            progress: Called with the name of each as it ends.
            shrink: Whether to look for smaller failing cases.
            casebook: Their cases, if they are to be replayed: on a confined submission only.
            diagnostician: Who names the mistakes behind failures; nobody by default.
        """
        self.use(submission, shrink=shrink)
        runs: list[Run] = []
        for name in self._items:
            if properties is not None and name not in properties:
                continue
            for item in self._items[name]:
                records = self._replayed(item, submission, casebook) or self.run_item(item)
                runs += [self._run_of(item, record, casebook) for record in records]
            progress(name)
        if diagnostician is None:
            return [run.record for run in runs]
        return diagnostician.diagnose(runs, submission)

    def _run_of(
        self, item: pytest.Item, record: Mapping[str, Any], casebook: Casebook | None
    ) -> Run:
        known = casebook.entries[item.nodeid] if casebook else None
        if known is not None and known.cases:
            return Run(item.nodeid, self.unit_of(item), record, known.body, lambda: known.cases)
        return Run(
            item.nodeid,
            self.unit_of(item),
            record,
            body_of(item),
            functools.partial(self._drawn, item),
        )

    def _drawn(self, item: pytest.Item) -> Sequence[Mapping[str, Any]]:
        """Draw the cases that a property is run on, without running it."""
        if item.nodeid not in self._cases:
            self._cases[item.nodeid] = collect_cases(item, lambda: self.run_item(item))
        return self._cases[item.nodeid]

    def _replayed(
        self, item: pytest.Item, submission: Submission, casebook: Casebook | None
    ) -> list[Mapping[str, Any]]:
        if casebook is None or not isinstance(submission, ConfinedSubmission):
            return []
        record = casebook.replay(item, self.unit_of(item), submission)
        return [] if record is None else [record]

    def run_item(self, item: pytest.Item) -> list[Mapping[str, Any]]:
        """Run one item on the submission under test, as pytest does; give its records."""
        self._reports.clear()
        self._reset_settings(item)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return [
            value  # type: ignore[misc]  # ours is a dict
            for report in self._reports
            for key, value in report.user_properties
            if key == "backproof"
        ]

    def _reset_settings(self, item: pytest.Item) -> None:
        # Hypothesis' pytest plugin wraps the settings of a parametrised test in one more layer at
        # every run: left alone, some hundred runs in one process exhaust the stack.
        before = self._settings[id(item)]
        if before is not None:
            setattr(_test_of(item), plugin.SETTINGS, before)


def _test_of(item: pytest.Item) -> Any:
    return getattr(item, "obj", None)


class _Driver(Generic[T]):
    """A pytest plugin that collects as usual, then hands the session to ``work``."""

    def __init__(self, work: Callable[[Suite], T]) -> None:
        self._work = work
        self._reports: list[pytest.TestReport] = []
        self.results: list[T] = []
        self.collection_errors: list[str] = []
        self.error: BaseException | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Have no traceback written out: the records say what there is to say."""
        config.option.tbstyle = "line"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember which property files could not be imported."""
        if report.failed:
            self.collection_errors.append(f"{report.nodeid}: {report.longreprtext}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember what the plugin attached to a report."""
        self._reports.append(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do the work instead of running each test once."""
        if not self.collection_errors:
            try:
                self.results.append(self._work(Suite(session, self._reports)))
            except BaseException as error:  # raised again outside pytest
                self.error = error
        return True


def with_suite(
    assignment: Assignment,
    work: Callable[[Suite], T],
    *,
    profile: str = "grade",
    seed: int = 0,
    units: Collection[str] = (),
) -> T:
    """Collect the properties of some units, or of all, and return what ``work`` makes of them.

    Raises:
        UserError: A property file of the assignment cannot be imported, or there is no such unit.
    """
    driver = _Driver(work)
    root = str(assignment.root)
    chosen = require_units(assignment, units)
    arguments = [
        *(str(file) for unit in chosen if (file := assignment.property_file(unit)).is_file()),
        *("-c", f"{root}/pyproject.toml", "--rootdir", root),
        # No report, cache or parallel workers: the records are all that is wanted.
        *("-o", "addopts=--import-mode=importlib", "-p", "no:terminal", "-p", "no:cacheprovider"),
        # Only the plugins that the properties need, whatever else is installed.
        *("--disable-plugin-autoload", "-p", "_hypothesis_pytestplugin"),
        *("--hypothesis-profile", profile, "--seed", str(seed)),
    ]
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
    """Return ``units``, or all where none is named; raise ``UserError`` for an unknown one."""
    unknown = sorted(set(units) - set(assignment.units))
    if unknown:
        known = ", ".join(assignment.units)
        raise UserError(f"there is no unit {', '.join(unknown)}: the units are {known}")
    return tuple(units) or assignment.units


def check_submission(
    path: str | os.PathLike[str],
    *,
    assignment: Assignment | None = None,
    profile: str = "grade",
    seed: int = 0,
    units: Collection[str] = (),
    confinement: str = NONE,
    progress: Callable[[str, int], object] = lambda _name, _total: None,
) -> Grade:
    """Grade one submission, in this process or confined.

    Args:
        path: What was handed in: a folder with the student's modules, a zip file or a notebook.
        assignment: What to grade against; the one that comes with the engine by default.
        profile: How many cases: ``quick``, ``grade``, ``ci`` or ``thorough``.
        seed: The seed of the cases.
        units: Only these units; all by default.
        confinement: ``"none"`` runs the submission in this process, ``"process"`` in others with
            all the confinement that this machine has, ``"strict"`` the same, or not at all.
        progress: Called with each property's name as it ends, and how many there are.

    Raises:
        UserError: The path, the profile or a unit cannot be used, or this machine has no strict
            confinement.
    """
    assignment = assignment or load_assignment()
    intake = take_in(path, assignment.units)
    if profile not in plugin.PROFILES:
        raise UserError(f"unknown profile {profile!r}; there are {', '.join(plugin.PROFILES)}")

    def grade(suite: Suite) -> Grade:
        total = len(suite.properties)
        with open_submission(intake, assignment, confinement) as (submission, observed):
            diagnostician = Diagnostician(assignment)
            records = suite.run(
                submission,
                progress=lambda name: progress(name, total),
                diagnostician=diagnostician,
            )
        notes = [*intake.notes, *diagnostician.problems]
        how = {"confinement": observed.to_json(), "notes": notes}
        return Grade(str(path), judge(records, assignment), {**suite.graded_with, **how})

    return with_suite(assignment, grade, profile=profile, seed=seed, units=units)


@contextmanager
def open_submission(
    intake: Intake, assignment: Assignment, confinement: str
) -> Iterator[tuple[Submission, Observed]]:
    """Open a submission in this process or in confined ones; say what confines it.

    Raises:
        UserError: This machine does not have the confinement that is asked for.
    """
    if confinement == NONE:
        local = LocalSubmission(intake, assignment.units)
        try:
            yield local, IN_PROCESS
        finally:
            local.close()
        return
    with ConfinedSubmission(intake, assignment) as confined:
        require_level(confined.observed, confinement)
        yield confined, confined.observed
