"""Script of the requests that a property makes, so that they can be sent in a batch.

The requests are recorded on the reference twice. In the second recording, all numbers that the
reference returns differ in the last places. A part of a request that is the same in both does not
depend on the answers. A part that is a copy of an answer is sent as a reference to that answer. So
all requests can be sent to a worker at once, and the property then runs on the replies. Each
request that it makes is compared with the one that was sent, bit by bit; if one differs, the
property is run again, call by call.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.casebook.array_bits import as_array, bits_of, same_bits, same_scalar
from backproof.casebook.frame_packing import arrays_in, frames_of
from backproof.confined.remote_objects import CaseObjects
from backproof.failure_kinds import EXCEPTION
from backproof.wire.protocol import COPIES, MAY_FAIL, WITH_REFS, Reply
from backproof.wire.records import is_record
from backproof.wire.values import Ref, WireError

# Relative difference of the second recording's answers, smaller than any property's tolerance.
_PERTURBATION = 2.0**-42


@dataclass(frozen=True)
class RequestScript:
    """All requests of one run of a property, in order.

    Attributes:
        requests: The requests.
        frames: The same requests, encoded, without parts that the worker knows.
        units: The modules that are used.
        functions: The functions that are called, as ``"unit.name"``.

    """

    requests: tuple[Any, ...]
    frames: tuple[np.ndarray[Any, Any], ...]
    units: tuple[str, ...]
    functions: tuple[str, ...]


class RequestRecorder:
    """Records the requests of a run, and optionally perturbs the answers.

    Args:
        objects: Returns the objects of the present case.
        perturb: Whether to change the numbers in the answers slightly.
        clock: Returns the seconds that the worker has computed.

    Attributes:
        requests: The requests.
        answers: The answers to them, not perturbed.
        copies: For each request, the earlier results that its arrays are copies of: their numbers
            by ``bits_of``.
        seconds: For each request, the time that its answer took, by the clock.
        raised: For each request, whether the answer is an exception.

    """

    def __init__(
        self,
        objects: Callable[[], CaseObjects],
        *,
        perturb: bool,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._clock = clock
        self._objects = objects
        self._perturb = perturb
        self.requests: list[Any] = []
        self.answers: list[Any] = []
        self.copies: list[dict[bytes, int]] = []
        self.seconds: list[float] = []
        self.raised: list[bool] = []
        # The arrays that came back in the present case: their numbers by content.
        self._case: CaseObjects | None = None
        self._numbers: dict[bytes, int] = {}
        self._read: set[int] = set()

    def exchange(self, request: tuple[Any, ...], ask: Callable[[], Reply]) -> Reply:
        """Record a request and return the reply to it."""
        objects = self._objects()
        snapshot = _snapshot(request, objects.stand_in)
        self._read_results(objects)
        arrays = {bits_of(array) for array in arrays_in(snapshot)}
        self.requests.append(snapshot)
        self.copies.append({bits: self._numbers[bits] for bits in arrays & self._numbers.keys()})
        begin = self._clock()
        reply = ask()
        self.seconds.append(self._clock() - begin)
        self.raised.append(reply.failed == EXCEPTION)
        self.answers.append(_snapshot([reply.value, reply.also], lambda value: value))
        if self._perturb:
            reply = reply._replace(value=_perturbed(reply.value), also=_perturbed(reply.also))
        return reply

    def _read_results(self, objects: CaseObjects) -> None:
        if objects is not self._case:
            self._case, self._numbers, self._read = objects, {}, set()
        for number in objects.parts.keys() - self._read:
            array = as_array(objects.parts[number])
            if array is not None:
                self._numbers[bits_of(array)] = number
        self._read.update(objects.parts)


def make_script(
    recorded: RequestRecorder, perturbed: RequestRecorder | None
) -> RequestScript | None:
    """Return a script from two recordings; ``None`` if a request depends on answers otherwise.

    Args:
        recorded: The run on the reference.
        perturbed: The run with perturbed answers, which may have ended early.

    """
    planned: list[Any] = []
    others = perturbed.requests if perturbed else []
    for number, request in enumerate(recorded.requests):
        other = others[number] if number < len(others) else None
        plan = _plan(request, other, recorded.copies[number])
        if plan is _UNKNOWN:
            return None
        planned.append(_with_flags(plan, raised=recorded.raised[number]))
    try:
        frames = frames_of(planned, recorded.answers)
    except WireError:
        return None
    called = [request[1] for request in planned if request[0] == "call"]
    units = dict.fromkeys(function.partition(".")[0] for function in called)
    return RequestScript(tuple(planned), frames, tuple(units), tuple(sorted(set(called))))


_UNKNOWN = object()


def _snapshot(value: Any, stand_in: Callable[[Any], Any]) -> Any:
    """Return a request as it crosses; arrays that may change later are copied."""
    value = stand_in(value)
    kind = type(value)
    if kind is np.ndarray:
        return value.copy() if value.flags.writeable else value
    if kind is list or kind is tuple:
        return kind(_snapshot(part, stand_in) for part in value)
    if kind is dict:
        return {key: _snapshot(part, stand_in) for key, part in value.items()}
    return set(value) if kind is set else value


def _plan(value: Any, other: Any, copies: dict[bytes, int]) -> Any:
    """Return the form in which a part of a request is sent: itself, or the copy of an answer.

    Args:
        value: The part in the first recording.
        other: The same part in the second; ``None`` if that run ended before.
        copies: The numbers of earlier answers, by their content.

    """
    kind = type(value)
    if kind is np.ndarray:
        if type(other) is np.ndarray and same_bits(value, other):
            return value
        index = copies.get(bits_of(value))
        if index is not None and (other is not None or value.flags.writeable):
            return Ref(COPIES + index)
        return value if other is None else _UNKNOWN
    if kind is list or kind is tuple:
        others = other if type(other) is kind and len(other) == len(value) else [None] * len(value)
        parts = [_plan(part, twin, copies) for part, twin in zip(value, others, strict=True)]
        return _UNKNOWN if any(part is _UNKNOWN for part in parts) else kind(parts)
    if kind is dict:
        twins = other if type(other) is dict and other.keys() == value.keys() else {}
        plan = {key: _plan(part, twins.get(key), copies) for key, part in value.items()}
        return _UNKNOWN if any(part is _UNKNOWN for part in plan.values()) else plan
    return value if other is None or same_scalar(value, other) else _UNKNOWN


def may_fail(request: Sequence[Any]) -> bool:
    """Return whether a request is a call after whose exception the others are answered, too."""
    return request[0] == "call" and bool(request[3] & MAY_FAIL)


def _with_flags(request: tuple[Any, ...], *, raised: bool) -> tuple[Any, ...]:
    """Set the flags of a call that holds references or records, or raises an exception."""
    if request[0] != "call":
        return request
    operation, function, arguments, flags, *rest = request
    flags = flags & ~WITH_REFS | WITH_REFS * _has_references((arguments, rest))
    flags |= MAY_FAIL * raised
    return operation, function, arguments, flags, *rest


def _has_references(value: Any) -> bool:
    parts = value.values() if isinstance(value, dict) else value
    return (
        isinstance(value, Ref | set | frozenset)
        or is_record(value)
        or (isinstance(value, list | tuple | dict) and any(map(_has_references, parts)))
    )


def _perturbed(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        signs = np.where(np.arange(value.size).reshape(value.shape) % 2, 1.0, -1.0)
        # Without asarray the result for an array without dimensions would be a scalar.
        return np.asarray(value * (1.0 + _PERTURBATION * signs))
    if isinstance(value, float):
        return type(value)(value * (1.0 + _PERTURBATION))
    if isinstance(value, list | tuple):
        return type(value)(_perturbed(part) for part in value)
    if isinstance(value, dict):
        return {key: _perturbed(part) for key, part in value.items()}
    if isinstance(value, Ref) and value.value is not None:
        return Ref(value.number, value.kind, _perturbed(value.value))
    return value
