"""Objects of one case that crossed between a worker and the grader, on the grader's side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from backproof.failure_kinds import MEMORY, PROTOCOL
from backproof.submission.base import Call, update_arrays
from backproof.submission.proxies import Proxy
from backproof.wire import generators
from backproof.wire.anatomy import with_parts
from backproof.wire.protocol import GENERATORS, Ended, Reply, checked_reply, is_object_number
from backproof.wire.records import NamedRecord, Record, class_named, is_record
from backproof.wire.values import Ref

# The results of one case may take this much memory in the grader, all together.
_MAX_BYTES_PER_CASE = 2**28
# The types of the parts of results that are handed back as the student's own objects.
_OWN = (np.ndarray, list, dict, set, NamedRecord, Record)


@dataclass
class DrainedIterable:
    """Items of an iterable that the worker used up when a function returned it.

    Attributes:
        items: The items, each as it was when it came.
        end: The last reply, which has no item; ``None`` if there may be more items.
        changes: Pairs of an array of the items and its content at the end, where that differs.

    """

    items: list[Any]
    end: Reply | None
    changes: list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]

    def finish(self) -> None:
        """Change the arrays of the items as later items changed them in the worker."""
        update_arrays(self.changes)


class ObjectOwner(Protocol):
    """The submission that an object or a call belongs to: it makes requests about them."""

    def items_of(self, number: int, kind: str, drained: DrainedIterable | None) -> Iterator[Any]:
        """Yield the items of an iterable in the worker."""

    def drain(
        self, number: int, kind: str, at_most: int, what: str, drained: DrainedIterable | None
    ) -> list[Any]:
        """Return the items of an iterable in the worker as a list."""

    def use(
        self,
        number: int,
        name: str,
        attribute: str,
        arguments: tuple[Any, ...] | None,
        keywords: dict[str, Any],
    ) -> Any:
        """Read an attribute of an object in the worker, or call it; ``name`` is for messages."""

    def changed(self, call: RemoteCall) -> dict[str, Any]:
        """Return the arguments that a call changed in place, with their arrays as they are now."""

    def overwrite(self, call: RemoteCall, value: float) -> None:
        """Fill the arrays that a call was handed with ``value``."""

    def update_result(self, call: RemoteCall) -> bool:
        """Change the arrays of a result as the student's code has changed its own."""


class RemoteObject(Proxy):
    """A proxy of an object in the worker."""

    def __init__(self, owner: ObjectOwner, number: int, numbers: Any) -> None:
        self._number = number
        self._drained: DrainedIterable | None = None
        self._owner = owner
        self._numbers = numbers

    def _use(
        self, attribute: str, arguments: tuple[Any, ...] | None, keywords: dict[str, Any]
    ) -> Any:
        name = self._name_of(attribute)
        used = self._owner.use(self._number, name, attribute, arguments, keywords)
        if arguments is None and isinstance(used, RemoteObject):
            used._label = name
        return used

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        if self._numbers is None:
            raise TypeError(f"{type(self).__name__} is no array")
        return np.array(self._numbers, dtype=dtype)

    def __float__(self) -> float:
        if self._numbers is None:
            raise TypeError(f"{type(self).__name__} is no number")
        return float(self._numbers)

    def __iter__(self) -> Iterator[Any]:
        drained, self._drained = self._drained, None
        return self._owner.items_of(self._number, type(self).__name__, drained)

    def _drain(self, at_most: int, what: str) -> list[Any]:
        drained, self._drained = self._drained, None
        return self._owner.drain(self._number, type(self).__name__, at_most, what, drained)


@dataclass(eq=False)
class RemoteCall(Call):
    """A call whose arguments are in the worker.

    Attributes:
        owner: The submission.
        number: The number of the call in its case.
        arrays: The arrays of the result, in the order in which they crossed.

    """

    owner: ObjectOwner | None = field(default=None, repr=False)
    number: int = 0
    arrays: Sequence[np.ndarray[Any, Any]] = field(default=(), repr=False)

    @property
    def changed(self) -> dict[str, Any]:
        """The arguments that have been written into, and their arrays, as the worker reports."""
        assert self.owner is not None
        return self.owner.changed(self)

    def overwrite_arguments(self, value: float) -> None:
        """Fill the arrays that the student's code was handed, as a caller may do afterwards."""
        self.overwritten.append(value)
        assert self.owner is not None
        self.owner.overwrite(self, value)

    def result_now(self) -> Any:
        """Return the result after updating its arrays to what they are in the student's code."""
        assert self.owner is not None
        self.changed_later |= self.owner.update_result(self)
        return self.result


@dataclass
class CaseObjects:
    """Everything that has crossed in the present case.

    Attributes:
        owner: The submission.
        results: Arrays, containers and records of results with their numbers, by ``id``.
        parts: Results and their entries, by number.
        arrays: The arrays of all results, in the order in which they crossed.
        generators: The generators that were handed over with their numbers, by ``id``.
        states: The states of these in the worker, by number.
        calls: How many calls there have been.
        has_any: Whether an argument may have to be sent as a reference.

    """

    owner: ObjectOwner
    results: dict[int, tuple[Any, int]] = field(default_factory=dict)
    parts: dict[int, Any] = field(default_factory=dict)
    arrays: list[np.ndarray[Any, Any]] = field(default_factory=list)
    generators: dict[int, tuple[np.random.Generator, int]] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    calls: int = 0
    has_any: bool = False
    _bytes: int = 0

    def stand_in(self, value: Any) -> Any:
        """Return the reference that is sent for a value; the value itself if there is none."""
        result = self.results.get(id(value))
        if result is not None:
            return Ref(result[1])
        kind = type(value)
        if kind is np.ndarray or kind is list or kind is dict:
            return value
        if isinstance(value, RemoteObject):
            return Ref(value._number)
        if kind is np.random.Generator:
            return Ref(GENERATORS + self.generators[id(value)][1])
        return value

    def generators_in(self, values: tuple[Any, ...]) -> list[tuple[int, str, str | None]]:
        """Describe the generators that the worker does not have, or not in their present state."""
        described: list[tuple[int, str, str | None]] = []
        for rng in values:
            if not isinstance(rng, np.random.Generator):
                continue
            state, seed = generators.state_of(rng), None
            if id(rng) not in self.generators:
                self.generators[id(rng)] = rng, len(self.generators)
                seed = generators.seed_of(rng)
                self.has_any = True
            number = self.generators[id(rng)][1]
            if self.states.get(number) != state:
                self.states[number] = state
                described.append((GENERATORS + number, state, seed))
        return described

    def drawn_here(self) -> list[tuple[int, str, str | None]]:
        """Describe the generators that the grader drew from since they were handed over."""
        if not self.generators:
            return []
        return self.generators_in(tuple(rng for rng, _ in self.generators.values()))

    def move_generators(self, states: Any) -> None:
        """Put generators into the states that they have in the worker.

        Raises:
            Ended: The worker reports what is no state, or of no generator of this case.
        """
        numbered = {number: rng for rng, number in self.generators.values()}
        try:
            for number, state in states:
                rng = numbered[number - GENERATORS]
                generators.move(rng, state)
                self.states[number - GENERATORS] = generators.state_of(rng)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            raise Ended(PROTOCOL, "a change of a generator that does not exist") from None

    def receive(self, value: Any, first: int) -> Any:
        """Return a result as properties see it, and register it and its entries by number.

        Raises:
            Ended: The results of this case take more memory than they may.
        """
        value = self._received(value)
        if self._bytes > _MAX_BYTES_PER_CASE:
            raise Ended(MEMORY)
        entries = value if isinstance(value, list | tuple) else ()
        for number, part in enumerate((value, *entries), first):
            self.parts[number] = part
            if isinstance(part, _OWN):
                self.results[id(part)] = part, number
                self.has_any = True
        return value

    def receive_items(self, also: dict[str, Any]) -> DrainedIterable:
        """Return the items that came with an iterable.

        Raises:
            Ended: They make no sense, or take more memory than they may.
        """
        items, end, later = (also.get(key, ()) for key in ("items", "end", "later"))
        valid = all(type(part) is list for part in (items, end, later))
        valid = valid and all(
            type(item) is tuple and len(item) == 2 and is_object_number(item[1]) for item in items
        )
        if not valid:
            raise Ended(PROTOCOL)
        try:
            last = checked_reply((0, *end, 0, None), 0) if end else None
            first = len(self.arrays)
            received = [self.receive(value, number) for value, number in items]
            arrays = self.arrays[first:]
            changes = [(arrays[index], content) for index, content in later]
        except (TypeError, ValueError, IndexError):
            raise Ended(PROTOCOL) from None
        return DrainedIterable(received, last, changes)

    def _received(self, value: Any) -> Any:
        kind = type(value)
        if kind is np.ndarray:
            self.arrays.append(value)
            self._bytes += value.nbytes
        elif kind is list or kind is tuple:
            # A loop, as a comprehension would be one more call for most replies.
            parts = []
            for entry in value:
                parts.append(self._received(entry))
            return parts if kind is list else tuple(parts)
        elif kind is Ref:
            self.has_any = True
            proxy = class_named(RemoteObject, value.kind)
            return proxy(self.owner, value.number, self._received(value.value))
        elif kind not in (float, str, int, bool):
            # The worker makes an object of the student's class of it.
            self.has_any = self.has_any or is_record(value)
            return with_parts(value, self._received)
        return value


def is_opaque(result: Any, positions: Sequence[int]) -> bool:
    """Return whether the entries at these positions stayed in the worker; -1 is the whole."""
    entries = list(result) if isinstance(result, list | tuple) else []
    chosen = [result if at < 0 else entries[at] for at in positions if at < len(entries)]
    return all(value is None or isinstance(value, RemoteObject) for value in chosen)
