"""Cases drawn ahead for a submission that is checked again and again: most of them still pass."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest

from backproof.assignment import Assignment
from backproof.cases import PROVIDED, body_of, collect_cases, own_copy
from backproof.errors import SubmissionEnded, SubmissionUnavailable
from backproof.grading import Suite
from backproof.records import record_of_pass
from backproof.submission import Submission
from backproof.timing import time_limit

# What takes longer is run as always, with all of its time.
_SECONDS = 2.0
_FAILURES = (
    Exception,
    pytest.fail.Exception,
    pytest.skip.Exception,
    SubmissionUnavailable,
    SubmissionEnded,
)


class DrawnCases:
    """The cases of properties, by the numbers of their items; drawn without a submission.

    Drawing takes longer than running. An item that passes its cases passes, as they are those that
    Hypothesis would draw; one that does not is run by Hypothesis, which finds the smallest case.

    Args:
        suite: The collected properties.
        assignment: What they belong to.

    """

    def __init__(self, suite: Suite, assignment: Assignment) -> None:
        self._suite = suite
        self._units = assignment.units
        self._cases: dict[int, Sequence[Mapping[str, Any]]] = {}

    def draw(self, numbers: Iterable[int], ended: Callable[[], bool]) -> None:
        """Draw the cases of items that have none yet, until there is something else to do."""
        self._suite.use(Submission(self._units))  # it is not called
        for number in numbers:
            if number in self._cases:
                continue
            if ended():
                break
            item = self._suite.items[number]
            parameters = getattr(getattr(item, "callspec", None), "params", {})
            alone = set(getattr(item, "fixturenames", ())) <= PROVIDED | set(parameters)
            run = lambda item=item: self._suite.run_item(item)  # noqa: E731
            self._cases[number] = collect_cases(item, run) if alone else ()

    def record_of_pass(self, number: int, submission: Submission) -> Mapping[str, Any] | None:
        """Run an item's cases on the submission under test; ``None`` if it must run as always.

        What the submission prints meanwhile goes nowhere: this is for a process without a screen.
        """
        item, cases = self._suite.items[number], self._cases.get(number)
        if not cases:
            return None
        _be_quiet()
        unit, body, begin = self._suite.unit_of(item), body_of(item), time.perf_counter()
        submission.begin_property(unit)
        try:
            with time_limit(_SECONDS):
                for case in cases:
                    submission.begin_case()
                    body(**own_copy(case))
        except _FAILURES:
            return None
        return record_of_pass(item, unit, submission.touched, time.perf_counter() - begin)


def _be_quiet() -> None:
    """Neither read nor write anything; pytest undoes it whenever it runs an item."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
