"""The pytest plugin: which submission is tested, with how many cases, and what came of it.

PYTEST_DONT_REWRITE: the engine has imported this module before pytest does.
"""

from __future__ import annotations

import functools
import math
import platform
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings

from backproof.about import __version__
from backproof.assignment.config import Assignment, load_assignment
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.counterexample.program import Wording, parameter_names
from backproof.errors import UserError
from backproof.grades.outcomes import FAILED
from backproof.submission.base import Submission
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import SubmissionTimeout
from backproof.submission.time_limit import time_limit
from backproof.suite.records import make_record, message_for_the_terminal
from backproof.suite.shrinking import BoundedShrinking

# Cases per property, and the most runs spent on making a failing one smaller.
PROFILES = {"quick": (10, 150), "grade": (30, 150), "ci": (100, 400), "thorough": (1000, 2000)}
# With this one the cases are a property's, shared by its parameters; with the others each has them.
# But none gets so few that a mistake in half of all cases could hide.
GRADE, _LEAST_CASES = "grade", 8
# Where Hypothesis keeps the settings of a test: the decorator refuses to be used in a second
# session of the same process, which would run with those of the first.
SETTINGS = "_hypothesis_internal_use_settings"
_SHRINK_SECONDS = 5.0

_submission = pytest.StashKey[Submission]()
_shrink = pytest.StashKey["_ShrinkBudget"]()
ASSIGNMENT = pytest.StashKey[Assignment]()
_confined_submission = pytest.StashKey[ConfinedSubmission]()
_evidence = pytest.StashKey[Mapping[str, Any] | None]()
CASES = pytest.StashKey[list[dict[str, Any]]]()
# The record of an item's last run.
RECORD = pytest.StashKey[dict[str, Any]]()
# Set where a ``Suite`` runs the items of a session; pytest runs them by itself elsewhere.
DRIVEN = pytest.StashKey[bool]()


@dataclass
class _ShrinkBudget:
    """Runs for each property, and seconds that are left for all of a submission's together."""

    most_runs: int
    seconds_left: float


def _register_profiles() -> None:
    for name, (cases, _) in PROFILES.items():
        settings.register_profile(
            name,
            max_examples=cases,
            database=None,  # a grade may not depend on what failed here before
            deadline=None,  # slow code is right code
            derandomize=False,  # the seed is set below, and named in the grade
            report_multiple_bugs=False,
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
            suppress_health_check=(HealthCheck.too_slow, HealthCheck.differing_executors),
        )


_register_profiles()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a check."""
    group = parser.getgroup("backproof")
    group.addoption("--submission", metavar="PATH", help="folder to test (default: reference/)")
    group.addoption("--confined", action="store_true", help="run it in confined processes")
    group.addoption("--seed", type=int, default=0, help="seed of the cases (default: 0)")


def pytest_configure(config: pytest.Config) -> None:
    """Load the assignment and the profile."""
    try:
        config.stash[ASSIGNMENT] = load_assignment(config.rootpath)
    except UserError as error:
        raise pytest.UsageError(str(error)) from None
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("ci")


def pytest_report_header(config: pytest.Config) -> str:
    """Say what is under test."""
    path = _path(config)
    profile = settings.get_current_profile_name()
    seed = config.getoption("--seed")
    header = f"backproof: submission {path}, profile {profile}, seed {seed}"
    if config.getoption("--confined"):
        header += f", confinement {_confined(config).observed.summary()}"
    return header


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give every property the seed of this run, and its number of cases."""
    seed = config.getoption("--seed")
    tests = (getattr(item, "obj", None) for item in items if unit_of(item))
    parameters = Counter(test for test in tests if hasattr(test, "hypothesis"))
    profile = settings.get_current_profile_name()
    for test, number in parameters.items():
        assert test is not None
        # Each has cases of its own: what one property shows is not what another one asks.
        hypothesis.seed(f"{seed} {test.__name__}")(test)
        cases = settings.get_profile(profile).max_examples
        if profile == GRADE:
            known = config.stash[ASSIGNMENT].cases
            cases = known.get(test.__name__, max(math.ceil(cases / number), _LEAST_CASES))
        setattr(test, SETTINGS, settings(max_examples=cases))


def graded_with(config: pytest.Config) -> dict[str, Any]:
    """Name everything that a grade depends on."""
    return {
        "backproof": __version__,
        "assignment": config.stash[ASSIGNMENT].digest(),
        "profile": settings.get_current_profile_name(),
        "seed": config.getoption("--seed"),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "scipy", "hypothesis", "pytest")},
    }


def use_submission(config: pytest.Config, submission: Submission, *, shrink: bool) -> None:
    """Put another submission under test, in a session that is already collected.

    Args:
        config: The session's configuration.
        submission: What the properties are run on from now on.
        shrink: Whether to look for smaller failing cases.
    """
    config.stash[_submission] = submission
    config.stash[_shrink] = _ShrinkBudget(
        PROFILES[settings.get_current_profile_name()][1] if shrink else 0,
        config.stash[ASSIGNMENT].limits.shrink_seconds,
    )


class _Current:
    """Stands for the submission under test, which may change during a session."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def __getattr__(self, name: str) -> Any:
        return getattr(submission_of(self._config), name)

    def __repr__(self) -> str:
        return "your code"


def submission_of(config: pytest.Config) -> Submission:
    """Return the submission under test; open what the options name, if none is open yet."""
    if _submission not in config.stash:
        confined = config.getoption("--confined")
        opened = (_confined if confined else _local)(config)
        use_submission(config, opened, shrink=True)
    return config.stash[_submission]


def _local(config: pytest.Config) -> LocalSubmission:
    assignment = config.stash[ASSIGNMENT]
    with _usage_errors():
        return LocalSubmission(_path(config), assignment.units)


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


@pytest.fixture(scope="session")
def submission(pytestconfig: pytest.Config) -> _Current:
    """What was handed in: ``submission.<unit>.<function>(...)``."""
    return _Current(pytestconfig)


@pytest.fixture(scope="session")
def options(pytestconfig: pytest.Config) -> dict[str, str]:
    """The conventions that the assignment pins, from ``[tool.backproof.options]``."""
    options = pytestconfig.stash[ASSIGNMENT].options
    return {name: option.value for name, option in options.items()}


def unit_of(item: pytest.Item) -> str | None:
    """Name the unit of a property; ``None`` for any other test."""
    assignment = item.config.stash[ASSIGNMENT]
    unit = item.path.stem.removeprefix("test_")
    return unit if item.path.parent == assignment.properties and unit in assignment.units else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Watch a property while it runs: its calls, its budget, its time."""
    unit = unit_of(item)
    if unit is None:
        return (yield)
    config = item.config
    under_test = submission_of(config)
    under_test.begin_property(unit)
    with _watched(item):
        try:
            return (yield)
        except SubmissionTimeout:
            # Once more, from the start: the machine may have been busy with something else.
            if not under_test.renew():
                raise
    with _watched(item):
        item.runtest()
    return None


@contextmanager
def _watched(item: pytest.Item) -> Iterator[None]:
    seconds = item.config.stash[ASSIGNMENT].seconds_per_property
    with time_limit(seconds), _bounded(item, item.config.stash[_shrink]):
        yield


@contextmanager
def _bounded(item: pytest.Item, budget: _ShrinkBudget) -> Iterator[None]:
    handle = getattr(getattr(item, "obj", None), "hypothesis", None)
    if handle is None:
        yield
        return
    body = handle.inner_test
    current = functools.partial(submission_of, item.config)
    seconds = min(_SHRINK_SECONDS, budget.seconds_left)
    bounded = BoundedShrinking(body, current, budget.most_runs, seconds)
    handle.inner_test = functools.wraps(body)(lambda *args, **cases: bounded(*args, **cases))
    try:
        yield
    finally:
        handle.inner_test = body
        item.stash[_evidence], item.stash[CASES] = bounded.evidence, bounded.cases
        budget.seconds_left = max(0.0, budget.seconds_left - bounded.seconds_searched)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the outcome to the report, and show a student the message instead of a traceback."""
    report = yield
    unit = unit_of(item)
    if unit is None or (call.when != "call" and not (call.excinfo and call.when == "setup")):
        return report
    drawn = item.stash.get(_evidence, None)
    assignment = item.config.stash[ASSIGNMENT]
    wording = Wording(parameter_names(assignment.template), assignment.opaque)
    submission = submission_of(item.config)
    record = make_record(item, unit, call, submission, wording, drawn)
    item.stash[RECORD] = record
    report.user_properties.append(("backproof", record))
    if record["status"] == FAILED and not item.config.getoption("fulltrace", False):
        report.longrepr = message_for_the_terminal(record)
    return report
