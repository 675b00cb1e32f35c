"""A submission whose code runs in confined workers; properties see the same face as ever."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from backproof.assignment.config import Assignment
from backproof.confined import level
from backproof.confined.channel import Channel
from backproof.confined.exchange import Diverged, Tap
from backproof.confined.failures import ending, refusal
from backproof.confined.pool import ServerPool
from backproof.confined.remote_objects import (
    CaseObjects,
    DrainedIterable,
    RemoteCall,
    RemoteObject,
    stays_there,
)
from backproof.confined.spawn_client import SpawnedChannel
from backproof.failure_kinds import EXITED, IMPORT_FAILED, MISSING, PROTOCOL
from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.processes import affinity
from backproof.sandbox import plan
from backproof.student_code.source import Source
from backproof.submission.base import Call, Submission
from backproof.submission.messages import (
    RemoteFailure,
    SubmissionEnded,
    SubmissionTimeout,
    not_iterable,
)
from backproof.wire.frames import encode
from backproof.wire.protocol import (
    FRESH,
    NOT_ITERABLE,
    OBSERVED,
    WITH_REFS,
    Budget,
    Ended,
    Reply,
    checked_reply,
    is_number,
)
from backproof.wire.values import WireError

_ANSWER = "a result"
# What follows a unit's name where its cases are replayed: in a worker apart from that of the live
# runs, which begin with nothing of what came before.
_REPLAYED = " (replayed)"


@dataclass
class _Worker:
    """A worker, and which of the modules it has imported."""

    channel: Channel | SpawnedChannel
    imported: set[str] = field(default_factory=set)
    fresh: bool = True


class ConfinedSubmission(Submission):
    """A submission in workers of its own: one for each unit, and a new one after any crash.

    Args:
        handed_in: Where it is, or what was taken in.
        assignment: Its units, limits, libraries and opaque results.
        layers: What to confine the workers by; all that this machine has, by default.
        servers: What to fork the workers from; servers of its own by default.

    Raises:
        UserError: What was handed in cannot be taken in.
        RuntimeError: No worker can be started here.

    """

    def __init__(
        self,
        handed_in: str | os.PathLike[str] | SubmittedFiles,
        assignment: Assignment,
        layers: Sequence[str] = plan.LAYERS,
        servers: ServerPool | None = None,
    ) -> None:
        super().__init__(assignment.units)
        self._assignment = assignment
        self._limits = limits = assignment.limits
        self._budget = Budget(limits.cpu_seconds_per_call, limits.wall_seconds_per_call)
        # Of all calls that are asked ahead together: if they take longer, each has its own.
        self._ahead = Budget(
            self._budget.cpu, min(2 * self._budget.cpu, limits.wall_seconds_per_call)
        )
        self._intake = (
            handed_in
            if isinstance(handed_in, SubmittedFiles)
            else read_submission(handed_in, assignment.units)
        )
        self._resources = contextlib.ExitStack()
        self._resources.enter_context(affinity.pinned_to_one_cpu())
        try:
            if servers is None:
                servers = ServerPool(assignment, layers)
                self._resources.callback(servers.close)
            self._served = servers.for_sources(self._intake.files.values())
        except BaseException:
            self._resources.close()
            raise
        self._workers: dict[str, _Worker] = {}
        self._unit: str | None = None
        self._seen = CaseObjects(self)
        self._import_ended: dict[tuple[str, str], SubmissionEnded] = {}
        self._imported_again: set[tuple[str, str]] = set()
        self._hung: dict[str, tuple[float, str]] = {}
        self._renewed = False
        self._deadline = time.monotonic() + assignment.seconds_per_submission
        # Functions that ran out of time in a replay: each further wait would be one too many.
        self.hanging: set[str] = set()
        # What stands between the properties and the worker: it records requests, or answers them.
        self.tap: Tap | None = None

    def __enter__(self) -> ConfinedSubmission:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def observed(self) -> level.ObservedConfinement:
        """What a worker of this submission is confined by, tried out once."""
        return self._served.observed

    def begin_property(self, unit: str) -> None:
        """Go on in the worker of ``unit``."""
        super().begin_property(unit)
        self._go_on_in(unit, unit)
        self._renewed = False

    def begin_replay(self, unit: str) -> None:
        """Go on in the worker in which the cases of ``unit`` are replayed."""
        super().begin_property(unit)
        self._go_on_in(f"{unit}{_REPLAYED}", unit)

    def _go_on_in(self, home: str, unit: str) -> None:
        for other in self._workers.keys() - {unit, f"{unit}{_REPLAYED}"}:
            # Of the unit before: it may still compute, and hold memory.
            self._end_worker(self._workers[other])
        self._unit = home

    def begin_case(self) -> None:
        """Forget the calls of the case before, here and in the worker."""
        super().begin_case()
        self._seen = CaseObjects(self)
        for worker in self._workers.values():
            worker.fresh = True

    def renew(self) -> bool:
        """Let a property that ran out of time begin again, once, in a fresh worker."""
        if self._renewed or time.monotonic() > self._deadline:
            return False
        self._renewed = True
        self._end_worker()
        for place in set(self._import_ended) - self._imported_again:
            del self._import_ended[place]
            self._imported_again.add(place)
        self.begin_case()
        return True

    def give_back(self, seconds: float) -> None:
        """Let the submission have time that a replay took which came to nothing."""
        self._deadline += seconds

    @property
    def crossing(self) -> CaseObjects:
        """What has crossed in the present case."""
        return self._seen

    def ask_ahead(
        self, unit: str, units: Sequence[str], frames: Sequence[np.ndarray[Any, Any]]
    ) -> list[np.ndarray[Any, Any]]:
        """Send all requests of a property at once; return the frame of replies to each frame.

        Args:
            unit: The unit of the property.
            units: The modules that its requests use.
            frames: The frames of its requests.

        Raises:
            Diverged: A reply is not a frame of replies.
            SubmissionUnavailable: A module is not there.
            SubmissionEnded: There is no reply.
        """
        self.begin_replay(unit)
        for used in units:
            self._worker(used)
        answers = []
        for frame in frames:
            worker, budget = self._worker(units[0]), self._within_deadline(self._ahead)
            reply = self._exchange(worker, "a property", budget, "ahead", frame)
            if type(reply.value) is not np.ndarray or reply.value.dtype != np.uint8:
                raise Diverged
            answers.append(reply.value)
        return answers

    def close(self) -> None:
        """End every worker, and what they are forked from."""
        for worker in self._workers.values():
            worker.channel.close()
        self._workers.clear()
        self._resources.close()

    def call(
        self,
        unit: str,
        name: str,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
        observed: bool,
    ) -> Call:
        """Call a student's function in the worker of the present property."""
        function = f"{unit}.{name}"
        self.touched.add(function)
        if self._hung:
            self._refuse_what_hangs(unit, function)
        worker = self._worker(unit)
        seen = self._seen
        number, seen.calls = seen.calls, seen.calls + 1
        moved = self._seen.generators_in((*arguments, *keywords.values()))
        how = FRESH * worker.fresh | OBSERVED * observed | WITH_REFS * seen.has_any
        worker.fresh = False
        call = RemoteCall(function, arguments, keywords, submission=self, number=number)
        self.journal.append(call)
        request = function, [*arguments], how, number, keywords or None, moved or None
        reply = self._ask(worker, name, function, "call", *request)
        if reply.failed:
            if reply.failed in (MISSING, IMPORT_FAILED):
                self.journal.remove(call)
            raise self._failure(reply, name)
        call.result = self._received(reply.value, reply.ref, name)
        if not stays_there(call.result, self._assignment.opaque.get(function, ())):
            raise self._interfered(name)
        if "items" in reply.also and isinstance(call.result, RemoteObject):
            call.result._epoch = self._epoch_in(reply.also, name)
        told = reply.also.get("warnings", [])
        if type(told) is not list:
            raise self._interfered(name)
        call.warnings = tuple(map(str, told))
        return call

    def items_of(self, number: int, kind: str, epoch: DrainedIterable | None) -> Iterator[Any]:
        """Yield what one of the student's objects yields, item by item."""
        if epoch is not None:
            yield from epoch.items
            self._change_later(epoch, kind)
            if epoch.end and epoch.end.failed:
                raise RemoteFailure(partial(self._failure, epoch.end))
            if epoch.end:
                return
        first = epoch is None
        while True:
            reply = self._ask_again(kind, "next", number, first, self._seen.moved())
            first = False
            if reply.failed == NOT_ITERABLE:
                raise TypeError(f"'{kind}' object is not iterable")
            if reply.failed:
                raise RemoteFailure(partial(self._failure, reply))
            if not reply.also.get("more"):
                return
            yield self._received(reply.value, reply.ref, kind)

    def drain(
        self, number: int, kind: str, most: int, what: str, epoch: DrainedIterable | None
    ) -> list[Any]:
        """List what one of the student's objects yields."""
        if epoch is not None and (epoch.end or len(epoch.items) > most):
            self._change_later(epoch, what)
            if epoch.end and epoch.end.failed and len(epoch.items) <= most:
                raise self._failure(epoch.end, what)
            return epoch.items[: most + 1]
        before = epoch.items if epoch else []
        left = most - len(before)
        reply = self._ask_again(what, "drain", number, left, epoch is None, self._seen.moved())
        if reply.failed == NOT_ITERABLE:
            raise not_iterable(what, kind)
        if reply.failed:
            raise self._failure(reply, what)
        items = self._received(reply.value, reply.ref, what)
        if not isinstance(items, list):
            raise self._interfered(what)
        return [*before, *items]

    def changed(self, call: RemoteCall) -> tuple[str, ...]:
        """Ask which arguments of an observed call were written into."""
        value = self._ask_again(call.function, "changed", call.number).value
        named = [f"argument {number}" for number in range(1, len(call.arguments) + 1)]
        if type(value) is not list or any(type(n) is not str or n not in named for n in value):
            raise self._interfered(call.function)
        return tuple(value)

    def overwrite(self, call: RemoteCall, value: float) -> None:
        """Overwrite the arrays that an observed call was handed."""
        self._ask_again(call.function, "overwrite", call.number, value)

    def _worker(self, unit: str) -> _Worker:
        """Find or start the present worker, with a module of the submission imported."""
        home = self._unit or unit
        if home not in self._workers:
            self._workers[home] = self._started()
        worker = self._workers[home]
        if unit not in worker.imported:
            if (home, unit) in self._import_ended:
                raise self._import_ended[home, unit]
            what = f"importing {unit}.py"
            limit = self._limits.seconds_to_import
            # On a busy machine computing takes long by the clock, and must not look like sleeping.
            clock = max(3 * limit, self._limits.wall_seconds_per_call)
            budget = self._within_deadline(Budget(limit, clock))
            try:
                reply = self._exchange(worker, what, budget, "import", unit)
            except SubmissionEnded as ended:
                self._import_ended[home, unit] = ended
                raise
            if reply.failed not in (None, MISSING, IMPORT_FAILED):
                raise self._failure(reply, what)
            worker.imported.add(unit)
        return worker

    def _started(self) -> _Worker:
        channel = self._served.server.fork(self._served.preload, self._limits.output_kb)
        worker = _Worker(channel)
        long = Budget(60.0, 60.0)
        try:
            channel.hello(long)
            known = self._assignment
            # As one text: the limits of frames are not those of a submission.
            document = json.dumps(
                {
                    "files": {path: _sent(path, s) for path, s in self._intake.files.items()},
                    "units": self._units,
                    "whole": self._intake.single_file,
                    "libraries": known.libraries,
                    "opaque": dict(known.opaque),
                    "iterables": sorted(known.iterables),
                }
            )
            data = np.frombuffer(document.encode(), dtype=np.uint8)
            channel.ask(encode(("load", channel.next_number, data)), long)
        except (Ended, WireError) as problem:
            raise RuntimeError(f"a worker could not be started: {problem}") from None
        return worker

    def _ask(self, worker: _Worker, name: str, function: str, *request: Any) -> Reply:
        """Make a request on behalf of a function, within its limits and the submission's."""
        begin, budget = time.monotonic(), self._within_deadline(self._budget)
        try:
            return self._exchange(worker, name, budget, *request)
        except SubmissionTimeout as late:
            if self._renewed:
                spent, _ = self._hung.get(function, (0.0, ""))
                self._hung[function] = spent + time.monotonic() - begin, late.kind
            raise

    def _within_deadline(self, budget: Budget) -> Budget:
        left = self._deadline - time.monotonic()
        if left <= 0:
            seconds = self._assignment.seconds_per_submission
            raise SubmissionTimeout(f"nothing: all of the {seconds:g} seconds are used up")
        return budget if left > budget.wall else budget._replace(wall=left)

    def _ask_again(self, name: str, *request: Any) -> Reply:
        """Ask about something that the present worker has returned before."""
        home = self._unit or (self.journal[-1].function.partition(".")[0] if self.journal else "")
        worker = self._workers.get(home)
        if worker is None:
            raise SubmissionEnded(f"nothing: {name} has ended before", _ANSWER, EXITED)
        return self._ask(worker, name, name, *request)

    def _exchange(
        self, worker: _Worker, name: str, budget: Budget, operation: str, *details: Any
    ) -> Reply:
        def ask() -> Reply:
            # Most calls are the first of their case: there is nothing to stand in for then.
            stand_in = self._seen.stand_in if self._seen.has_any else None
            frame = _encoded((operation, worker.channel.next_number, *details), stand_in)
            return worker.channel.ask(frame, budget)

        try:
            if self.tap is None or operation in ("import", "ahead"):
                reply = ask()
            else:
                reply = self.tap.exchange((operation, *details), ask)
            if reply.also:
                self._seen.apply(reply.also)
        except Ended as ended:
            self._end_worker(worker)
            raise self._ended(ended, name) from None
        except BaseException:
            self._end_worker(worker)
            raise
        return reply

    def _end_worker(self, worker: _Worker | None = None) -> None:
        for unit, other in list(self._workers.items()):
            if other is worker or (worker is None and unit == self._unit):
                other.channel.close()
                del self._workers[unit]

    def _refuse_what_hangs(self, unit: str, function: str) -> None:
        """Do not wait again and again for a function that has used up its unit's patience."""
        hung = {name: spent for name, spent in self._hung.items() if name.startswith(f"{unit}.")}
        spent = sum(seconds for seconds, _ in hung.values())
        if function in hung and spent > self._limits.seconds_hanging_per_unit:
            said = f"nothing: {function.partition('.')[2]} hung before and is not called again"
            raise SubmissionTimeout(said, hung[function][1])

    def _change_later(self, epoch: DrainedIterable, name: str) -> None:
        try:
            self._seen.apply({"updates": epoch.later})
        except Ended:
            raise self._interfered(name) from None

    def _epoch_in(self, also: dict[str, Any], name: str) -> DrainedIterable:
        """Check the items that came along with an iterable, and take them over."""
        items, end, later = (also.get(key, ()) for key in ("items", "end", "later"))
        right = type(items) is list and type(end) is list and type(later) is list
        for item in items if right else ():
            right &= type(item) is tuple and len(item) == 2 and is_number(item[1])
        if not right:
            raise self._interfered(name)
        try:
            last = checked_reply((0, *end, 0, None), 0) if end else None
        except Ended:
            raise self._interfered(name) from None
        received = [self._received(value, number, name) for value, number in items]
        return DrainedIterable(received, last, later)

    def _received(self, value: Any, first: int, name: str) -> Any:
        try:
            return self._seen.receive(value, first)
        except Ended as ended:
            self._end_worker()
            raise self._ended(ended, name) from None

    def _failure(self, reply: Reply, name: str) -> BaseException:
        return refusal(reply, name, self._limits) or self._interfered(name)

    def _interfered(self, name: str) -> SubmissionEnded:
        self._end_worker()
        return self._ended(Ended(PROTOCOL), name)

    def _ended(self, ended: Ended, name: str) -> SubmissionEnded:
        return ending(ended, name, self._limits)


def _encoded(request: tuple[Any, ...], stand_in: Callable[[Any], Any] | None) -> bytes:
    try:
        return encode(request, stand_in)
    except WireError as problem:
        if "cannot be sent" in str(problem):  # an argument of the property's own
            raise
        raise Ended(PROTOCOL, str(problem)) from None  # what came from the worker was too much


def _sent(path: str, source: Source) -> list[Any]:
    """Give a source as it crosses; a traceback shows its path inside the submission."""
    shown = PurePosixPath(path).with_name(os.path.basename(source.filename))
    return ["" if source.cells else source.text, str(shown), source.cells]
