"""One run of a test: what it says of the code under test."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings

from backproof.examinee.asked import AskedSubmission
from backproof.student_code.modules import describe
from backproof.student_code.package import plain

FIXTURE = "submission"

ACCEPTED, REJECTED = "accepted", "rejected"
# The status, what the test says, the input, and the set of parameters.
Outcome = tuple[str, str, str, str]

# Where Hypothesis keeps the settings and the seed of a test. Its decorators cannot be applied again
# to one that has run.
_SETTINGS, _SEED = "_hypothesis_internal_use_settings", "_hypothesis_internal_use_seed"
_WRAPPED = "_backproof_begins_case"
# How a note begins that has the failing case; the words depend on the version of Hypothesis.
_CASE = re.compile(r"(?:Falsifying|Failing) [a-z ]+:")


def run_item(
    item: pytest.Item, submission: AskedSubmission, seed: int, cases: int, *, shrink: bool
) -> Outcome:
    """Run a test once.

    Args:
        item: The test with one set of parameters.
        submission: The code under test.
        seed: The seed of the cases.
        cases: The most cases.
        shrink: Whether to look for a smaller failing case.

    Returns:
        Whether it accepts the code, and if not, why.

    """
    _prepare(item.obj, submission, seed, cases, shrink)  # type: ignore[attr-defined]  # a function
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002  # what the student's tests may draw from
    submission.begin_property("")
    raised: list[BaseException] = []
    recorder = _Recorder(raised)
    item.config.pluginmanager.register(recorder)
    try:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    except BaseException as error:  # such as the exception of pytest.exit
        raised.append(error)
    finally:
        item.config.pluginmanager.unregister(recorder)
    if not raised or isinstance(raised[0], pytest.skip.Exception):
        return ACCEPTED, "", "", ""
    parameters = item.name.partition("[")[2].removesuffix("]")
    return REJECTED, plain(describe(raised[0])), _input(raised[0]), parameters


class _Recorder:
    """A plugin that keeps the exceptions of a run, the first one first."""

    def __init__(self, raised: list[BaseException]) -> None:
        self._raised = raised

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        """Keep the exception of a phase."""
        if call.excinfo is not None:
            self._raised.append(call.excinfo.value)


def _prepare(test: Any, submission: AskedSubmission, seed: int, cases: int, shrink: bool) -> None:
    """Set the seed and the settings of a test whose cases Hypothesis draws."""
    drawn = getattr(test, "hypothesis", None)
    if drawn is None:
        return
    test = getattr(test, "__func__", test)
    own: Any = getattr(test, _SETTINGS, None) or settings.default
    last = (Phase.shrink,) if shrink else ()
    changed = settings(
        max_examples=min(own.max_examples, cases),
        stateful_step_count=own.stateful_step_count,
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        phases=(Phase.explicit, Phase.generate, *last),
        suppress_health_check=list(HealthCheck),
    )
    setattr(test, _SETTINGS, changed)
    setattr(test, _SEED, seed)
    if not hasattr(drawn.inner_test, _WRAPPED):
        drawn.inner_test = _beginning_case(drawn.inner_test, submission)


def _beginning_case(body: Callable[..., Any], submission: AskedSubmission) -> Callable[..., Any]:
    """Let the other side forget the case before when the body begins."""

    @functools.wraps(body)
    def begun(*arguments: Any, **keywords: Any) -> Any:
        submission.begin_case()
        return body(*arguments, **keywords)

    setattr(begun, _WRAPPED, True)
    return begun


def _input(error: BaseException) -> str:
    """Return the failing case as Hypothesis writes it; empty if there is none."""
    notes = [str(note) for note in getattr(error, "__notes__", ())]
    return next((note for note in notes if _CASE.match(note)), "")
