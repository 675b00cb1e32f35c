"""The cases of every property, drawn once and replayed on many submissions.

Drawing a case takes longer than running it, and the cases are the same for every submission. So
they are drawn on the reference and kept; a submission that passes them passes the property, with
the very cases that Hypothesis would have drawn. Where one fails, Hypothesis runs the property as
it always does, to find the smallest case.
"""

from __future__ import annotations

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

from backproof.casebook.playback import Playback, digest_of, replies_in
from backproof.casebook.request_script import RequestScript
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.exchange import Diverged
from backproof.submission.base import Submission
from backproof.submission.messages import SubmissionEnded, SubmissionTimeout, SubmissionUnavailable
from backproof.submission.time_limit import time_limit
from backproof.suite.cases import PROVIDED, own_copy, parts
from backproof.suite.records import record_of_pass
from backproof.wire import generators

if TYPE_CHECKING:
    pass

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
    script: RequestScript | None = None
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
                answers = submission.ask_ahead(unit, entry.script.units, entry.script.frames)
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


def _run_cases(entry: Entry, submission: Submission) -> None:
    for case in entry.cases:
        submission.begin_case()
        entry.body(**own_copy(case))


def _run_on_answers(
    entry: Entry, script: RequestScript, answers: Sequence[Any], submission: ConfinedSubmission
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
