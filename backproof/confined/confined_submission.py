"""A submission whose code runs in confined workers; properties use it like any other."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from backproof.assignment.config import Assignment
from backproof.confined import level
from backproof.confined.exchange import Diverged
from backproof.confined.pool import ServerPool
from backproof.confined.remote_objects import (
    CaseObjects,
    DrainedIterable,
    RemoteCall,
    RemoteObject,
    is_opaque,
)
from backproof.confined.workers import Workers
from backproof.failure_kinds import IMPORT_FAILED, MISSING
from backproof.intake.reader import SubmittedFiles, read_submission
from backproof.processes import affinity
from backproof.sandbox import plan
from backproof.submission.base import Call, Submission, update_arrays
from backproof.submission.hanging import Hanging
from backproof.submission.messages import RemoteFailure, not_iterable
from backproof.wire.protocol import (
    FRESH,
    NOT_ITERABLE,
    OBSERVED,
    WITH_REFS,
    Budget,
    Ended,
    Reply,
)
from backproof.wire.values import clean_text

# Follows the name of a unit in that of the worker where its cases are replayed. Live runs have a
# worker of their own, so that nothing from a replay affects them.
_REPLAYED = " (replayed)"


class ConfinedSubmission(Submission):
    """A submission with a worker for each unit, which is replaced after a crash.

    Args:
        submitted: Its path, or its files.
        assignment: Its units, limits, libraries and opaque results.
        layers: The layers that confine the workers; by default all that this machine has.
        servers: The pool of servers that workers are forked from; a new one by default.

    Attributes:
        workers: The workers.
        servers: The pool of servers that they are forked from.

    Raises:
        UserError: The submission cannot be read.
        RuntimeError: No worker can be started here.

    """

    def __init__(
        self,
        submitted: str | os.PathLike[str] | SubmittedFiles,
        assignment: Assignment,
        layers: Sequence[str] = plan.LAYERS,
        servers: ServerPool | None = None,
    ) -> None:
        super().__init__(assignment.units)
        self._opaque = assignment.opaque
        if not isinstance(submitted, SubmittedFiles):
            submitted = read_submission(submitted, assignment.units)
        self.submitted = submitted
        self._resources = contextlib.ExitStack()
        self._resources.enter_context(affinity.pinned_to_one_cpu())
        try:
            if servers is None:
                servers = ServerPool(assignment, layers)
                self._resources.callback(servers.close)
            self.servers = servers
            self._pooled = servers.for_sources(submitted.files.values())
        except BaseException:
            self._resources.close()
            raise
        self.workers = Workers(submitted, assignment, self._pooled)
        self.hanging: Hanging = self.workers.hanging
        self.begin_case()

    def __enter__(self) -> ConfinedSubmission:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def observed(self) -> level.ObservedConfinement:
        """The confinement of this submission's workers, as a disposable one observed it."""
        return self._pooled.observed

    @property
    def objects(self) -> CaseObjects:
        """The objects that have crossed in the present case."""
        return self.workers.objects

    def begin_property(self, unit: str) -> None:
        """Continue in the worker of ``unit``."""
        super().begin_property(unit)
        self.workers.continue_in(unit, keep=(unit, f"{unit}{_REPLAYED}"))

    def begin_replay(self, unit: str) -> None:
        """Continue in the worker in which the cases of ``unit`` are replayed."""
        super().begin_property(unit)
        self.workers.continue_in(f"{unit}{_REPLAYED}", keep=(unit, f"{unit}{_REPLAYED}"))

    def begin_case(self) -> None:
        """Forget the calls of the case before, here and in the workers."""
        super().begin_case()
        self.workers.begin_case(CaseObjects(self))

    def renew(self) -> bool:
        """Let a property that ran out of time begin again, once, in a fresh worker."""
        if not self.workers.renew(self.latest):
            return False
        self.begin_case()
        return True

    def give_back(self, seconds: float) -> None:
        """Do not count the time of a replay without a result against the submission."""
        self.workers.extend_deadline(seconds)

    def close(self) -> None:
        """End every worker, and the servers if they are this submission's own."""
        self.workers.close()
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
        self.touch(function)
        workers = self.workers
        if workers.hanging:
            workers.hanging.require(function)
        worker = workers.with_module(unit)
        objects = workers.objects
        number, objects.calls = objects.calls, objects.calls + 1
        states = objects.generators_in((*arguments, *keywords.values()))
        flags = FRESH * worker.fresh | OBSERVED * observed | WITH_REFS * objects.has_any
        worker.fresh = False
        call = RemoteCall(function, arguments, keywords, owner=self, number=number)
        self.journal.append(call)
        details = function, [*arguments], flags, number, keywords or None, states or None
        reply = workers.request(worker, name, "call", *details, function=function)
        if reply.failed:
            if reply.failed in (MISSING, IMPORT_FAILED):
                self.journal.remove(call)
            raise workers.failure(reply, name)
        first = len(objects.arrays)
        try:
            call.result = objects.receive(reply.value, reply.ref)
        except Ended as ended:
            raise workers.ended(ended, name) from None
        if function in self._opaque and not is_opaque(call.result, self._opaque[function]):
            raise workers.interference(name)
        if reply.also:
            if "items" in reply.also and isinstance(call.result, RemoteObject):
                try:
                    call.result._drained = objects.receive_items(reply.also)
                except Ended as ended:
                    raise workers.ended(ended, name) from None
            warnings = reply.also.get("warnings", [])
            if type(warnings) is not list:
                raise workers.interference(name)
            call.warnings = tuple(clean_text(str(text)) for text in warnings)
        call.arrays = objects.arrays[first:]  # those of drained items, too
        return call

    def send_batch(
        self,
        unit: str,
        units: Sequence[str],
        frames: Sequence[np.ndarray[Any, Any]],
        budget: Budget,
    ) -> list[np.ndarray[Any, Any]]:
        """Send all requests of a property at once; return the frame of replies to each frame.

        Args:
            unit: The unit of the property.
            units: The modules that its requests use.
            frames: The frames of its requests.
            budget: The time for each frame.

        Raises:
            Diverged: A reply is not a frame of replies.
            SubmissionUnavailable: A module is not there.
            SubmissionEnded: There is no reply.
        """
        self.begin_replay(unit)
        for used in units:
            self.workers.with_module(used)
        answers = []
        for frame in frames:
            worker = self.workers.with_module(units[0])
            reply = self.workers.request(worker, "a property", "batch", frame, budget=budget)
            if type(reply.value) is not np.ndarray or reply.value.dtype != np.uint8:
                raise Diverged
            answers.append(reply.value)
        return answers

    def items_of(self, number: int, kind: str, drained: DrainedIterable | None) -> Iterator[Any]:
        """Yield the items of one of the student's iterables."""
        if drained is not None:
            yield from drained.items
            drained.finish()
            if drained.end and drained.end.failed:
                raise RemoteFailure(partial(self.workers.failure, drained.end))
            if drained.end:
                return
        first = drained is None
        while True:
            details = number, 0, first, self.objects.drawn_here()
            reply = self._request_again(kind, "drain", *details)
            first = False
            if reply.failed == NOT_ITERABLE:
                raise TypeError(f"'{kind}' object is not iterable")
            if reply.failed:
                raise RemoteFailure(partial(self.workers.failure, reply))
            items = self._received_items(reply, kind)
            if not items:
                return
            yield items[0]

    def drain(
        self, number: int, kind: str, at_most: int, what: str, drained: DrainedIterable | None
    ) -> list[Any]:
        """Return the items of one of the student's iterables as a list."""
        if drained is not None and (drained.end or len(drained.items) > at_most):
            drained.finish()
            if drained.end and drained.end.failed and len(drained.items) <= at_most:
                raise self.workers.failure(drained.end, what)
            return drained.items[: at_most + 1]
        before = drained.items if drained else []
        details = number, at_most - len(before), drained is None, self.objects.drawn_here()
        reply = self._request_again(what, "drain", *details)
        if reply.failed == NOT_ITERABLE:
            raise not_iterable(what, kind)
        if reply.failed:
            raise self.workers.failure(reply, what)
        return [*before, *self._received_items(reply, what)]

    def use(
        self,
        number: int,
        name: str,
        attribute: str,
        arguments: tuple[Any, ...] | None,
        keywords: dict[str, Any],
    ) -> Any:
        """Read an attribute of one of the student's objects, or call it."""
        values = None if arguments is None else [*arguments]
        new = self.objects.generators_in((*(arguments or ()), *keywords.values()))
        details = number, attribute, values, keywords or None, [*new, *self.objects.drawn_here()]
        reply = self._request_again(name, "use", *details)
        if reply.failed:
            raise self.workers.failure(reply, name)
        return self._received(reply.value, reply.ref, name)

    def changed(self, call: RemoteCall) -> dict[str, Any]:
        """Return the arguments that an observed call changed in place, as the worker has them."""
        value = self._request_again(call.function, "changed", call.number).value
        names = [f"argument {number}" for number in range(1, len(call.arguments) + 1)]
        if type(value) is not dict or not {*value} <= {*names}:
            raise self.workers.interference(call.function)
        if not {*map(type, value.values())} <= {np.ndarray, type(None)}:
            raise self.workers.interference(call.function)
        return value

    def overwrite(self, call: RemoteCall, value: float) -> None:
        """Overwrite the arrays that an observed call was handed."""
        self._request_again(call.function, "overwrite", call.number, value)

    def update_result(self, call: RemoteCall) -> bool:
        """Update the arrays of a result to the student's own; return whether one has changed."""
        if not call.arrays:
            return False
        reply = self._request_again(call.function, "result", call.number)
        if reply.failed:
            raise self.workers.failure(reply, call.function)
        if type(reply.value) is not list or len(reply.value) != len(call.arrays):
            raise self.workers.interference(call.function)
        return update_arrays(zip(call.arrays, reply.value, strict=True))

    def _request_again(self, name: str, operation: str, *details: Any) -> Reply:
        """Make a request about a result of the present case."""
        function = self.journal[-1].function if self.journal else ""
        worker = self.workers.with_results(name, function.partition(".")[0])
        return self.workers.request(worker, name, operation, *details, function=function)

    def _received_items(self, reply: Reply, name: str) -> list[Any]:
        items = self._received(reply.value, reply.ref, name)
        if not isinstance(items, list):
            raise self.workers.interference(name)
        return items

    def _received(self, value: Any, first: int, name: str) -> Any:
        try:
            return self.objects.receive(value, first)
        except Ended as ended:
            raise self.workers.ended(ended, name) from None
