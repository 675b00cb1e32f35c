"""A session of pytest whose tests are in memory, and are run when they are asked for."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra.numpy import arrays
from hypothesis.strategies import data, floats, integers

from backproof.examinee.asked import AskedSubmission
from backproof.examinee.run import FIXTURE, run_item
from backproof.examinee.test_files import TestFiles, Unreadable
from backproof.wire.values import clean_text

if TYPE_CHECKING:
    from backproof.examinee.server import Connection

_ARGUMENTS = (
    *("-c", os.devnull, "--rootdir", "/", "-o", "addopts=", "--import-mode=importlib"),
    *("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-s"),
    *("-p", "no:logging", "-p", "no:tmpdir", "-p", "no:legacypath"),
    *("--disable-plugin-autoload", "-p", "_hypothesis_pytestplugin"),
)
_MAX_TESTS, _MAX_NAME, _MAX_TEXT = 400, 120, 2000


def in_session(work: Callable[[pytest.Session], None]) -> None:
    """Call ``work`` with a session of pytest that has no tests, and is configured.

    Workers are forked in it, so that none of them has to begin one of its own.
    """
    os.chdir("/")
    pytest.main([*_ARGUMENTS], plugins=[_Inside(work)])


class _Inside:
    """A plugin that calls ``work`` where pytest collects tests."""

    def __init__(self, work: Callable[[pytest.Session], None]) -> None:
        self._work = work

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the marks of properties known, and keep tracebacks short."""
        config.option.tbstyle = "line"
        for mark in ("core", "edge"):
            config.addinivalue_line("markers", f"{mark}: a mark of an assignment's properties")

    def pytest_collection(self, session: pytest.Session) -> bool:
        """Do the work in the place of collecting."""
        self._work(session)
        return True


def run_session(
    session: pytest.Session,
    files: TestFiles,
    submission: AskedSubmission,
    options: Mapping[str, str],
    connection: Connection,
) -> None:
    """Load tests, report what there is, and run them until no more are asked for.

    Args:
        session: A session without tests.
        files: The modules.
        submission: The code under test.
        options: The conventions that the assignment pins.
        connection: To the process that examines.

    """
    plugin = _Session(files, submission, options, connection)
    session.config.pluginmanager.register(plugin)
    plugin.collect(session)
    plugin.serve()


def warm_up() -> None:
    """Draw cases of the kinds that tests draw most often, so that what this needs is in memory."""

    @settings(max_examples=5, database=None, deadline=None)
    @given(arrays(np.float64, (2, 2), elements=floats(-1, 1)), integers(), data())
    def drawn(_array: Any, number: int, more: Any) -> None:
        assert more.draw(integers(0, 9)) + abs(number) < 3

    with contextlib.suppress(AssertionError):
        drawn()


class _MemoryModule(pytest.Module):
    """A module of tests that is imported already."""

    loaded: ModuleType

    def _getobj(self) -> ModuleType:
        return self.loaded


class _Session:
    """A plugin that collects the tests of modules in memory and runs them on request."""

    def __init__(
        self,
        files: TestFiles,
        submission: AskedSubmission,
        options: Mapping[str, str],
        connection: Connection,
    ) -> None:
        self._files = files
        self._submission = submission
        self._options = dict(options)
        self._connection = connection
        self._problems: list[tuple[str, str]] = []
        # The items of each test function, one for each set of parameters, by its full name.
        self._tests: dict[tuple[str, str], list[pytest.Item]] = {}

    @pytest.fixture(scope="session", name=FIXTURE)
    def submission(self) -> AskedSubmission:
        """Return the code under test: ``submission.<unit>.<function>(...)``."""
        return self._submission

    @pytest.fixture(scope="session")
    def options(self) -> dict[str, str]:
        """Return the conventions that the assignment pins."""
        return self._options

    def collect(self, session: pytest.Session) -> None:
        """Collect the tests in the modules."""
        for name, path in self._files.modules.items():
            try:
                loaded = self._files.load(name)
            except Unreadable as problem:
                self._problems.append((path, str(problem)))
                continue
            for item in self._items(session, path, loaded):
                test = getattr(item, "originalname", None) or item.name
                self._tests.setdefault((path, test), []).append(item)
        session.items = [item for items in self._tests.values() for item in items]

    @staticmethod
    def _items(session: pytest.Session, path: str, loaded: ModuleType) -> Iterator[pytest.Item]:
        module = _MemoryModule.from_parent(session, path=Path("/", path))
        module.loaded = loaded
        yield from session.genitems(module)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what cannot be collected."""
        if report.failed:
            last = str(report.longrepr).strip().splitlines()[-1:]
            self._problems.append((report.nodeid.partition("::")[0], "".join(last)))

    def serve(self) -> None:
        """Report the tests, then run those that are asked for."""
        tests = list(self._tests.items())[:_MAX_TESTS]
        found = []
        for (path, name), items in tests:
            unknown = _unknown_fixture(items[0])
            takes_code = not unknown and any(_takes_fixture(item) for item in items)
            found.append((path[:_MAX_NAME], name[:_MAX_NAME], takes_code))
            if unknown:
                problem = f"{name} takes `{unknown}`, which is no fixture; `{FIXTURE}` is one"
                self._problems.append((path, problem))
        problems = [
            (path[:_MAX_NAME], clean_text(text[:_MAX_TEXT])) for path, text in self._problems
        ]
        self._connection.reply((found, problems))
        while True:
            try:
                _, [number, seed, cases, shrink] = self._connection.receive()
            except EOFError:
                return
            self._connection.reply(self._run(tests[number][1], seed, cases, shrink))

    def _run(
        self, items: list[pytest.Item], seed: int, cases: int, shrink: bool
    ) -> tuple[str, str, str, str]:
        """Run the items of a test until one of them does not pass; return its outcome."""
        outcome = ("accepted", "", "", "")
        for item in items:
            outcome = run_item(item, self._submission, seed, cases, shrink=shrink)
            if outcome[0] != "accepted":
                break
        status, *texts = outcome
        short = [clean_text(text[:_MAX_TEXT]) for text in texts]
        return status, short[0], short[1], short[2]


def _takes_fixture(item: pytest.Item) -> bool:
    return FIXTURE in getattr(item, "fixturenames", ())


def _unknown_fixture(item: pytest.Item) -> str:
    """Return the name of an argument that pytest cannot provide; empty if there is none."""
    manager = item.session._fixturemanager
    return next(
        (
            name
            for name in getattr(item, "fixturenames", ())
            if name != "request"
            and not manager.getfixturedefs(name, item)
            and name not in getattr(getattr(item, "callspec", None), "params", ())
        ),
        "",
    )


# Nothing of the modules that pytest needs only to begin with stays behind for the tests.
sys.dont_write_bytecode = True
