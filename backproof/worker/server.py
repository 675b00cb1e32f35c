"""The process that runs a student's code: it answers requests until the grader ends it.

Nothing that it says is believed: the grader checks every frame (``wire``) and judges results by
oracles of its own. Objects that are not numbers stay here, under numbers of their own.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from backproof.failure_kinds import EXCEPTION, FORBIDDEN, MEMORY
from backproof.sandbox import escape_attempts
from backproof.student_code.calls import Listener, changed_arguments, overwrite
from backproof.student_code.modules import StudentCode, Unavailable, describe
from backproof.student_code.source import Source
from backproof.wire import generators
from backproof.wire.frames import ListWriter, decode_frame, encode, read_frame, write_frame
from backproof.wire.protocol import (
    COPIES,
    FRESH,
    GENERATORS,
    MAX_REPLY_BYTES,
    MORE,
    NOT_ITERABLE,
    NOT_STARTED,
    OBSERVED,
    SAME,
    TOO_LARGE,
    WITH_REFS,
)
from backproof.wire.values import Ref, WireError, clean_text
from backproof.worker.object_table import Held, ObjectTable, TooLarge

_MOST_WARNINGS = 20
# Items of an iterable that cross at once; what has more is asked for the rest.
_MOST_ITEMS = 1000


# Why there is no result, the result or a text, its number, what else happened.
_Reply = tuple[str | None, Any, int, dict[str, Any] | None]
_NOTHING: _Reply = (None, None, 0, None)


class Worker:
    """Loads a submission and answers what is asked of it."""

    def __init__(self) -> None:
        self._code: StudentCode | None = None
        self._opaque: dict[str, Sequence[int]] = {}
        self._iterables: frozenset[str] = frozenset()
        self._kind: type[ObjectTable] = ObjectTable
        self._listener = Listener()
        self._calls = 0  # of the present case, while it is asked ahead
        self._operations: dict[str, Callable[..., _Reply]] = {
            "load": self._load,
            "import": self._import,
            "probe": lambda targets: (None, escape_attempts.run_probes(targets), 0, None),
            "ahead": self._ahead,
            "call": self._call,
            "next": self._next,
            "drain": self._drain,
            "changed": self._changed,
            "overwrite": self._overwrite,
        }
        self._forget()

    def answer(self, request: Sequence[Any]) -> bytes:
        """Do what a request asks for and give the frame to reply with.

        A request is the name of an operation, the number of the request, and what the operation
        needs. A reply is that number, why there is no result (or ``None``), the result (or a
        text), its number among the student's objects, and what else happened (or ``None``).
        """
        operation, number, *details = request
        before = self._theirs.sent
        try:
            reply = self._done(operation, details)
            return encode((number, *reply))
        except TooLarge:
            failed, value = TOO_LARGE, f"more than {MAX_REPLY_BYTES // 2**20} MB"
        except WireError as problem:
            failed, value = TOO_LARGE, clean_text(f"what cannot be handed over ({problem})")
        except MemoryError:
            failed, value = MEMORY, "MemoryError"
        self._theirs.take_back(before)
        return encode((number, failed, value, 0, None))

    def _done(self, operation: str, details: Sequence[Any]) -> _Reply:
        """Do what a request asks for, and tell what else has changed meanwhile."""
        if operation != "call":
            self._theirs.settle()
        before = self._theirs.sent
        failed, value, ref, also = self._operations[operation](*details)
        if updates := self._theirs.changed(before):
            also = {**(also or {}), "updates": updates}
        if self._generators and (drawn := self._drawn()):
            also = {**(also or {}), "generators": drawn}
        return failed, value, ref, also

    def _ahead(self, frame: np.ndarray[Any, Any]) -> _Reply:
        """Do many requests one after the other, up to the first without a result.

        The requests are a frame of their own, which the grader has made once for all submissions;
        so are the replies, which it need not read if it has seen the same before. A frame that
        ends within a case says so by its last request, ``MORE``. Calls are the name of a function,
        its arguments, how to call it and, if there are any, named arguments and generators.
        """
        requests = decode_frame(frame.tobytes())[::-1]
        replies = ListWriter()
        last_named: Any = None
        self._kind = Held
        try:
            while requests and requests[-1][0] != MORE:
                operation, *details = requests.pop()  # the list is not to hold on to it
                if "." in operation:
                    given, how, *rest = details
                    named, drawn = rest or (None, None)
                    last_named = named = last_named if named is SAME else named
                    self._calls = 0 if how & FRESH else self._calls + 1
                    details = [operation, given, how, self._calls, named, drawn]
                    operation = "call"
                ends_case = not requests or _begins_case(requests[-1])
                try:
                    reply = self._done_ahead(operation, details)
                except LookupError:  # an earlier result was not what this request refers to
                    break
                replies.add(reply)
                if reply[0] is not None:
                    break
                if ends_case and type(self._theirs) is Held and self._theirs.has_changed():
                    replies.add((None,))  # which is no reply
                    break
        finally:
            self._kind = ObjectTable
        return None, np.frombuffer(replies.frame(), dtype=np.uint8), 0, None

    def _done_ahead(self, operation: str, details: Sequence[Any]) -> _Reply:
        """Do the same as ``_done`` where nothing is told before the case ends."""
        failed, value, ref, also = self._operations[operation](*details)
        if self._generators and (drawn := self._drawn()):
            also = {**(also or {}), "generators": drawn}
        return failed, value, ref, also

    def _forget(self) -> None:
        """Begin a case: nothing of the one before is asked for again."""
        self._theirs = self._kind()
        self._iterators: dict[int, Iterator[Any]] = {}
        self._generators: dict[int, np.random.Generator] = {}
        self._known_states: dict[int, str] = {}
        self._raw_states: dict[int, Any] = {}
        self._observed: dict[int, tuple[Any, Any]] = {}
        self._calls = 0

    def _load(self, document: np.ndarray[Any, Any]) -> _Reply:
        told = json.loads(document.tobytes())
        sources = {path: _source(*entry) for path, entry in told["files"].items()}
        self._code = StudentCode(
            sources, told["units"], told["whole"], allowed=told["libraries"], alone=True
        )
        self._opaque, self._iterables = told["opaque"], frozenset(told["iterables"])
        return _NOTHING

    def _import(self, unit: str) -> _Reply:
        assert self._code is not None
        try:
            self._code.load(unit)
        except Unavailable as problem:
            return problem.kind, clean_text(str(problem)), 0, None
        return _NOTHING

    def _call(
        self,
        function: str,
        given: list[Any],
        how: int,
        number: int,
        named: dict[str, Any] | None,
        drawn: list[tuple[int, str, str | None]] | None,
    ) -> _Reply:
        assert self._code is not None
        if how & FRESH:
            self._forget()
        else:
            self._theirs.settle()
        if drawn:
            self._take_generators(drawn)
        arguments, keywords = given, named or {}
        if how & WITH_REFS:
            arguments = [self._mine(value) for value in given]
            keywords = {key: self._mine(value) for key, value in keywords.items()}
        observed = bool(how & OBSERVED)
        if observed:
            # The student's own objects may change: they are no copies of the caller's.
            originals = [_copy(value, self._mine) for value in given]
            self._observed[number] = originals, arguments
        told: list[str] = []
        try:
            unit, _, name = function.partition(".")
            called = self._code.function(unit, name)
            result = self._listener.call(called, arguments, keywords, observed)
            if observed:
                told = self._listener.told()
        except Unavailable as problem:
            return problem.kind, clean_text(str(problem)), 0, None
        except BaseException as exception:
            return _failure(exception)
        value, ref = self._theirs.add(result, self._opaque.get(function, ()))
        also: dict[str, Any] = {}
        if function in self._iterables and type(value) is Ref:
            also = self._items(ref)
        if told:
            also["warnings"] = [clean_text(warning) for warning in told[:_MOST_WARNINGS]]
        return None, value, ref, also or None

    def _items(self, ref: int) -> dict[str, Any]:
        """Use an iterable up: its items as each came, how it ended, what has changed by then."""
        items: list[Any] = []
        kept: list[Any] = []  # a caller would have them all, and their memory
        end: list[Any] = []
        for _ in range(_MOST_ITEMS):
            failed, item = self._advanced(ref)
            if failed and failed[0] == NOT_ITERABLE:
                return {}
            if failed:
                end = [*failed[:2]]
                break
            kept.append(item)
            value, number = self._theirs.add(item)
            items.append((_copied(value), number))
            self._theirs.settle()
        return {"items": items, "end": end, "later": self._theirs.changed(self._theirs.sent)}

    def _next(self, ref: int, first: bool, drawn: list[tuple[int, str, str | None]]) -> _Reply:
        self._take_generators(drawn)
        if first:
            self._iterators.pop(ref, None)
        failed, item = self._advanced(ref)
        return failed or (None, *self._theirs.add(item), {"more": True})

    def _advanced(self, ref: int) -> tuple[_Reply | None, Any]:
        """Take the next item of an iterable; else say how it ended."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if ref not in self._iterators:
                    try:
                        self._iterators[ref] = iter(self._theirs[ref])
                    except TypeError:
                        return (NOT_ITERABLE, "", 0, None), None
                for item in self._iterators[ref]:
                    return None, item
        except BaseException as exception:
            return _failure(exception), None
        return _NOTHING, None

    def _drain(
        self, ref: int, most: int, first: bool, drawn: list[tuple[int, str, str | None]]
    ) -> _Reply:
        self._take_generators(drawn)
        items: list[Any] = []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    iterator = iter(self._theirs[ref]) if first else self._iterators[ref]
                except TypeError:
                    return NOT_ITERABLE, "", 0, None
                for item in iterator:
                    items.append(item)
                    if len(items) > most:
                        break
        except BaseException as exception:
            return _failure(exception)
        return None, *self._theirs.add(items, held=False), None

    def _changed(self, call: int) -> _Reply:
        return None, list(changed_arguments(*self._observed[call])), 0, None

    def _overwrite(self, call: int, value: float) -> _Reply:
        pairs = zip(*self._observed[call], strict=True)
        overwrite([mine for theirs, mine in pairs if mine is not theirs], value)
        return _NOTHING

    def _mine(self, value: Any) -> Any:
        """Put the objects themselves in the place of their numbers."""
        if type(value) is Ref:
            number = value.number
            if COPIES <= number < GENERATORS:
                return self._theirs.copy_of(number - COPIES)
            return (self._generators if number >= GENERATORS else self._theirs)[number]
        if isinstance(value, list | tuple):
            return type(value)(self._mine(entry) for entry in value)
        return value

    def _take_generators(self, descriptions: list[tuple[int, str, str | None]]) -> None:
        for number, state, seed in descriptions:
            if number in self._generators:
                generators.move(self._generators[number], state)
            else:
                self._generators[number] = generators.make(state, seed)
            self._known_states[number] = state
            self._raw_states.pop(number, None)

    def _drawn(self) -> list[tuple[int, str]]:
        """Say where the generators stand that were drawn from."""
        moved = []
        for number, rng in self._generators.items():
            raw = rng.bit_generator.state, generators.children_of(rng)
            if raw == self._raw_states.get(number):  # which takes less than writing it down
                continue
            self._raw_states[number] = raw
            state = generators.state_of(rng)
            if state != self._known_states[number]:
                self._known_states[number] = state
                moved.append((number, state))
        return moved


def serve(requests: int, replies: int, layers: Mapping[str, str]) -> None:
    """Say what this process is confined by, then answer requests until there are no more."""
    worker = Worker()
    # Requests and replies make few circles, and looking for them takes longer than answering.
    gc.set_threshold(20_000, 50, 50)
    write_frame(replies, encode((0, None, dict(layers), 0, None)))
    while True:
        try:
            request = read_frame(requests)
        except EOFError:
            return
        write_frame(replies, worker.answer(request))


def close_engine() -> None:
    """Let no more of the engine be imported: a student's code shares this process."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "backproof" and hasattr(module, "__path__"):
            module.__path__ = []


def load_library(name: str) -> bool:
    """Import an installed module before the submission is there; tell whether that went well."""
    try:
        importlib.import_module(name)
    except BaseException:  # not there, or not for this machine: the submission's import says so
        return False
    return True


def _begins_case(request: Sequence[Any]) -> bool:
    return "." in request[0] and bool(request[2] & FRESH)


def _source(text: str, filename: str, cells: list[Any] | None) -> Source:
    return Source(text, filename, None if cells is None else tuple(map(tuple, cells)))


def _copied(value: Any) -> Any:
    """Copy the arrays of an item: the next one may be written over it."""
    if type(value) is tuple:
        return tuple(_copied(entry) for entry in value)
    return value.copy() if type(value) is np.ndarray else value


def _copy(value: Any, mine: Callable[[Any], Any]) -> Any:
    """Copy the caller's arrays; in the place of a number put the object itself."""
    if type(value) is np.ndarray:
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(_copy(entry, mine) for entry in value)
    return mine(value)


def _failure(exception: BaseException) -> _Reply:
    """Sort what a student's code raised; only its text leaves this process."""
    kind = EXCEPTION
    if isinstance(exception, NotImplementedError):
        kind = NOT_STARTED
    elif isinstance(exception, MemoryError):
        kind = MEMORY
    elif isinstance(exception, PermissionError):
        kind = FORBIDDEN
    try:
        text = describe(exception)
    except BaseException:  # a student's exception may do anything when it is looked at
        text = "an exception that cannot be described"
    with contextlib.suppress(BaseException):
        exception.__traceback__ = None  # it holds on to the arguments
    return kind, clean_text(text), 0, None
