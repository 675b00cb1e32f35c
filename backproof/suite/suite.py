"""The collected properties of an assignment."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from backproof.confined.confined_submission import ConfinedSubmission
from backproof.diagnosis.diagnostician import Diagnostician
from backproof.submission.base import Submission
from backproof.suite import pytest_plugin
from backproof.suite.cases import body_of, collect_cases
from backproof.suite.property import PropertyRun
from backproof.suite.records import name_of

if TYPE_CHECKING:
    from backproof.casebook.book import Casebook


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
            if unit := pytest_plugin.unit_of(item):
                self._units[id(item)] = unit
                self._items.setdefault(name_of(item), []).append(item)
                self._settings[id(item)] = getattr(_test_of(item), pytest_plugin.SETTINGS, None)

    @property
    def properties(self) -> tuple[str, ...]:
        """The names of the properties, in the order of their files."""
        return tuple(self._items)

    @property
    def graded_with(self) -> dict[str, Any]:
        """Everything that a grade depends on."""
        return pytest_plugin.graded_with(self._session.config)

    @property
    def items(self) -> tuple[pytest.Item, ...]:
        """All properties, a parametrised one once for each of its parameters."""
        return tuple(item for items in self._items.values() for item in items)

    def unit_of(self, item: pytest.Item) -> str:
        """Name the unit of a property."""
        return self._units[id(item)]

    def use(self, submission: Submission, *, shrink: bool = True) -> None:
        """Put a submission under test."""
        pytest_plugin.use_submission(self._session.config, submission, shrink=shrink)

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
        runs: list[PropertyRun] = []
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
    ) -> PropertyRun:
        known = casebook.entries[item.nodeid] if casebook else None
        if known is not None and known.cases:
            return PropertyRun(
                item.nodeid, self.unit_of(item), record, known.body, lambda: known.cases
            )
        return PropertyRun(
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
            setattr(_test_of(item), pytest_plugin.SETTINGS, before)


def _test_of(item: pytest.Item) -> Any:
    return getattr(item, "obj", None)
