"""Mutants that differ from the reference only in input that the reference refuses.

A mutant that no property kills is called, as the reference is, with arguments of the properties'
cases and with small changes of them, most of which no property may use: an empty array, a size of
0, an unknown name. It is left out if it differs from the reference in a call that the reference
refuses with an exception, and in no call that the reference answers.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from backproof.authoring.behaviour import behaviour_on
from backproof.submission.base import Call

Function = Callable[..., Any]


def only_refused_differ(pairs: Iterable[tuple[Function, Function, Sequence[Call]]]) -> bool:
    """Return whether mutants differ from the reference, but only in what it refuses.

    Args:
        pairs: Functions of the reference, the same functions of a mutant, and calls of them.

    """
    differ = False
    for reference, mutant, calls in pairs:
        for call in calls:
            for probe in (call, *_changed(call), *_with_other_defaults(call, reference)):
                answer, problem = _behaviour(reference, probe)
                if _behaviour(mutant, probe) != (answer, problem):
                    if not problem:
                        return False
                    differ = True
    return differ


def _behaviour(function: Function, call: Call) -> tuple[Any, str]:
    """Return the behaviour of a function in a call, and the exception that it raises, if any."""
    problem = ""

    def guarded(*arguments: Any, **keywords: Any) -> Any:
        nonlocal problem
        try:
            return function(*arguments, **keywords)
        except Exception as error:  # what code raises on such input may be anything
            problem = f"{type(error).__name__}: {error}"
            raise

    answer = behaviour_on([call], guarded)
    return (None if problem else answer), problem


def _changed(call: Call) -> Iterator[Call]:
    """Yield calls with one argument changed."""
    for place, argument in enumerate(call.arguments):
        for other in _others(argument):
            arguments = (*call.arguments[:place], other, *call.arguments[place + 1 :])
            yield dataclasses.replace(call, arguments=arguments)
    arrays = [place for place, one in enumerate(call.arguments) if isinstance(one, np.ndarray)]
    if len(arrays) > 1:  # shapes have to fit together, so all of them are changed alike
        for others in zip(*(_others(call.arguments[place]) for place in arrays), strict=False):
            changed = dict(zip(arrays, others, strict=True))
            arguments = tuple(changed.get(p, one) for p, one in enumerate(call.arguments))
            yield dataclasses.replace(call, arguments=arguments)
    for name, argument in call.keywords.items():
        for other in _others(argument):
            yield dataclasses.replace(call, keywords={**call.keywords, name: other})


def _with_other_defaults(call: Call, function: Function) -> Iterator[Call]:
    """Yield calls with a value for an argument that the call leaves at its default."""
    parameters = [*inspect.signature(function).parameters.values()]
    for parameter in parameters[len(call.arguments) :]:
        if parameter.default is not parameter.empty and parameter.name not in call.keywords:
            for other in _others(parameter.default):
                yield dataclasses.replace(call, keywords={**call.keywords, parameter.name: other})


def _others(argument: Any) -> Iterator[Any]:
    match argument:
        case np.ndarray():
            yield from _other_arrays(argument)
        case bool():
            yield not argument
        case int():
            yield from (0, -1, argument + 1, argument + 0.5)
        case float():
            yield from (float("nan"), float("inf"), -1.0, 0.0, 1.0, 2.0, -argument)
        case str():
            yield f"{argument}*"
        case list() | tuple():
            yield argument[:0]
            yield argument[:-1]
            yield type(argument)([*argument, *argument[-1:]])


def _other_arrays(array: np.ndarray[Any, Any]) -> Iterator[np.ndarray[Any, Any]]:
    yield array[None]
    for axis in range(array.ndim):
        last = array.shape[axis] - 1
        yield np.concatenate([array, array.take([last], axis)], axis) if last >= 0 else array
        yield np.delete(array, last, axis) if last >= 0 else array
        yield array.take([], axis)
    if array.dtype.kind == "f":
        yield -array
        yield np.full_like(array, -0.5)
        yield np.zeros_like(array)
        for value in (np.nan, np.inf):
            if array.size:
                changed = array.copy()
                changed.flat[0] = value
                yield changed
