"""Recorded cases of every property, replayed on many submissions.

Drawing a case takes longer than running it, and all submissions get the same cases. So the cases
are drawn once, on the reference, and kept. A submission that passes them passes the property, with
the cases that Hypothesis would have drawn. If one fails, Hypothesis runs the property as usual and
finds the smallest case; where there is none to find, the failure of the replay is the record.
"""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any

import numpy as np

from backproof.casebook.entry import Entry
from backproof.casebook.playback import Playback, digest_of, replies_in
from backproof.casebook.request_script import RequestScript
from backproof.confined.confined_submission import ConfinedSubmission
from backproof.confined.exchange import Diverged
from backproof.grades.outcomes import PASSED
from backproof.grades.property_record import PropertyRecord
from backproof.submission.base import Submission
from backproof.submission.messages import (
    Mismatch,
    NotStarted,
    SubmissionEnded,
    SubmissionTimeout,
    SubmissionUnavailable,
)
from backproof.submission.time_limit import time_limit
from backproof.suite.cases import PROVIDED, parts
from backproof.suite.property import FAILURES, Case, Property
from backproof.suite.pytest_plugin import record_of_run
from backproof.suite.records import record_of_pass
from backproof.wire import generators
from backproof.wire.protocol import Budget

REPLAY_FAILURES = (*FAILURES, SubmissionUnavailable, SubmissionEnded)
# Digests of passing answers that a property remembers.
_MAX_DIGESTS = 256


class Casebook:
    """The entries of all properties, and a digest of their cases.

    Args:
        entries: The entries, by the ids of their properties.
        seconds_per_property: How long the replay of a property may take.

    Attributes:
        learnt: The digests of passing answers that were added since the casebook was drawn, each
            with the id of its property.
        reference_seconds: The time of the slowest call of each function on the reference.

    """

    def __init__(self, entries: Mapping[str, Entry], seconds_per_property: float) -> None:
        self.entries = entries
        self.seconds_per_property = seconds_per_property
        self.learnt: list[tuple[str, bytes]] = []
        self.reference_seconds: dict[str, float] = {}
        for entry in entries.values():
            for function, seconds in entry.slowest.items():
                known = self.reference_seconds.get(function, 0.0)
                self.reference_seconds[function] = max(known, seconds)

    @functools.cached_property
    def digest(self) -> str:
        """A digest of all cases in twelve hexadecimal digits."""
        return _digest_of_cases(self.entries)

    def learn(self, digests: Iterable[tuple[str, str]]) -> None:
        """Add passing answers that were found in another process: ids and hexadecimal digests."""
        for name, digest in digests:
            self.entries[name].passing.add(bytes.fromhex(digest))

    def replay(self, tested: Property, submission: Submission) -> PropertyRecord | None:
        """Return the record of a property that passes its cases, or fails without a smaller one.

        Returns:
            The record; ``None`` if the property must run live.

        """
        entry = self.entries[tested.id]
        if not entry.cases:
            return None
        if not isinstance(submission, ConfinedSubmission):
            return self._run(entry, submission)
        hanging = submission.hanging
        hanging.reference_seconds = self.reference_seconds
        seconds = hanging.seconds_for_replay(entry.functions, entry.seconds)
        if seconds is None:
            return None
        budget = Budget(*seconds)
        begin = time.perf_counter()
        try:
            with time_limit(self.seconds_per_property):
                functions = self._replay(entry, submission, budget)
        except REPLAY_FAILURES as failure:
            seconds_taken = time.perf_counter() - begin
            # The live run reports the failure, and gets all of its time for that.
            submission.give_back(seconds_taken)
            if _is_final(tested, failure):
                record = self._run(entry, submission)
                return None if record and record.status == PASSED else record
            if isinstance(failure, SubmissionTimeout):
                hanging.replay_missed(entry.functions, min(budget))
            return None
        return record_of_pass(tested, functions, time.perf_counter() - begin)

    def _run(self, entry: Entry, submission: Submission) -> PropertyRecord | None:
        """Run the cases live, but without Hypothesis; return the record if that would not differ.

        A failure in a batch is not enough: a call may have changed the arguments of calls after it.
        """
        submission.begin_property(entry.property.unit)
        begin = time.perf_counter()
        failure: BaseException | None = None
        try:
            with time_limit(self.seconds_per_property, submission.overdue):
                entry.property.run_cases(entry.cases, submission)
        except REPLAY_FAILURES as raised:
            failure = raised
        seconds = time.perf_counter() - begin
        if failure is None:
            return record_of_pass(entry.property, submission.touched, seconds)
        return (
            record_of_run(entry.property, failure, seconds)
            if _is_final(entry.property, failure)
            else None
        )

    def _replay(
        self, entry: Entry, submission: ConfinedSubmission, budget: Budget
    ) -> Collection[str]:
        """Run the cases, batched if possible; return the functions that the property called."""
        if entry.script is not None:
            try:
                self._replay_batched(entry, entry.script, submission, budget)
            except Diverged:
                pass  # the requests depend on this submission's answers
            else:
                return entry.script.functions
        submission.begin_replay(entry.property.unit)
        entry.property.run_cases(entry.cases, submission)
        return submission.touched

    def _replay_batched(
        self,
        entry: Entry,
        script: RequestScript,
        submission: ConfinedSubmission,
        budget: Budget,
    ) -> None:
        """Send all requests at once, then run the cases on the answers, unless they are known."""
        unit = entry.property.unit
        answers = submission.send_batch(unit, script.units, script.frames, budget)
        digest = digest_of(answers)
        if digest in entry.passing:
            return
        _run_on_answers(entry, script, answers, submission)
        if len(entry.passing) < _MAX_DIGESTS:
            entry.passing.add(digest)
            self.learnt.append((entry.property.id, digest))


def _is_final(tested: Property, failure: BaseException) -> bool:
    """Return whether a live run would fail in the same way, as there is no case to look for."""
    if isinstance(failure, NotStarted | SubmissionUnavailable):
        return True
    return not tested.is_drawn and isinstance(failure, Mismatch)


def _run_on_answers(
    entry: Entry, script: RequestScript, answers: Sequence[Any], submission: ConfinedSubmission
) -> None:
    replies = replies_in(answers, script.requests)
    is_complete = len(replies) == len(script.requests)
    if not is_complete and not (replies and replies[-1].failed):
        raise Diverged
    playback = Playback(script, replies, lambda: submission.objects)
    submission.workers.tap = playback
    try:
        entry.property.run_cases(entry.cases, submission)
        playback.require_end()
    finally:
        submission.workers.tap = None


def _digest_of_cases(entries: Mapping[str, Entry]) -> str:
    digest = hashlib.sha256()
    for name, entry in entries.items():
        digest.update(name.encode())
        for case in entry.cases:
            digest.update(b"\0")
            for part in _described(case):
                digest.update(part)
    return digest.hexdigest()[:12]


def _described(case: Case) -> Iterator[bytes]:
    """Yield bytes that identify the drawn values of a case."""
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
