"""One comparison of a case, with the call that returned the compared value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backproof.facts.quantities import Quantity, quantities
from backproof.facts.signatures import Signature
from backproof.grades.comparisons import Comparison
from backproof.submission.base import Call
from backproof.submission.proxies import Proxy

Array = NDArray[np.float64]

_MAX_DEPTH, _MAX_PARTS = 3, 50
NO_SIGNATURE = Signature((), {}, {})


@dataclass(frozen=True, eq=False)
class Observation:
    """A comparison, and what is known of the call behind it.

    Attributes:
        case: The number of the case.
        comparison: The comparison.
        function: The function that returned the value, as ``"unit.name"``; empty if unknown.
        arguments: Its arguments by their names.
        parts: The parts of its result, of which ``position`` is the compared one.
        position: The place of the compared part.
        numbers: Sizes and scalars of the call.

    """

    case: int
    comparison: Comparison
    function: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    parts: Sequence[Array] = ()
    position: int = 0
    numbers: Mapping[Quantity, float] = field(default_factory=dict)

    @property
    def returned(self) -> Array:
        """The result, of any shape."""
        return self.comparison.returned

    @property
    def required(self) -> Array:
        """The required result."""
        return self.comparison.required

    @property
    def allowed(self) -> Array:
        """The allowed absolute errors."""
        return self.comparison.allowed

    @property
    def has_shape(self) -> bool:
        """Whether the result has the required shape."""
        return self.returned.shape == self.required.shape

    @cached_property
    def wrong(self) -> NDArray[np.bool_]:
        """A mask of the wrong entries; if the shape is wrong, all entries are."""
        if not self.has_shape:
            return np.ones(self.required.shape, dtype=bool)
        return ~within(self.returned, self.required, self.allowed)

    @cached_property
    def is_wrong(self) -> bool:
        """Whether the comparison fails."""
        return bool(self.wrong.any()) or not self.has_shape

    @cached_property
    def arrays(self) -> dict[str, Array]:
        """The arguments that are arrays of numbers, those in lists and tuples, too."""
        return dict(arrays_in(self.arguments))

    @property
    def is_of_shape_only(self) -> bool:
        """Whether the shape alone is compared, so that no values are required."""
        return self.required.size > 0 and bool(np.isnan(self.required).all())

    def equals(self, expected: Array) -> bool:
        """Return whether the result is an array, up to rounding and the allowed errors."""
        if expected.shape != self.returned.shape:
            return False
        allowed = float(self.allowed.min(initial=np.inf)) if self.allowed.size else 0.0
        return bool(within(self.returned, expected, allowed, relative=1e-9).all())


def arrays_in(arguments: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[str, Array]]:
    """Yield the arrays of floats among some arguments, with names such as ``"pairs[0][1]"``."""
    for name, value in arguments.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            yield name, value
        elif type(value) in (list, tuple) and depth < _MAX_DEPTH:
            inside = {f"{name}[{index}]": part for index, part in enumerate(value[:_MAX_PARTS])}
            yield from arrays_in(inside, depth + 1)


def within(one: Array, other: Array, allowed: Any, relative: float = 1e-12) -> NDArray[np.bool_]:
    """Return which entries are finite and differ by no more than the sum of two bounds."""
    with np.errstate(all="ignore"):
        bound = np.maximum(allowed, 0.0) + relative * np.abs(other)
        near: NDArray[np.bool_] = (one == other) | (np.abs(one - other) <= bound)
    return near & np.isfinite(one) & np.isfinite(other)


def observe(
    case: int,
    comparison: Comparison,
    journal: Sequence[Call],
    signatures: Mapping[str, Signature],
    opaque: Mapping[str, Sequence[int]],
) -> Observation:
    """Return the observation of a comparison.

    Args:
        case: The number of the case.
        comparison: The comparison.
        journal: The calls made before it.
        signatures: The signatures of functions.
        opaque: By function, the positions in results of objects whose contents nobody looks into.

    """
    for index in reversed(range(len(journal))):
        call = journal[index]
        parts = list(_parts(call.result, hidden=opaque.get(call.function, ())))
        is_flat = type(call.result) in (list, tuple) and len(parts) == len(call.result)
        same = [at for at, (source, _) in enumerate(parts) if source is comparison.source]
        for position, (_, values) in enumerate(parts):
            if position in same or (not same and _is_from(comparison.returned, values)):
                known = known_arguments(call, journal[:index], signatures, opaque)
                step = sum(each.function == call.function for each in journal[: index + 1])
                signature = signatures.get(call.function, NO_SIGNATURE)
                return Observation(
                    case,
                    comparison,
                    call.function,
                    known,
                    [values for _, values in parts] if is_flat else [],
                    position,
                    quantities(known, signature, step),
                )
    return Observation(case, comparison)


def known_arguments(
    call: Call,
    before: Sequence[Call],
    signatures: Mapping[str, Signature],
    opaque: Mapping[str, Sequence[int]],
) -> dict[str, Any]:
    """Return the arguments of a call by their names, without the student's own objects."""
    hidden = set()
    for earlier in before:
        positions = opaque.get(earlier.function, ())
        if -1 in positions:
            hidden.add(id(earlier.result))
        elif positions and type(earlier.result) in (list, tuple):
            hidden |= {id(part) for at, part in enumerate(earlier.result) if at in positions}
    bound = signatures.get(call.function, NO_SIGNATURE).bind(call.arguments, call.keywords)
    return {name: value for name, value in bound.items() if id(value) not in hidden}


def _is_from(compared: Array, result: Array) -> bool:
    """Return whether an array is a result, or its first or last rows."""
    if compared.ndim != result.ndim or compared.size == 0 or compared.shape[1:] != result.shape[1:]:
        return False
    parts = [result]
    if compared.ndim > 0 and len(compared) < len(result):
        parts = [result[: len(compared)], result[-len(compared) :]]
    return any(np.array_equal(compared, part, equal_nan=True) for part in parts)


def _parts(result: Any, depth: int = 0, hidden: Sequence[int] = ()) -> Iterator[tuple[Any, Array]]:
    """Yield the arrays and numbers in a result, each with its values as floats."""
    if -1 in hidden:
        return
    if type(result) in (list, tuple) and depth < _MAX_DEPTH:
        for position, part in enumerate(result[:_MAX_PARTS]):
            if position not in hidden:
                yield from _parts(part, depth + 1)
        return
    if isinstance(result, Proxy):  # an object that is not asked for its numbers
        return
    try:
        values = np.asarray(result)
        if values.dtype.kind in "fiub":
            yield result, values.astype(np.float64)
    except Exception:  # a student's object may raise any exception during conversion
        return
