"""The cases of every property, drawn once and replayed on many submissions.

Drawing a case takes longer than running it, and the cases are the same for every submission. So
they are drawn on the reference and kept; a submission that passes them passes the property, with
the very cases that Hypothesis would have drawn. Where one fails, Hypothesis runs the property as
it always does, to find the smallest case.
"""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Sized,
)
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from backproof import generators, plugin
from backproof.assignment import Assignment
from backproof.cases import PROVIDED, body_of, kept, own_copy, parts
from backproof.confined import ConfinedSubmission
from backproof.errors import (
    SubmissionEnded,
    SubmissionTimeout,
    SubmissionUnavailable,
    UserError,
)
from backproof.outcomes import PASSED
from backproof.records import record_of_pass
from backproof.scripts import (
    Diverged,
    Playback,
    Recorder,
    Script,
    digest_of,
    make_script,
    replies_in,
)
from backproof.submission import LocalSubmission, Submission
from backproof.timing import time_limit

if TYPE_CHECKING:
    from backproof.grading import Suite

# How the body of a property fails: pytest's own ways are no exceptions like others.
_FAILURES = (Exception, pytest.fail.Exception, pytest.skip.Exception)
# Answers of a property that passed are remembered up to this many kinds of them.
_MOST_ANSWERS = 256


@dataclass
class Entry:
    """One property, with one set of its parameters.

    Attributes:
        body: The property's own function.
        cases: The arguments of each case; empty if the property only runs live.
        script: What it asks in all cases; ``None`` if that depends on the answers.
        exhaustive: Whether these are all the cases that there are.
        functions: The functions of a submission that it calls, as ``"unit.name"``.
        passing: Digests of the answers with which the property is known to pass.

    """

    body: Callable[..., None]
    cases: tuple[Mapping[str, Any], ...] = ()
    script: Script | None = None
    exhaustive: bool = False
    functions: frozenset[str] = frozenset()
    passing: set[bytes] = field(default_factory=set)


class Casebook:
    """The entries of all properties, and a digest of their cases.

    Args:
        entries: The entries, by the names of their items.
        seconds_per_property: How long a property may be replayed.

    """

    def __init__(self, entries: Mapping[str, Entry], seconds_per_property: float) -> None:
        self.entries = entries
        self.seconds_per_property = seconds_per_property
        found = hashlib.sha256()
        for name, entry in entries.items():
            found.update(name.encode())
            for case in entry.cases:
                found.update(b"\0")
                for part in _described(case):
                    found.update(part)
        self.digest = found.hexdigest()[:12]
        self.learnt: list[tuple[str, bytes]] = []

    def learn(self, known: Iterable[tuple[str, str]]) -> None:
        """Take over what was learnt elsewhere: names of entries, and digests in hexadecimal."""
        for name, digest in known:
            self.entries[name].passing.add(bytes.fromhex(digest))

    def replay(
        self, item: pytest.Item, unit: str, submission: ConfinedSubmission
    ) -> dict[str, Any] | None:
        """Give the record of a property that passes its cases; ``None`` if it must run live."""
        entry = self.entries[item.nodeid]
        if not entry.cases:
            return None
        if entry.functions & submission.hanging:
            return None
        begin = time.perf_counter()
        try:
            with time_limit(self.seconds_per_property):
                functions = self._functions_of_pass(item.nodeid, entry, unit, submission)
        except (*_FAILURES, SubmissionUnavailable, SubmissionEnded) as failure:
            # What is wrong is said by the live run, which has all of its time.
            submission.give_back(time.perf_counter() - begin)
            if isinstance(failure, SubmissionTimeout):
                submission.hanging |= entry.functions
            return None
        return record_of_pass(item, unit, functions, time.perf_counter() - begin)

    def _functions_of_pass(
        self, name: str, entry: Entry, unit: str, submission: ConfinedSubmission
    ) -> Collection[str]:
        """Run an entry's cases, ahead if that is possible; name the functions that it called."""
        if entry.script is not None:
            try:
                answers = submission.ask_ahead(unit, entry.script)
                digest = digest_of(answers)
                if digest not in entry.passing:
                    _run_on_answers(entry, entry.script, answers, submission)
                    if len(entry.passing) < _MOST_ANSWERS:
                        entry.passing.add(digest)
                        self.learnt.append((name, digest))
            except Diverged:
                pass  # it is asked call by call
            else:
                return entry.script.functions
        submission.begin_replay(unit)
        _run_cases(entry, submission)
        return submission.touched


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
    asked = getattr(test, plugin.SETTINGS).max_examples if handle else 1
    found = tuple(cases) if is_kept else ()
    return Entry(body, found, exhaustive=not handle or len(found) < asked)


def _parameters(item: pytest.Item) -> Mapping[str, Any]:
    callspec = getattr(item, "callspec", None)
    return callspec.params if callspec else {}


def _write_script(entry: Entry, unit: str, reference: ConfinedSubmission) -> None:
    """Record what an entry asks; one that cannot be run outside Hypothesis only runs live."""
    recorders = []
    for perturb in (False, True):
        recorder = Recorder(lambda: reference.crossing, perturb=perturb)
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


def _run_cases(entry: Entry, submission: Submission) -> None:
    for case in entry.cases:
        submission.begin_case()
        entry.body(**own_copy(case))


def _run_on_answers(
    entry: Entry, script: Script, answers: Sequence[Any], submission: ConfinedSubmission
) -> None:
    replies = replies_in(answers)
    if len(replies) != len(script.requests):
        raise Diverged
    playback = Playback(script, replies, lambda: submission.crossing)
    submission.tap = playback
    try:
        _run_cases(entry, submission)
        playback.require_end()
    finally:
        submission.tap = None


def _described(case: Mapping[str, Any]) -> Iterator[bytes]:
    """Describe a case for the digest."""
    drawn = {name: value for name, value in case.items() if name not in PROVIDED}
    for part in parts(drawn):
        if isinstance(part, np.ndarray):
            yield f"{part.dtype.str}{part.shape}".encode()
            yield part.tobytes()
        elif isinstance(part, str | bytes | int | float | complex | type(None)):
            yield repr(part).encode()
        elif isinstance(part, np.random.Generator):
            yield generators.state_of(part).encode()
        else:
            size = len(part) if isinstance(part, Sized) else 0
            yield f"{type(part).__qualname__}{size}".encode()
