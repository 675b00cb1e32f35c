"""pytest plugin: selects the submission and the number of cases, and records each property.

PYTEST_DONT_REWRITE: the engine has imported this module before pytest does.
"""

from __future__ import annotations

import functools
import inspect
import platform
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import hypothesis
import pytest
from hypothesis import settings

from backproof.about import __version__
from backproof.assignment import accuracy
from backproof.assignment.config import Assignment, load_assignment
from backproof.assignment.identity import properties_digest
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.counterexample.wording import Wording, parameter_names
from backproof.errors import UserError
from backproof.grades.outcomes import FAILED
from backproof.grades.prerequisites import Prerequisites
from backproof.grades.property_record import PropertyRecord
from backproof.submission.base import Submission
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import SubmissionTimeout
from backproof.submission.time_limit import time_limit
from backproof.suite.cases import PROVIDED, frozen_case
from backproof.suite.profiles import PROFILES, cases_for_each, register_profiles
from backproof.suite.property import PROPERTY, RECORD, Property, set_settings
from backproof.suite.records import record_of, terminal_message
from backproof.suite.role import register
from backproof.suite.shrinking import ShrinkBudget, bounded_shrinking

ASSIGNMENT = pytest.StashKey[Assignment]()
# Set if a ``Suite`` runs the properties of the session; otherwise pytest runs them itself.
DRIVEN = pytest.StashKey[bool]()

_submission = pytest.StashKey[Submission]()
_shrink_budget = pytest.StashKey[ShrinkBudget]()
_confined_submission = pytest.StashKey[ConfinedSubmission]()

register_profiles()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a check."""
    group = parser.getgroup("backproof")
    group.addoption("--submission", metavar="PATH", help="folder to test (default: reference/)")
    group.addoption("--confined", action="store_true", help="run it in confined processes")
    group.addoption("--seed", type=int, default=0, help="seed of the cases (default: 0)")


def pytest_configure(config: pytest.Config) -> None:
    """Load the assignment and the profile, and register the marks of properties."""
    register(config)
    try:
        config.stash[ASSIGNMENT] = assignment = load_assignment(config.rootpath)
        accuracy.use(assignment.tolerance, assignment.dtype)
    except UserError as error:
        raise pytest.UsageError(str(error)) from None
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("ci")


def pytest_report_header(config: pytest.Config) -> str:
    """Return a line that names the submission under test."""
    profile, seed = settings.get_current_profile_name(), config.getoption("--seed")
    header = f"backproof: submission {_path(config)}, profile {profile}, seed {seed}"
    if config.getoption("--confined"):
        header += f", confinement {_confined(config).observed.summary()}"
    return header


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Set the seed and the number of cases of every property."""
    units = [(item, unit) for item in items if (unit := _unit_of(item))]
    tests = [item.obj for item, _ in units]  # type: ignore[attr-defined]  # a property has a function
    parameter_sets = Counter(test for test in tests if hasattr(test, "hypothesis"))
    profile = settings.get_current_profile_name()
    for test, number in parameter_sets.items():
        # The name is part of the seed. Otherwise properties would get equal cases, and a submission
        # could recognise in one property the arguments of another.
        hypothesis.seed(f"{config.getoption('--seed')} {test.__name__}")(test)
        configured = config.stash[ASSIGNMENT].cases.get(test.__name__)
        cases = cases_for_each(profile, number, configured)
        set_settings(test, settings(max_examples=cases))
    for item, unit in units:
        item.stash[PROPERTY] = Property(item, unit)


def _unit_of(item: pytest.Item) -> str | None:
    """Return the unit of a property; ``None`` for any other test."""
    assignment = item.config.stash[ASSIGNMENT]
    unit = item.path.stem.removeprefix("test_")
    return unit if item.path.parent == assignment.properties and unit in assignment.units else None


def graded_with(config: pytest.Config) -> dict[str, Any]:
    """Return everything that a grade depends on."""
    return {
        "backproof": __version__,
        "assignment": properties_digest(config.stash[ASSIGNMENT]),
        "profile": settings.get_current_profile_name(),
        "seed": config.getoption("--seed"),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "scipy", "hypothesis", "pytest")},
    }


def use_submission(config: pytest.Config, submission: Submission, *, shrink: bool) -> None:
    """Put another submission under test, in a session that is already collected.

    Args:
        config: The session's configuration.
        submission: The properties run on it from now on.
        shrink: Whether to look for smaller failing cases.

    """
    config.stash[_submission] = submission
    config.stash[_shrink_budget] = ShrinkBudget(
        PROFILES[settings.get_current_profile_name()].max_shrink_runs if shrink else 0,
        config.stash[ASSIGNMENT].limits.shrink_seconds,
    )


def submission_of(config: pytest.Config) -> Submission:
    """Return the submission under test; open the one that the options name if none is open."""
    if _submission not in config.stash:
        opened = _confined(config) if config.getoption("--confined") else _local(config)
        use_submission(config, opened, shrink=True)
    return config.stash[_submission]


def _local(config: pytest.Config) -> LocalSubmission:
    with _usage_errors():
        assignment = config.stash[ASSIGNMENT]
        return LocalSubmission(
            _path(config),
            assignment.units,
            stand_ins=assignment.stand_ins,
            limits=assignment.limits,
        )


def _confined(config: pytest.Config) -> ConfinedSubmission:
    if _confined_submission not in config.stash:
        with _usage_errors():
            opened = ConfinedSubmission(_path(config), config.stash[ASSIGNMENT])
        config.add_cleanup(opened.close)
        config.stash[_confined_submission] = opened
    return config.stash[_confined_submission]


def _path(config: pytest.Config) -> Any:
    return config.getoption("--submission") or config.stash[ASSIGNMENT].reference


@contextmanager
def _usage_errors() -> Iterator[None]:
    try:
        yield
    except UserError as error:
        pytest.exit(str(error), returncode=2)


class _SubmissionUnderTest:
    """A proxy for the submission under test, which may change during a session."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def __getattr__(self, name: str) -> Any:
        return getattr(submission_of(self._config), name)

    def __repr__(self) -> str:
        return "your code"


@pytest.fixture(scope="session")
def submission(pytestconfig: pytest.Config) -> _SubmissionUnderTest:
    """The submission under test: ``submission.<unit>.<function>(...)``."""
    return _SubmissionUnderTest(pytestconfig)


@pytest.fixture(scope="session")
def options(pytestconfig: pytest.Config) -> dict[str, str]:
    """The conventions that the assignment pins, from ``[tool.backproof.options]``."""
    return _options(pytestconfig)


def _options(config: pytest.Config) -> dict[str, str]:
    options = config.stash[ASSIGNMENT].options
    return {name: option.value for name, option in options.items()}


def arguments_beside(tested: Property) -> dict[str, Any]:
    """Return the arguments of a property that are not drawn: its parameters and our fixtures.

    Raises:
        LookupError: It needs a fixture that exists only while pytest runs it.

    """
    config = tested.item.config
    known = {
        "submission": _SubmissionUnderTest(config),
        "options": _options(config),
        "pytestconfig": config,
    }
    needed = PROVIDED & inspect.signature(tested.body).parameters.keys()
    return frozen_case({**tested.parameters, **{name: known[name] for name in needed}})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Run a property within its limits of time and of shrinking."""
    tested = item.stash.get(PROPERTY, None)
    if tested is None:
        return (yield)
    under_test = submission_of(item.config)
    under_test.begin_property(tested.unit)
    with _within_limits(tested):
        try:
            return (yield)
        except SubmissionTimeout:
            # The property is run once more, because the machine may have been busy.
            if not under_test.renew():
                raise
    with _within_limits(tested):
        item.runtest()
    return None


@contextmanager
def _within_limits(tested: Property) -> Iterator[None]:
    config = tested.item.config
    seconds = config.stash[ASSIGNMENT].seconds_per_property
    with time_limit(seconds, submission_of(config).overdue):
        if tested.is_drawn:
            current = functools.partial(submission_of, config)
            with bounded_shrinking(tested, config.stash[_shrink_budget], current):
                yield
        else:
            yield


def record_of_run(
    tested: Property, exception: BaseException | None, seconds: float
) -> PropertyRecord:
    """Return the record of a run of a property on the submission under test.

    Args:
        tested: The property.
        exception: The exception that it ended with; ``None`` if it passed.
        seconds: The duration of the run.

    """
    config = tested.item.config
    assignment = config.stash[ASSIGNMENT]
    wording = Wording(parameter_names(assignment.template), assignment.opaque)
    prerequisites = Prerequisites(assignment.prerequisites, assignment.template)
    return record_of(tested, exception, seconds, submission_of(config), wording, prerequisites)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep the record of a property, and show a student the message in place of a traceback."""
    report = yield
    tested = item.stash.get(PROPERTY, None)
    if tested is None or (call.when != "call" and not (call.excinfo and call.when == "setup")):
        return report
    record = record_of_run(tested, call.excinfo.value if call.excinfo else None, call.duration)
    item.stash[RECORD] = record
    if record.status == FAILED and not item.config.getoption("fulltrace", False):
        report.longrepr = terminal_message(record)
    return report
