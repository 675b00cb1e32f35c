"""Relations between a wrong result and the required one that need no number: an array, reordered.

A relation is a sentence and a check of one observation. Entries agree to the accuracy of the
comparison, 10⁻⁹ as a rule, and a relation has to hold in three cases with different numbers, so
one that holds by chance is out of the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from backproof.facts.factors import MIN_CASES
from backproof.facts.observation import Array, Observation, within

_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_MAX_DECIMALS = 8


@dataclass(frozen=True)
class Relation:
    """A relation, described by words that follow the name of the result."""

    text: str
    holds: Callable[[Observation], bool]


def relations(observations: Sequence[Observation]) -> Iterator[Relation]:
    """Yield the relations that some observations may have, the most telling first."""
    yield from _FIXED
    names = common_names(observations)
    yield from (_argument(name) for name in names)
    parts = range(min(len(each.parts) for each in observations))
    yield from (_other_part(index) for index in parts)
    yield from (_same_as_part(index) for index in parts)
    yield from _ELEMENTWISE
    yield from _cut_off(observations)
    for name in names:
        yield _product(name, 1)
        yield _product(name, -1)
    yield from _ARRANGED
    yield from _ROUNDED
    yield from _SHAPED


def common_names(observations: Sequence[Observation]) -> list[str]:
    """Return the names of the arrays that are arguments in all observations."""
    return [
        name
        for name in observations[0].arrays
        if all(name in observation.arrays for observation in observations)
    ]


def _is(text: str, expected: Callable[[Array], Array | None]) -> Relation:
    """Return the relation that a result is a function of the required one, but not equal to it."""

    def holds(observation: Observation) -> bool:
        with np.errstate(all="ignore"):
            array = expected(observation.required)
        return array is not None and observation.equals(array)

    return Relation(text, holds)


def _argument(name: str) -> Relation:
    def holds(observation: Observation) -> bool:
        return observation.equals(observation.arrays[name])

    return Relation(f"is the argument {name}, as it came", holds)


def _other_part(index: int) -> Relation:
    def holds(observation: Observation) -> bool:
        part = observation.parts[index]
        return (
            index != observation.position
            and part.shape == observation.required.shape
            and bool(within(part, observation.required, observation.allowed).all())
        )

    part = f"the {_ordinal(index)} of your results"
    return Relation(f"is wrong, and {part} is what it must be", holds)


def _same_as_part(index: int) -> Relation:
    def holds(observation: Observation) -> bool:
        part = observation.parts[index]
        return index != observation.position and np.array_equal(part, observation.returned)

    return Relation(f"is the same as the {_ordinal(index)} of your results", holds)


def _ordinal(index: int) -> str:
    return _ORDINALS[index] if index < len(_ORDINALS) else f"{index + 1}th"


def _cut_off(observations: Sequence[Observation]) -> Iterator[Relation]:
    """Yield the relation that all results are cut off at one number below or above."""
    if not all(each.returned.size and np.isfinite(each.returned).all() for each in observations):
        return
    low = min(float(each.returned.min()) for each in observations)
    high = max(float(each.returned.max()) for each in observations)
    at_low = sum(bool((each.returned == low).any()) for each in observations)
    at_high = sum(bool((each.returned == high).any()) for each in observations)
    bounds = [at_low >= MIN_CASES, at_high >= MIN_CASES]
    if any(bounds) and low < high:
        edges = low if bounds[0] else -np.inf, high if bounds[1] else np.inf
        words = " and ".join(f"{edge:.10g}" for edge in edges if np.isfinite(edge))
        yield _is(f"is the required one, cut off at {words}", lambda a: np.clip(a, *edges))


def _product(name: str, exponent: int) -> Relation:
    def holds(observation: Observation) -> bool:
        argument = observation.arrays[name]
        try:
            other = np.broadcast_to(argument, observation.required.shape)
        except ValueError:
            return False
        with np.errstate(all="ignore"):
            return observation.equals(observation.required * other**exponent)

    verb = "times" if exponent == 1 else "divided by"
    return Relation(f"is the required one {verb} {name}, entry by entry", holds)


def _no_number(observation: Observation) -> bool:
    return observation.returned.size > 0 and not np.isfinite(observation.returned).any()


def _is_permuted(axis: int | None) -> Callable[[Observation], bool]:
    """Return the check that a result has the right rows, columns or entries in another order."""

    def holds(observation: Observation) -> bool:
        returned, required = observation.returned, observation.required
        if returned.shape != required.shape:
            return False
        if axis is None:
            one, other = np.sort(returned, axis=None), np.sort(required, axis=None)
            return bool(within(one, other, observation.allowed.min(initial=0.0), 1e-9).all())
        if required.ndim != 2 or required.shape[axis] < 2:
            return False
        one, other = (np.moveaxis(each, axis, 0) for each in (returned, required))
        left = list(range(len(other)))
        allowed = np.moveaxis(observation.allowed, axis, 0)
        for row in one:
            equal = [at for at in left if within(row, other[at], allowed[at]).all()]
            if not equal:
                return False
            left.remove(equal[0])
        return True

    return holds


def _turned(*slices: slice) -> Callable[[Array], Array | None]:
    return lambda required: required[slices] if required.ndim >= len(slices) else None


def _rolled(shift: int, axis: int) -> Callable[[Array], Array | None]:
    def expected(required: Array) -> Array | None:
        return np.roll(required, shift, axis) if required.ndim > axis else None

    return expected


def _reduced(
    reduce: Callable[..., Array], axis: int | None, keep: bool
) -> Callable[[Array], Array | None]:
    """Return a function that reduces an array and spreads the result over its shape if asked."""

    def expected(required: Array) -> Array | None:
        if required.ndim < (1 if axis is None else 2):
            return None
        reduced = np.asarray(reduce(required, axis=axis, keepdims=True))
        if keep:
            return np.broadcast_to(reduced, required.shape)
        return reduced.reshape(()) if axis is None else np.squeeze(reduced, axis)

    return expected


def _sums_up(axis: int, reduce: Callable[..., Array]) -> Callable[[Observation], bool]:
    """Return the check that a result, reduced along an axis, is the required one."""

    def holds(observation: Observation) -> bool:
        returned, required = observation.returned, observation.required
        if returned.ndim != required.ndim + 1 or returned.ndim <= axis:
            return False
        with np.errstate(all="ignore"):
            reduced = np.asarray(reduce(returned, axis=axis))
        return reduced.shape == required.shape and bool(
            within(reduced, required, observation.allowed).all()
        )

    return holds


def _has_extra_axis(observation: Observation) -> bool:
    return _is_reshaped(observation) and observation.returned.ndim > observation.required.ndim


def _lacks_axis(observation: Observation) -> bool:
    return _is_reshaped(observation) and observation.returned.ndim < observation.required.ndim


def _is_reshaped(observation: Observation) -> bool:
    returned, required = observation.returned, observation.required
    return (
        returned.ndim != required.ndim
        and [n for n in returned.shape if n != 1] == [n for n in required.shape if n != 1]
        and (
            observation.is_of_shape_only
            or bool(within(returned.reshape(required.shape), required, observation.allowed).all())
        )
    )


def _has_axes_reversed(observation: Observation) -> bool:
    shape = observation.required.shape
    return observation.is_of_shape_only and observation.returned.shape == shape[::-1]


def _is_float32(observation: Observation) -> bool:
    returned, required = observation.returned, observation.required
    with np.errstate(all="ignore"):
        return (
            observation.has_shape
            and bool(np.isfinite(returned).all())
            and np.array_equal(returned, returned.astype(np.float32).astype(np.float64))
            and bool(within(returned, required, 1e-5 * np.abs(required).max(initial=0.0)).all())
        )


def _rounding(digits: int) -> Callable[[Array], Array | None]:
    return lambda required: np.round(required, digits)


def _all(*parts: Iterable[Relation]) -> tuple[Relation, ...]:
    return tuple(relation for part in parts for relation in part)


_FIXED = (
    Relation("is NaN or infinite in every entry", _no_number),
    _is("is 0 in every entry", np.zeros_like),
    _is("is 1 in every entry", np.ones_like),
)
_ELEMENTWISE = (
    _is("is the absolute value of the required one", np.abs),
    _is("is the square of the required one", np.square),
    _is("is the square root of the required one", np.sqrt),
    _is("is 1 minus the required one", lambda required: 1.0 - required),
    _is("is 1 divided by the required one", lambda required: 1.0 / required),
    _is("is the required one with 0 in place of negative entries", lambda a: np.maximum(a, 0.0)),
    _is("is the required one with 0 in place of positive entries", lambda a: np.minimum(a, 0.0)),
)
_ARRANGED = (
    _is("is the required one transposed", lambda required: required.T),
    _is("has the rows of the required one in reverse order", _turned(slice(None, None, -1))),
    _is(
        "has the columns of the required one in reverse order",
        _turned(slice(None), slice(None, None, -1)),
    ),
    _is("has each row of the required one a place later, the last one first", _rolled(1, 0)),
    _is("has each row of the required one a place earlier, the first one last", _rolled(-1, 0)),
    Relation("has the rows of the required one in another order", _is_permuted(0)),
    Relation("has the columns of the required one in another order", _is_permuted(1)),
    Relation("has the entries of the required one in other places", _is_permuted(None)),
)
_ROUNDED = (
    _is("is the required one rounded to integers", np.round),
    _is("is the required one without the digits after the point", np.trunc),
    *(
        _is(f"is the required one rounded to {digits} decimals", _rounding(digits))
        for digits in range(1, _MAX_DECIMALS + 1)
    ),
    Relation("has the accuracy of float32 only, about 7 digits", _is_float32),
)
_REDUCTIONS = (("summed", "its sums", np.sum), ("averaged", "its means", np.mean))
_LINES = ((" over all entries", None), (" over its rows", 0), (" over its columns", 1))
_SHAPED = _all(
    (
        Relation("has an axis of length 1 that the required one has not", _has_extra_axis),
        Relation("lacks an axis of length 1 that the required one has", _lacks_axis),
        Relation("has the axes of the required one in reverse order", _has_axes_reversed),
    ),
    (
        Relation(f"is not {past} yet: {noun} over its {lines} are what is required", check)
        for past, noun, reduce in _REDUCTIONS
        for lines, axis in (("rows", 0), ("columns", 1))
        for check in [_sums_up(axis, reduce)]
    ),
    (
        _is(f"{verb} {noun} of the required one{lines}", _reduced(reduce, axis, keep))
        for keep, verb in ((True, "has in every place"), (False, "is only"))
        for noun, reduce in (("the sum", np.sum), ("the mean", np.mean))
        for lines, axis in _LINES
    ),
    (
        _is("lacks the last row of the required one", _turned(slice(None, -1))),
        _is("lacks the first row of the required one", _turned(slice(1, None))),
        _is("lacks the last column", _turned(slice(None), slice(None, -1))),
        _is("lacks the first column", _turned(slice(None), slice(1, None))),
    ),
)
