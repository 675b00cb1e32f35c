"""The loop in which a worker answers the grader's requests, until the grader ends it.

The grader trusts no reply: it checks every frame (``wire``) and judges results by oracles of its
own.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from backproof.failure_kinds import EXCEPTION, MEMORY
from backproof.sandbox import escape_attempts
from backproof.student_code.calls import FunctionCaller, changed_arguments, overwrite
from backproof.student_code.modules import StudentCode, Unavailable
from backproof.student_code.operations import OPERATIONS
from backproof.student_code.source import Source
from backproof.wire.anatomy import WHOLE, copied, with_parts
from backproof.wire.frames import ListWriter, encode, read_frame, write_frame
from backproof.wire.protocol import (
    COPIES,
    FRESH,
    GENERATORS,
    MAX_REPLY_BYTES,
    MAY_FAIL,
    MORE,
    OBSERVED,
    SAME,
    TOO_LARGE,
    WITH_REFS,
)
from backproof.wire.requests import PackedRequests
from backproof.wire.values import Ref, WireError, clean_text
from backproof.worker.case_generators import CaseGenerators, Description
from backproof.worker.case_iterators import CaseIterators
from backproof.worker.object_table import ObjectTable, TooLarge
from backproof.worker.replies import NO_RESULT, Reply, failure

_MAX_WARNINGS = 20


class Worker:
    """Loads a submission and answers requests about it."""

    def __init__(self) -> None:
        self._code: StudentCode | None = None
        self._opaque: dict[str, Sequence[int]] = {}
        self._iterables: frozenset[str] = frozenset()
        self._caller = FunctionCaller()
        self._operations: dict[str, Callable[..., Reply]] = {
            "load": self._load,
            "import": self._import,
            "probe": lambda targets: (None, escape_attempts.run_probes(targets), 0, None),
            "batch": self._batch,
            "call": self._call,
            "drain": self._drain,
            "use": self._use,
            "changed": self._changed,
            "overwrite": self._overwrite,
            "result": lambda call: (None, self._returned[call], 0, None),
        }
        self._generators = CaseGenerators()
        self._begin_case()

    def _begin_case(self) -> None:
        """Forget the case before: the grader makes no more requests about it."""
        self._objects = ObjectTable()
        if self._generators.by_number:
            self._generators = CaseGenerators()
        self._iterators = CaseIterators(self._objects)
        # By the number of a call: its arguments (the caller's, the student's), the arrays returned.
        self._observed: dict[int, tuple[Any, Any]] = {}
        self._returned: dict[int, list[np.ndarray[Any, Any]]] = {}
        self._calls = 0  # in the present case, where requests are batched

    def answer(self, request: Sequence[Any]) -> bytes:
        """Perform a request and return the frame of the reply.

        A request is the name of an operation, the number of the request, and the operation's
        arguments. A reply is that number, the reason why there is no result (or ``None``), the
        result (or a message), the result's number in the object table, and a dict of what else
        happened (or ``None``).
        """
        operation, number, *details = request
        try:
            reply = self._perform(operation, details)
            return encode((number, *reply))
        except TooLarge:
            failed, message = TOO_LARGE, f"more than {MAX_REPLY_BYTES // 2**20} MB"
        except WireError as problem:
            failed, message = TOO_LARGE, clean_text(f"what cannot be handed over ({problem})")
        except MemoryError:
            failed, message = MEMORY, "MemoryError"
        return encode((number, failed, message, 0, None))

    def _perform(self, operation: str, details: Sequence[Any]) -> Reply:
        return self._with_generators(self._operations[operation](*details))

    def _with_generators(self, reply: Reply) -> Reply:
        """Return a reply with the states of the generators that have been drawn from."""
        if self._generators.by_number and (states := self._generators.changed_states()):
            failed, value, ref, also = reply
            return failed, value, ref, {**(also or {}), "generators": states}
        return reply

    def _batch(self, frame: np.ndarray[Any, Any]) -> Reply:
        """Perform many requests in order, up to the first that has no result and may not fail.

        The requests are packed, once for all submissions. The replies are a frame of their own: the
        grader need not decode it if it has seen the same bytes before.
        In a batch, a call is the function, its arguments, its flags and, if there are any, its
        keyword arguments and generators. The last request is ``MORE`` if the case continues in the
        next frame.
        """
        replies = ListWriter()
        last_keywords: Any = None
        # Each request is opened in its turn, so that no call can change the arguments of another.
        packed = PackedRequests(frame)
        for operation, *details in packed.requests:
            if operation == MORE:
                break
            goes_on = False
            try:
                if "." in operation:
                    [arguments, flags, *rest] = packed.opened(details)
                    keywords, states = rest or (None, None)
                    goes_on = bool(flags & MAY_FAIL)
                    last_keywords = keywords = last_keywords if keywords is SAME else keywords
                    self._calls = 0 if flags & FRESH else self._calls + 1
                    reply = self._call(
                        operation,
                        arguments,
                        flags,
                        self._calls,
                        keywords,
                        states,
                    )
                    if self._generators.by_number:
                        reply = self._with_generators(reply)
                else:
                    reply = self._perform(operation, packed.opened(details))
            except LookupError:  # an earlier result is not of the kind that this request refers to
                break
            failed, value, number, also = reply
            if failed is None and also is None:
                replies.add_result(value, number)
                continue
            replies.add(reply)
            if failed is not None and not (failed == EXCEPTION and goes_on):
                break
        return None, np.frombuffer(replies.frame(), dtype=np.uint8), 0, None

    def _load(self, document: np.ndarray[Any, Any]) -> Reply:
        settings = json.loads(document.tobytes())
        sources = {
            path: Source(text, filename, None if cells is None else tuple(map(tuple, cells)))
            for path, (text, filename, cells) in settings["files"].items()
        }
        self._code = StudentCode(
            sources,
            settings["units"],
            settings["single_file"],
            allowed=settings["libraries"],
            stand_ins=settings["stand_ins"],
            alone=True,
        )
        self._opaque, self._iterables = settings["opaque"], frozenset(settings["iterables"])
        return NO_RESULT

    def _import(self, unit: str) -> Reply:
        assert self._code is not None
        try:
            self._code.load(unit)
        except Unavailable as problem:
            return problem.kind, clean_text(str(problem)), 0, None
        return NO_RESULT

    def _call(
        self,
        function: str,
        arguments: list[Any],
        flags: int,
        number: int,
        keywords: dict[str, Any] | None,
        states: list[Description] | None,
    ) -> Reply:
        assert self._code is not None
        if flags & FRESH:
            self._begin_case()
        if states:
            self._generators.update(states)
        keywords = keywords or {}
        caller_arguments = arguments
        if flags & WITH_REFS:
            arguments = [self._resolved(value) for value in arguments]
            keywords = {key: self._resolved(value) for key, value in keywords.items()}
        observed = bool(flags & OBSERVED)
        if observed:
            copies = [copied(value, self._resolved) for value in caller_arguments]
            self._observed[number] = copies, arguments
        try:
            unit, _, name = function.partition(".")
            result = self._caller.call(
                self._code.function(unit, name), arguments, keywords, observed
            )
        except Unavailable as problem:
            return problem.kind, clean_text(str(problem)), 0, None
        except BaseException as exception:
            return failure(exception)
        value, ref = self._objects.add(result, self._opaque.get(function, ()))
        self._returned[number] = self._objects.arrays
        also: dict[str, Any] = {}
        if function in self._iterables and type(value) is Ref:
            also, arrays = self._iterators.use_up(ref)
            self._returned[number] = [*self._returned[number], *arrays]
        if observed and (messages := self._caller.numerical_warnings()):
            also["warnings"] = [clean_text(message) for message in messages[:_MAX_WARNINGS]]
        return None, value, ref, also or None

    def _drain(self, ref: int, at_most: int, first: bool, states: list[Description]) -> Reply:
        self._generators.update(states)
        return self._iterators.drain(ref, at_most, first)

    def _use(
        self,
        ref: int,
        attribute: str,
        arguments: list[Any] | None,
        keywords: dict[str, Any] | None,
        states: list[Description],
    ) -> Reply:
        """Read an attribute of an object, or call it if there are arguments."""
        self._generators.update(states)
        try:
            used = self._objects[ref]
            operation = OPERATIONS.get(attribute) if arguments is not None else None
            first = []
            if operation is not None:
                first, used = [used], operation
            elif attribute:
                used = getattr(used, attribute)
            if arguments is not None:
                values = [*first, *map(self._resolved, arguments)]
                named = {key: self._resolved(value) for key, value in (keywords or {}).items()}
                used = self._caller.call(used, values, named, observed=False)
        except BaseException as exception:
            return failure(exception)
        return None, *self._objects.add(used), None

    def _changed(self, call: int) -> Reply:
        return None, changed_arguments(*self._observed[call]), 0, None

    def _overwrite(self, call: int, value: float) -> Reply:
        pairs = zip(*self._observed[call], strict=True)
        overwrite([theirs for ours, theirs in pairs if theirs is not ours], value)
        return NO_RESULT

    def _resolved(self, value: Any) -> Any:
        """Return a value with the objects themselves in the place of references to them."""
        if type(value) is Ref:
            number = value.number
            if COPIES <= number < GENERATORS:
                return self._objects.copy_of(number - COPIES)
            return (self._generators.by_number if number >= GENERATORS else self._objects)[number]
        if type(value) in WHOLE or type(value) is np.ndarray:
            return value
        return with_parts(value, self._resolved, self._objects.classes.restore)


def serve(requests: int, replies: int, layers: Mapping[str, str]) -> None:
    """Report what this process is confined by, then answer requests until there are no more."""
    worker = Worker()
    # Requests and replies make few reference cycles; searching for them takes longer than answers.
    gc.set_threshold(20_000, 50, 50)
    write_frame(replies, encode((0, None, dict(layers), 0, None)))
    while True:
        try:
            request = read_frame(requests)
        except EOFError:
            return
        write_frame(replies, worker.answer(request))
