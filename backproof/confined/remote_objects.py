"""What has crossed between the grader and a worker in one case, as the grader sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from backproof.failure_kinds import MEMORY, PROTOCOL
from backproof.submission.base import Call
from backproof.submission.iterables import Remote
from backproof.wire import generators
from backproof.wire.protocol import GENERATORS, Ended, Reply
from backproof.wire.values import Ref

# What the results of one case may take here, all together.
_MOST_BYTES = 2**28


@dataclass
class DrainedIterable:
    """What an iterable yielded when it was used up at once.

    Attributes:
        items: The items, each as it was when it came.
        end: The last reply, which has no item; ``None`` if there may be more.
        later: The arrays of items that have changed since, with what they are now.

    """

    items: list[Any]
    end: Reply | None
    later: list[Any]


class ObjectOwner(Protocol):
    """The submission that an object or a call belongs to: it asks the worker about them."""

    def items_of(self, number: int, kind: str, epoch: DrainedIterable | None) -> Iterator[Any]:
        """Yield the items of an iterable in the worker."""

    def drain(
        self, number: int, kind: str, most: int, what: str, epoch: DrainedIterable | None
    ) -> list[Any]:
        """Return the items of an iterable in the worker as a list."""

    def changed(self, call: RemoteCall) -> tuple[str, ...]:
        """Return the names of the arguments that a call changed in place."""

    def overwrite(self, call: RemoteCall, value: float) -> None:
        """Fill the arrays that a call was handed with ``value``."""


class RemoteObject(Remote):
    """An object that stays in the worker; here it is only handed back, or iterated over."""

    def __init__(self, submission: ObjectOwner, number: int, numbers: Any) -> None:
        self._submission = submission
        self._number = number
        self._numbers = numbers
        self._epoch: DrainedIterable | None = None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if self._numbers is None:
            raise TypeError(f"{type(self).__name__} is no array")
        return np.array(self._numbers, dtype=dtype)

    def __float__(self) -> float:
        if self._numbers is None:
            raise TypeError(f"{type(self).__name__} is no number")
        return float(self._numbers)

    def __iter__(self) -> Iterator[Any]:
        epoch, self._epoch = self._epoch, None
        return self._submission.items_of(self._number, type(self).__name__, epoch)

    def drain(self, at_most: int, what: str) -> list[Any]:
        """List what it yields, at most one more than ``at_most``."""
        epoch, self._epoch = self._epoch, None
        return self._submission.drain(self._number, type(self).__name__, at_most, what, epoch)


@dataclass(eq=False)
class RemoteCall(Call):
    """A call whose arguments are in the worker."""

    submission: ObjectOwner | None = field(default=None, repr=False)
    number: int = 0

    @property
    def changed(self) -> tuple[str, ...]:
        """The arguments that were written into by now, as the worker says."""
        assert self.submission is not None
        return self.submission.changed(self)

    def overwrite_arguments(self, value: float) -> None:
        """Fill the arrays that the student's code was handed, as a caller may do afterwards."""
        self.overwritten.append(value)
        assert self.submission is not None
        self.submission.overwrite(self, value)


@dataclass
class CaseObjects:
    """What has crossed in the present case, each thing by its number."""

    submission: ObjectOwner
    theirs: dict[int, tuple[Any, int]] = field(default_factory=dict)
    parts: dict[int, Any] = field(default_factory=dict)
    arrays: list[np.ndarray[Any, Any]] = field(default_factory=list)
    generators: dict[int, tuple[np.random.Generator, int]] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    calls: int = 0
    bytes: int = 0
    objects: bool = False

    @property
    def has_any(self) -> bool:
        """Tell whether there is anything that is sent by its number."""
        return self.objects or bool(self.theirs) or bool(self.generators)

    def stand_in(self, value: Any) -> Any:
        """Put the student's own objects, and generators, by number."""
        known = self.theirs.get(id(value))
        if known is not None:
            return Ref(known[1])
        kind = type(value)
        if kind is np.ndarray or kind is list or kind is dict:
            return value
        if isinstance(value, RemoteObject):
            return Ref(value._number)
        if kind is np.random.Generator:
            return Ref(GENERATORS + self.generators[id(value)][1])
        return value

    def generators_in(self, values: tuple[Any, ...]) -> list[tuple[int, str, str | None]]:
        """Describe the generators that the worker does not have, or not as they stand now."""
        described: list[tuple[int, str, str | None]] = []
        for rng in values:
            if not isinstance(rng, np.random.Generator):
                continue
            state, seed = generators.state_of(rng), None
            if id(rng) not in self.generators:
                self.generators[id(rng)] = rng, len(self.generators)
                seed = generators.seed_of(rng)
            number = self.generators[id(rng)][1]
            if self.states.get(number) != state:
                self.states[number] = state
                described.append((GENERATORS + number, state, seed))
        return described

    def moved(self) -> list[tuple[int, str, str | None]]:
        """Describe the generators that were drawn from here since they were handed over."""
        known = self.generators.values()
        return self.generators_in(tuple(rng for rng, _ in known)) if known else []

    def apply(self, also: dict[str, Any]) -> None:
        """Let returned arrays change, and generators move on, as they did in the worker."""
        try:
            for index, array in also.get("updates", ()):
                target = self.arrays[index]
                if target.shape != array.shape or target.dtype != array.dtype:
                    raise ValueError("an array of another shape")
                target[...] = array
            numbered = {number: rng for rng, number in self.generators.values()}
            for number, state in also.get("generators", ()):
                rng = numbered[number - GENERATORS]
                generators.move(rng, state)
                self.states[number - GENERATORS] = generators.state_of(rng)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
            raise Ended(PROTOCOL, "a change of something that is not there") from None

    def receive(self, value: Any, first: int) -> Any:
        """Take a result over, and remember it by number.

        Raises:
            Ended: The results of this case take more than they may.
        """
        value = self._ours(value)
        if self.bytes > _MOST_BYTES:
            raise Ended(MEMORY)
        entries = value if isinstance(value, list | tuple) else ()
        for number, part in enumerate((value, *entries), first):
            self.parts[number] = part
            if isinstance(part, np.ndarray | list | dict):
                self.theirs[id(part)] = part, number
        return value

    def _ours(self, value: Any) -> Any:
        match value:
            case np.ndarray():
                self.arrays.append(value)
                self.bytes += value.nbytes
            case list() | tuple():
                return type(value)(self._ours(entry) for entry in value)
            case dict():
                return {key: self._ours(entry) for key, entry in value.items()}
            case Ref(number=number, kind=kind, value=numbers):
                self.objects = True
                return _class_named(kind)(self.submission, number, self._ours(numbers))
        return value


def stays_there(result: Any, positions: Sequence[int]) -> bool:
    """Tell whether what must stay in the worker has stayed there."""
    entries = list(result) if isinstance(result, list | tuple) else []
    kept = [result if at < 0 else entries[at] for at in positions if at < len(entries)]
    return all(value is None or isinstance(value, RemoteObject) for value in kept)


_classes: dict[str, type[RemoteObject]] = {}


def _class_named(kind: str) -> type[RemoteObject]:
    """Give a class of that name, which is what a message shows of an object."""
    if kind not in _classes and len(_classes) < 1000:
        _classes[kind] = type(kind or "object", (RemoteObject,), {})
    return _classes.get(kind, RemoteObject)
