"""What a property asks of a submission, written down so that it can be asked ahead.

On the reference a property's requests are recorded, twice: the second time all numbers that the
reference returns are off in the last places. What is the same in both runs does not depend on the
answers, and what follows an answer is sent as a reference to it. So all requests of a property go
to a worker ahead, many in a frame, and the property then runs on the answers; each request that it
makes is held against the one that was sent, bit by bit, and a property that asks anything else is
run anew, call by call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from backproof.casebook.array_bits import _as_array, _bits, _equal, _same_bits
from backproof.casebook.frame_packing import arrays_in, frames_of
from backproof.confined.remote_objects import CaseObjects
from backproof.wire.protocol import COPIES, WITH_REFS, Reply
from backproof.wire.values import Ref, WireError

# How far the second recording's answers are off, relatively: less than any property can mind.
_PERTURBATION = 2.0**-42


class Unanswered(Exception):
    """A request that was sent ahead has no result, so the property fails."""


@dataclass(frozen=True)
class RequestScript:
    """All requests of one run of a property, in order.

    Attributes:
        requests: What is asked.
        frames: The same as a worker is told it, without what it knows: as many as it takes.
        units: The modules that are used.
        functions: The functions that are called, as ``"unit.name"``.

    """

    requests: tuple[Any, ...]
    frames: tuple[np.ndarray[Any, Any], ...]
    units: tuple[str, ...]
    functions: tuple[str, ...]


class RequestRecorder:
    """Writes down the requests of a run, and optionally perturbs the answers.

    Args:
        objects: Gives what has crossed in the present case.
        perturb: Whether to change the numbers in the answers a little.

    """

    def __init__(self, objects: Callable[[], CaseObjects], *, perturb: bool) -> None:
        self._objects = objects
        self._perturb = perturb
        self.requests: list[Any] = []
        self.answers: list[Any] = []
        self.copies: list[dict[bytes, int]] = []
        self._seen: CaseObjects | None = None
        self._known: dict[bytes, int] = {}
        self._read: set[int] = set()

    def exchange(self, request: tuple[Any, ...], ask: Callable[[], Reply]) -> Reply:
        """Pass a request on."""
        objects = self._objects()
        snapshot = _snapshot(request, objects.stand_in)
        self._look_at(objects)
        arrays = {_bits(array) for array in arrays_in(snapshot)}
        self.requests.append(snapshot)
        self.copies.append({bits: self._known[bits] for bits in arrays & self._known.keys()})
        reply = ask()
        self.answers.append(_snapshot([reply.value, reply.also], lambda value: value))
        if self._perturb:
            reply = reply._replace(value=_perturbed(reply.value), also=_perturbed(reply.also))
        return reply

    def _look_at(self, objects: CaseObjects) -> None:
        """Know the arrays that have come back in the present case, by their content."""
        if objects is not self._seen:
            self._seen, self._known, self._read = objects, {}, set()
        for number in objects.parts.keys() - self._read:
            array = _as_array(objects.parts[number])
            if array is not None:
                self._known[_bits(array)] = number
        self._read.update(objects.parts)


def make_script(
    recorded: RequestRecorder, perturbed: RequestRecorder | None
) -> RequestScript | None:
    """Make a script of two recordings.

    There is none, but ``None``, if a request depends on answers in other ways.

    Args:
        recorded: The run on the reference.
        perturbed: The same with perturbed answers, as far as it went.

    """
    planned: list[Any] = []
    others = perturbed.requests if perturbed else []
    for number, request in enumerate(recorded.requests):
        other = others[number] if number < len(others) else None
        plan = _plan(request, other, recorded.copies[number])
        if plan is _UNKNOWN:
            return None
        planned.append(_with_flag(plan))
    try:
        frames = frames_of(planned, recorded.answers)
    except WireError:
        return None
    called = [request[1] for request in planned if request[0] == "call"]
    units = dict.fromkeys(function.partition(".")[0] for function in called)
    return RequestScript(tuple(planned), frames, tuple(units), tuple(sorted(set(called))))


_UNKNOWN = object()


def _snapshot(value: Any, stand_in: Callable[[Any], Any]) -> Any:
    """Keep a request as it crosses; what may change later is copied."""
    value = stand_in(value)
    kind = type(value)
    if kind is np.ndarray:
        return value.copy() if value.flags.writeable else value
    if kind is list or kind is tuple:
        return kind(_snapshot(part, stand_in) for part in value)
    if kind is dict:
        return {key: _snapshot(part, stand_in) for key, part in value.items()}
    return value


def _plan(value: Any, other: Any, copies: dict[bytes, int]) -> Any:
    """Decide how a part of a request is sent: as it is, or as the copy of an earlier answer."""
    kind = type(value)
    if kind is np.ndarray:
        if type(other) is np.ndarray and _same_bits(value, other):
            return value
        index = copies.get(_bits(value))
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
    return value if other is None or _equal(value, other) else _UNKNOWN


def _with_flag(request: tuple[Any, ...]) -> tuple[Any, ...]:
    """Say of a call whether it refers to anything: that may depend on who is asked."""
    if request[0] != "call":
        return request
    operation, function, given, how, *rest = request
    how = how & ~WITH_REFS | WITH_REFS * _refers((given, rest))
    return operation, function, given, how, *rest


def _refers(value: Any) -> bool:
    """Tell whether a request refers to anything by number."""
    parts = value.values() if isinstance(value, dict) else value
    return isinstance(value, Ref) or (
        isinstance(value, list | tuple | dict) and any(map(_refers, parts))
    )


def _perturbed(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        signs = np.where(np.arange(value.size).reshape(value.shape) % 2, 1.0, -1.0)
        return np.asarray(value * (1.0 + _PERTURBATION * signs))  # of no dimensions, too
    if isinstance(value, float):
        return type(value)(value * (1.0 + _PERTURBATION))
    if isinstance(value, list | tuple):
        return type(value)(_perturbed(part) for part in value)
    if isinstance(value, dict):
        return {key: _perturbed(part) for key, part in value.items()}
    if isinstance(value, Ref) and value.value is not None:
        return Ref(value.number, value.kind, _perturbed(value.value))
    return value
