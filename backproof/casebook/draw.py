"""Draw the cases of every property: on the reference, or while a checked file is not saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing
from typing import Any

from backproof.assignment.config import Assignment
from backproof.casebook.book import REPLAY_FAILURES, Casebook
from backproof.casebook.entry import Entry
from backproof.casebook.request_script import RequestRecorder, make_script
from backproof.casebook.shelf import Shelf
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.pool import ServerPool
from backproof.errors import UserError
from backproof.grades.outcomes import PASSED
from backproof.grades.property_record import PropertyRecord
from backproof.processes.streams import silence_standard_streams
from backproof.submission.base import Submission
from backproof.submission.local import LocalSubmission
from backproof.submission.time_limit import time_limit
from backproof.suite.cases import frozen_case
from backproof.suite.property import FAILURES, Case, Property
from backproof.suite.records import record_of_pass
from backproof.suite.suite import Suite

# A replay that takes longer is stopped, and the property runs live with all of its time.
_MAX_REPLAY_SECONDS = 2.0


def draw(
    suite: Suite,
    progress: Callable[[str], object] = lambda _name: None,
    shelf: Shelf | None = None,
) -> Casebook:
    """Draw the cases of every property, and record what it asks of the reference.

    Args:
        suite: The collected properties; profile and seed of the suite determine the cases.
        progress: Called with the id of each property when its cases are drawn.
        shelf: Entries that were drawn before; what is missing there is added.

    Raises:
        UserError: The reference does not pass a property.

    """
    entries: dict[str, Entry] = {}
    with closing(ServerPool(suite.assignment)) as servers:
        for unit, properties in by_unit(suite.properties).items():
            known = shelf.load(unit, properties, recorded=True) if shelf else None
            entries |= known or _draw_recorded(suite, properties, progress, servers)
            if known:
                for each in properties:
                    progress(each.id)
            elif shelf:
                shelf.save(unit, [entries[each.id] for each in properties], recorded=True)
    book = Casebook(entries, suite.assignment.seconds_per_property)
    assert book.digest  # computed here once, and not in each grader that is forked
    return book


def draw_for_check(
    suite: Suite, names: Collection[str], shelf: Shelf, submission: Submission
) -> Casebook:
    """Return the cases of some properties without their requests, for runs in this process.

    Cases that are not there yet are drawn, unless only some properties of their unit are run: then
    Hypothesis draws them as it runs these.

    Args:
        suite: The collected properties.
        names: The names of the properties to run.
        shelf: Entries that were drawn before; what is missing there is added.
        submission: The submission under test, of which no function is called.

    """
    entries: dict[str, Entry] = {}
    suite.use(Submission(suite.assignment.units))
    for unit, properties in by_unit(suite.properties).items():
        chosen = [each for each in properties if each.name in names]
        known = shelf.load(unit, properties, recorded=False) if chosen else None
        if known is None and len(chosen) < len(properties):
            known = {each.id: Entry(each) for each in properties}
        if known is None:
            drawn = ((each, each.is_self_contained) for each in properties)
            known = {
                each.id: Entry(each, each.collect_cases() if own else ()) for each, own in drawn
            }
            shelf.save(unit, [*known.values()], recorded=False)
        entries |= known
    suite.use(submission)
    return Casebook(entries, suite.assignment.seconds_per_property)


def _collected(tested: Property) -> tuple[Case, ...]:
    return tested.collect_cases() if tested.is_self_contained else ()


def _draw_recorded(
    suite: Suite,
    properties: Sequence[Property],
    progress: Callable[[str], object],
    servers: ServerPool,
) -> dict[str, Entry]:
    """Draw the cases of some properties on the reference, record their requests and replay them."""
    assignment = suite.assignment
    entries = _drawn(suite, properties, progress)
    with ConfinedSubmission(assignment.reference, assignment, servers=servers) as reference:
        suite.use(reference)
        for entry in entries.values():
            _record_requests(entry, reference)
        book = Casebook(entries, assignment.seconds_per_property)
        for entry in entries.values():  # this adds the reference's answers to the passing ones
            book.replay(entry.property, reference)
    return entries


def by_unit(properties: Iterable[Property]) -> dict[str, list[Property]]:
    """Return properties by their units."""
    units: dict[str, list[Property]] = {}
    for each in properties:
        units.setdefault(each.unit, []).append(each)
    return units


def draw_cases(
    suite: Suite,
    progress: Callable[[str], object] = lambda _name: None,
    *,
    only: Iterable[Property] | None = None,
) -> dict[str, Entry]:
    """Draw the cases of every property, or of some only, without recording requests."""
    return _drawn(suite, suite.properties if only is None else only, progress)


def _drawn(
    suite: Suite, properties: Iterable[Property], progress: Callable[[str], object]
) -> dict[str, Entry]:
    assignment = suite.assignment
    assignment.require_reference()
    reference = LocalSubmission(assignment.reference, assignment.units)
    suite.use(reference)
    entries: dict[str, Entry] = {}
    for each in properties:
        entries[each.id] = _draw_entry(each)
        progress(each.id)
    reference.close()
    return entries


def _draw_entry(tested: Property) -> Entry:
    """Run a property on the reference and keep its cases."""
    body = tested.body
    cases: list[Case] = []
    can_be_replayed = tested.is_self_contained

    def keep(*positional: Any, **arguments: Any) -> None:
        nonlocal can_be_replayed
        try:
            case = frozen_case(arguments)
        except Exception:  # a drawn object may refuse to be copied
            can_be_replayed = False
        body(*positional, **arguments)
        if can_be_replayed and not positional:
            cases.append(case)

    with tested.with_body(keep):
        record = tested.run_live()
    if record.status != PASSED:
        raise UserError(
            f"the reference does not pass {tested.item.name}, so nothing can be graded by it: "
            f"{record.message}; `backproof validate` says more"
        )
    drawn = tuple(cases) if can_be_replayed else ()
    exhaustive = not tested.is_drawn or len(drawn) < tested.max_cases
    return Entry(tested, drawn, exhaustive=exhaustive)


def _record_requests(entry: Entry, reference: ConfinedSubmission) -> None:
    """Record the requests of an entry's cases; without cases if they fail outside Hypothesis."""
    recorders = []
    for perturb in (False, True):
        recorder = RequestRecorder(
            lambda: reference.objects, perturb=perturb, clock=reference.workers.seconds_computed
        )
        reference.begin_property(entry.property.unit)
        reference.workers.tap = recorder
        try:
            entry.property.run_cases(entry.cases, reference)
        except FAILURES:  # a property may fail on perturbed answers, but not on its own
            if not perturb:
                entry.cases = ()
                return
        finally:
            reference.workers.tap = None
        entry.functions |= reference.touched
        recorders.append(recorder)
    entry.script = make_script(*recorders)
    entry.seconds, entry.slowest = _seconds(recorders)


def _seconds(recorders: Sequence[RequestRecorder]) -> tuple[float, dict[str, float]]:
    """Return the time of all requests, and that of the slowest one of each function.

    Each request counts with the shorter of its two times, as the machine may have been busy.
    """
    seconds = [*map(min, zip(*(recorder.seconds for recorder in recorders), strict=False))]
    slowest: dict[str, float] = {}
    for request, took in zip(recorders[0].requests, seconds, strict=False):
        if request[0] == "call":
            slowest[request[1]] = max(took, slowest.get(request[1], 0.0))
    return sum(seconds), slowest


class DrawnCases:
    """Cases of properties, drawn without a submission while ``--watch`` waits for a save.

    A property passes if it passes these cases, since Hypothesis would draw the same ones. One that
    fails a case is run by Hypothesis, which finds the smallest case.

    Args:
        assignment: The assignment that the properties belong to.
        shelf: Entries that were drawn before; those of a whole unit are added.

    """

    def __init__(self, assignment: Assignment, shelf: Shelf | None = None) -> None:
        self._units = assignment.units
        self._shelf = shelf
        self._cases: dict[str, tuple[Case, ...]] = {}

    def draw(self, suite: Suite, properties: Iterable[Property], stop: Callable[[], bool]) -> None:
        """Draw the cases of properties that have none yet, until ``stop`` returns true."""
        suite.use(Submission(self._units))  # no function of it is called
        units = by_unit(suite.properties)
        for unit, chosen in by_unit(properties).items():
            missing = [each for each in chosen if each.id not in self._cases]
            if missing and self._shelf:
                known = self._shelf.load(unit, units[unit], recorded=False) or {}
                self._cases |= {name: entry.cases for name, entry in known.items()}
                missing = [each for each in missing if each.id not in known]
            for each in missing:
                if stop():
                    return
                self._cases[each.id] = _collected(each)
            if missing and self._shelf and len(chosen) == len(units[unit]):
                entries = [Entry(each, self._cases[each.id]) for each in chosen]
                self._shelf.save(unit, entries, recorded=False)

    def record_of_pass(self, tested: Property, submission: Submission) -> PropertyRecord | None:
        """Return the record of a property that passes its cases; ``None`` if it must run live.

        The standard streams of this process are silenced: a student's code may print.
        """
        cases = self._cases.get(tested.id)
        if not cases:
            return None
        silence_standard_streams()
        begin = time.perf_counter()
        submission.begin_property(tested.unit)
        try:
            with time_limit(_MAX_REPLAY_SECONDS, submission.overdue):
                tested.run_cases(cases, submission)
        except REPLAY_FAILURES:
            return None
        return record_of_pass(tested, submission.touched, time.perf_counter() - begin)
