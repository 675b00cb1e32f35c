"""Cases drawn ahead for a submission that is checked again and again: most of them still pass."""

from __future__ import annotations

import functools
import time
from collections.abc import (
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from typing import TYPE_CHECKING, Any

import pytest

from backproof.assignment.config import Assignment
from backproof.casebook.book import Casebook, Entry, _run_cases
from backproof.casebook.request_script import RequestRecorder, make_script
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.errors import UserError
from backproof.grades.outcomes import PASSED
from backproof.processes.streams import silence_standard_streams
from backproof.submission.base import Submission
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import SubmissionEnded, SubmissionUnavailable
from backproof.submission.time_limit import time_limit
from backproof.suite import pytest_plugin
from backproof.suite.cases import PROVIDED, body_of, collect_cases, kept, own_copy
from backproof.suite.records import record_of_pass
from backproof.suite.suite import Suite

if TYPE_CHECKING:
    from backproof.suite.suite import Suite

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
        silence_standard_streams()
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


def _drawn(suite: Suite, item: pytest.Item) -> Entry:
    """Run an item on the reference and keep its cases."""
    test = item.obj  # type: ignore[attr-defined]  # a property is a function
    handle = getattr(test, "hypothesis", None)
    body = body_of(item)
    cases: list[Mapping[str, Any]] = []
    is_kept = set(getattr(item, "fixturenames", ())) <= PROVIDED | set(_parameters(item))

    @functools.wraps(body)
    def keep(*others: Any, **arguments: Any) -> None:
        nonlocal is_kept
        try:
            case = kept(arguments)
        except Exception:  # what cannot be copied cannot be replayed
            is_kept = False
        body(*others, **arguments)
        if is_kept and not others:
            cases.append(case)

    target, name = (handle, "inner_test") if handle else (item, "obj")
    setattr(target, name, keep)
    try:
        [record] = suite.run_item(item)
    finally:
        setattr(target, name, body)
    if record["status"] != PASSED:
        raise UserError(
            f"the reference does not pass {item.name}, so nothing can be graded by it: "
            f"{record['message']}; `backproof validate` says more"
        )
    asked = getattr(test, pytest_plugin.SETTINGS).max_examples if handle else 1
    found = tuple(cases) if is_kept else ()
    return Entry(body, found, exhaustive=not handle or len(found) < asked)


def _parameters(item: pytest.Item) -> Mapping[str, Any]:
    callspec = getattr(item, "callspec", None)
    return callspec.params if callspec else {}


def _write_script(entry: Entry, unit: str, reference: ConfinedSubmission) -> None:
    """Record what an entry asks; one that cannot be run outside Hypothesis only runs live."""
    recorders = []
    for perturb in (False, True):
        recorder = RequestRecorder(lambda: reference.crossing, perturb=perturb)
        reference.begin_property(unit)
        reference.tap = recorder
        try:
            _run_cases(entry, reference)
        except _FAILURES:  # a property may well mind the perturbation; but not its own cases
            if not perturb:
                entry.cases = ()
                return
        finally:
            reference.tap = None
        entry.functions |= reference.touched
        recorders.append(recorder)
    entry.script = make_script(*recorders)


def draw(
    suite: Suite,
    assignment: Assignment,
    progress: Callable[[str], object] = lambda _name: None,
) -> Casebook:
    """Draw the cases of every property, on the reference.

    Args:
        suite: The collected properties; their profile and seed decide how many cases, and which.
        assignment: What they belong to.
        progress: Called with the name of each item as it is done.

    Raises:
        UserError: The reference does not pass a property.

    """
    entries = draw_cases(suite, assignment, progress)
    with ConfinedSubmission(assignment.reference, assignment) as confined:
        suite.use(confined)
        for item in suite.items:
            entry = entries[item.nodeid]
            _write_script(entry, suite.unit_of(item), confined)
        book = Casebook(entries, assignment.seconds_per_property)
        for item in suite.items:  # so that the reference's own answers are known
            book.replay(item, suite.unit_of(item), confined)
    book.learnt.clear()
    return book


def draw_cases(
    suite: Suite,
    assignment: Assignment,
    progress: Callable[[str], object] = lambda _name: None,
) -> dict[str, Entry]:
    """Draw the cases alone, without what they ask of a submission."""
    assignment.require_reference()
    reference = LocalSubmission(assignment.reference, assignment.units)
    suite.use(reference)
    entries: dict[str, Entry] = {}
    for item in suite.items:
        entries[item.nodeid] = _drawn(suite, item)
        progress(item.name)
    reference.close()
    return entries
