"""The behaviour of misconceptions on recorded calls, for recognising two that are the same."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from backproof.submission.base import Call
from backproof.submission.local import LocalSubmission

# Misconceptions are compared on the last calls of a function in each property, because Hypothesis
# draws the simplest cases first.
_MAX_CALLS = 6
# Nearly all misconceptions differ in the first calls already.
_FIRST_CALLS = 4
# The items of an iterable result that are compared; some misconceptions yield endlessly.
_MAX_ITEMS = 200


class RecordingSubmission(LocalSubmission):
    """A submission that records the last calls of each of its functions."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.recorded: dict[str, deque[Call]] = {}

    def begin_case(self) -> None:
        """Record the calls of the last case, which the next case forgets."""
        for call in self.journal:
            # Another function is called with these, so they are what a student's code gets.
            own = dataclasses.replace(call, arguments=self.own_form(call.arguments))
            self.recorded.setdefault(call.function, deque(maxlen=_MAX_CALLS)).append(own)
        super().begin_case()


def indistinguishable(
    calls: Sequence[Call], functions: Mapping[str, Callable[..., Any]]
) -> list[list[str]]:
    """Return the groups of functions that behave alike on all recorded calls.

    Args:
        calls: The recorded calls.
        functions: The functions by their names.

    Returns:
        The names of each group with more than one function.

    """
    groups = [list(functions)]
    start, end = 0, _FIRST_CALLS
    while True:
        chunk = calls[start:end]
        groups = [part for group in groups for part in _split(group, chunk, functions)]
        if not groups or end >= len(calls):
            return groups
        start, end = end, 2 * end


def _split(
    names: Sequence[str], calls: Sequence[Call], functions: Mapping[str, Callable[..., Any]]
) -> list[list[str]]:
    """Split a group by the behaviour on some calls; leave out those who are then alone."""
    parts: list[tuple[list[Any], list[str]]] = []
    for name in names:
        behaviour = behaviour_on(calls, functions[name])
        alike = next((others for other, others in parts if other == behaviour), None)
        if alike is None:
            parts.append((behaviour, [name]))
        else:
            alike.append(name)
    return [alike for _, alike in parts if len(alike) > 1]


def behaviour_on(calls: Sequence[Call], function: Callable[..., Any]) -> list[Any]:
    """Return the results, side effects and exceptions of a function on recorded calls.

    They are summarised twice, after each call and after the last one, because a later call may
    change an array that an earlier call returned.
    """
    immediate: list[Any] = []
    calls_with_results: list[Any] = []
    for index, call in enumerate(calls):
        arguments = [_fresh_copy(value, index) for value in call.arguments]
        with warnings.catch_warnings(record=True) as warned, np.errstate(all="warn"):
            warnings.simplefilter("always")
            try:
                result = function(*arguments, **call.keywords)
                if isinstance(result, Iterator):
                    result = list(itertools.islice(result, _MAX_ITEMS))
            except Exception as error:  # exceptions are behaviour too
                result = type(error).__name__
        calls_with_results.append([result, arguments])
        messages = sorted({str(warning.message) for warning in warned})
        immediate.append([_summary(calls_with_results[-1]), messages])
    return [immediate, _summary(calls_with_results), _sharing(calls_with_results)]


def _sharing(value: Any) -> list[int]:
    """Return a number for each array in a value, equal for the same object."""
    numbers: dict[int, int] = {}

    def walk(part: Any) -> Iterator[int]:
        if isinstance(part, np.ndarray):
            yield numbers.setdefault(id(part), len(numbers))
        elif isinstance(part, dict):
            yield from walk(list(part.values()))
        elif isinstance(part, list | tuple):
            yield from itertools.chain.from_iterable(map(walk, part))

    return list(walk(value))


def _fresh_copy(value: Any, seed: int) -> Any:
    if isinstance(value, np.random.Generator):
        return np.random.default_rng(1000 + seed)
    return copy.deepcopy(value)


def _summary(value: Any) -> Any:
    """Return a value in a form that is equal for equal behaviour, up to rounding."""
    match value:
        case np.ndarray() | np.generic() if value.dtype.kind in "fc":
            return (value.shape, str(value.dtype), _rounded(value))
        case np.ndarray() | np.generic():
            return (value.shape, str(value.dtype), value.tolist())
        case float() | complex():
            return _rounded(np.array(value))
        case set() | frozenset():
            return sorted(map(repr, value))
        case int() | str() | None:
            return value
        case dict():
            return [(key, _summary(entry)) for key, entry in value.items()]
        case np.random.Generator():
            return str(value.bit_generator.state)
        case Iterable():
            return [_summary(entry) for entry in itertools.islice(value, _MAX_ITEMS)]
    return [type(value).__name__, _summary(getattr(value, "__dict__", {}))]


def _rounded(value: Any) -> bytes:
    """Return the bytes of an array of floats with mantissas rounded to seven digits."""
    parts = (np.real(value), np.imag(value))
    return b"".join(
        (np.round(mantissa, 7) + 0.0).tobytes() + exponent.tobytes()
        for mantissa, exponent in map(np.frexp, parts)
    )
