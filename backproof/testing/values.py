"""Assertions about results that are no arrays: integers, strings, lists, dicts, sets.

Each fails with what was returned, what is required, and the place where the two first differ. In
all of them ``what`` is the name of the result in messages and ``rule`` a remark on the requirement.
Numbers inside of containers are compared with the tolerance of the assignment, and everything else
must be equal and of the same type, where lists and tuples are interchangeable.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backproof.assignment.accuracy import current
from backproof.counterexample.literals import literal
from backproof.submission.messages import Mismatch, WrongValue
from backproof.testing.conversions import as_array, as_float, describe_type

# Longer values are cut off in messages.
_MAX_CHARACTERS = 60


def assert_value(returned: Any, required: Any, what: str, rule: str = "") -> None:
    """Assert that a result equals a value of any type, by the assertion for that type.

    >>> assert_value({"a": [1, 2.0]}, {"a": (1, 2.0)}, "the counts")
    >>> assert_value([1, {"a"}], [1, {"b"}], "the groups")
    Traceback (most recent call last):
    backproof.submission.messages.Mismatch: returned: the groups[1] = {'a'}
    required: the groups[1] = {'b'}

    Raises:
        Mismatch: It does not.

    """
    difference = next(_differences(returned, required, ""), None)
    if difference is None:
        return
    path, got, right = difference
    name = f"{what}{path}"
    wrong_value = WrongValue(returned, f"required {right}", f"{{}}{path}")
    raise Mismatch(f"{name} {got}", f"{name} {right}", rule, wrong_value)


def assert_text(returned: Any, required: str, what: str, rule: str = "") -> None:
    """Assert that a result is a string, and the required one.

    >>> assert_text("abc", "abd", "the word")
    Traceback (most recent call last):
    backproof.submission.messages.Mismatch: returned: the word = 'abc'
    required: the word = 'abd'
    note:     they differ from character 2 on, counted from 0

    Raises:
        Mismatch: It is not.

    """
    if isinstance(returned, str) and returned != required and not rule:
        pairs = enumerate(zip(returned, required, strict=False))
        same = min(len(returned), len(required))
        place = next((at for at, (one, other) in pairs if one != other), same)
        rule = f"they differ from character {place} on, counted from 0"
    assert_value(returned, str(required), what, rule)


def assert_integer(returned: Any, required: int, what: str, rule: str = "") -> None:
    """Assert that a result is an integer, of Python or of numpy, and the required one.

    >>> assert_integer(np.int64(3), 3, "the count")
    >>> assert_integer(3.0, 3, "the count")
    Traceback (most recent call last):
    backproof.submission.messages.Mismatch: returned: the count = 3.0, a float
    required: the count = 3

    Raises:
        Mismatch: It is not.

    """
    assert_value(returned, operator.index(required), what, rule)


def assert_number(
    returned: Any, required: float, what: str, *, tolerance: float | None = None, rule: str = ""
) -> None:
    """Assert that ``float`` converts a result into the required number, up to a tolerance.

    >>> assert_number("1", 1.0, "the mean")
    Traceback (most recent call last):
    backproof.submission.messages.Mismatch: returned: the mean is a str
    required: a number

    Raises:
        Mismatch: It does not.

    """
    if isinstance(returned, str | bytes):  # which ``float`` would read
        raise Mismatch(f"{what} is {describe_type(returned)}", "a number", rule)
    number = as_float(returned, what)
    if not _is_near(number, required, tolerance):
        wrong_value = WrongValue(returned, f"required {required:.10g}")
        raise Mismatch(f"{what} = {number:.10g}", f"{what} = {required:.10g}", rule, wrong_value)


def assert_list(returned: Any, required: Sequence[Any], what: str, rule: str = "") -> None:
    """Assert that a result is a list or a tuple with the required entries in their order.

    >>> assert_list(["a", "c"], ["a", "b"], "the tokens")
    Traceback (most recent call last):
    backproof.submission.messages.Mismatch: returned: the tokens[1] = 'c'
    required: the tokens[1] = 'b'
    >>> assert_list(["a"], ["a", "b"], "the tokens")
    Traceback (most recent call last):
    backproof.submission.messages.Mismatch: returned: the tokens has 1 entry: ['a']
    required: the tokens has 2 entries: ['a', 'b']

    Raises:
        Mismatch: It is not.

    """
    assert_value(returned, [*required], what, rule)


def assert_set(returned: Any, required: Collection[Any], what: str, rule: str = "") -> None:
    """Assert that a result is a set or a frozenset with the required entries.

    >>> assert_set({"a", "c"}, {"a", "b"}, "the vocabulary")
    Traceback (most recent call last):
    backproof.submission.messages.Mismatch: returned: the vocabulary has 'c', and has no 'b'
    required: the vocabulary = {'a', 'b'}

    Raises:
        Mismatch: It is not.

    """
    required = frozenset(required)
    if not isinstance(returned, set | frozenset):
        raise Mismatch(f"{what} is {describe_type(returned)}", f"{what} = {_shown(required)}", rule)
    if returned == required:
        return
    extra, missing = (_first(one - other) for one, other in _both_ways(returned, required))
    parts = ([f"has {extra}"] if extra else []) + ([f"has no {missing}"] if missing else [])
    wrong_value = WrongValue(returned, f"required {_shown({*required})}")
    text = f"{what} = {_shown({*required})}"
    raise Mismatch(f"{what} {', and '.join(parts)}", text, rule, wrong_value)


def assert_dict(returned: Any, required: Mapping[Any, Any], what: str, rule: str = "") -> None:
    """Assert that a result is a dict with the required keys and values, in any order.

    >>> assert_dict({"a": 1}, {"a": 2}, "the counts")
    Traceback (most recent call last):
    backproof.submission.messages.Mismatch: returned: the counts['a'] = 1
    required: the counts['a'] = 2
    >>> assert_dict({}, {"a": 2}, "the counts")
    Traceback (most recent call last):
    backproof.submission.messages.Mismatch: returned: the counts has no key 'a'
    required: the counts has the key 'a'

    Raises:
        Mismatch: It is not.

    """
    assert_value(returned, dict(required), what, rule)


def _differences(returned: Any, required: Any, path: str) -> Iterator[tuple[str, str, str]]:
    """Yield the places where two values differ: a path, what is there, and what has to be."""
    right = f"= {_shown(required)}"
    match required:
        case None | bool() | str() | bytes():
            if returned is not required and not (
                _same_kind(returned, required) and returned == required
            ):
                yield path, _found(returned, required), right
        case int() | np.integer():
            got = _as_integer(returned)
            if got is None and isinstance(returned, float):
                yield path, f"= {returned!r}, a float", right
            elif got is None or got != required:
                yield path, _found(returned if got is None else got, int(required)), right
        case float() | np.floating():
            if not _is_number(returned) or not _is_near(float(returned), float(required)):
                yield path, _found(returned, float(required)), right
        case np.ndarray():
            yield from _differences_of_arrays(returned, required, path)
        case list() | tuple():
            yield from _differences_of_lists(returned, required, path, right)
        case dict():
            yield from _differences_of_dicts(returned, required, path, right)
        case set() | frozenset():
            if not isinstance(returned, set | frozenset) or returned != required:
                yield path, _found(returned, set(required)), right
        case _:
            if type(returned) is not type(required) or returned != required:
                yield path, _found(returned, required), right


def _differences_of_arrays(
    returned: Any, required: NDArray[Any], path: str
) -> Iterator[tuple[str, str, str]]:
    try:
        got = as_array(returned, "it", required.shape)
    except Mismatch as mismatch:
        yield path, mismatch.returned.removeprefix("it "), f"has shape {required.shape}"
        return
    for index in np.ndindex(required.shape):
        if not _is_near(float(got[index]), float(required[index])):
            place = f"{path}[{', '.join(map(str, index))}]" if index else path
            yield place, f"= {got[index]:.10g}", f"= {required[index]:.10g}"


def _differences_of_lists(
    returned: Any, required: Sequence[Any], path: str, right: str
) -> Iterator[tuple[str, str, str]]:
    if not isinstance(returned, list | tuple):
        yield path, _found(returned, required), right
        return
    for index, (got, wanted) in enumerate(zip(returned, required, strict=False)):
        yield from _differences(got, wanted, f"{path}[{index}]")
    if len(returned) != len(required):
        yield path, _counted(returned), _counted(required)


def _differences_of_dicts(
    returned: Any, required: Mapping[Any, Any], path: str, right: str
) -> Iterator[tuple[str, str, str]]:
    if not isinstance(returned, dict):
        yield path, _found(returned, required), right
        return
    for key, wanted in required.items():
        place = f"{path}[{literal(key)}]"
        if key not in returned:
            yield path, f"has no key {_shown(key)}", f"has the key {_shown(key)}"
        else:
            yield from _differences(returned[key], wanted, place)
    for key in returned:
        if key not in required:
            yield path, f"has the key {_shown(key)}", f"has no key {_shown(key)}"


def _found(returned: Any, required: Any) -> str:
    """Return ``= value``, or the type where a value would not show what is wrong."""
    plain = isinstance(returned, str | bytes | int | float | list | tuple | dict | set | frozenset)
    if plain and (_same_kind(returned, required) or isinstance(returned, bool)):
        return f"= {_shown(returned)}"
    return f"is {describe_type(returned)}"


def _same_kind(one: Any, other: Any) -> bool:
    kinds: Sequence[Any] = (bool, str, bytes, int | float | np.number, list | tuple, dict)
    kinds = (*kinds, set | frozenset)
    return next((isinstance(one, kind) for kind in kinds if isinstance(other, kind)), False)


def _as_integer(value: Any) -> int | None:
    if isinstance(value, bool | np.bool_):
        return None
    try:
        return operator.index(value)
    except Exception:  # a student's object may raise anything
        return None


def _is_number(value: Any) -> bool:
    is_real = isinstance(value, int | float | np.integer | np.floating)
    is_scalar = isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "fiu"
    return (is_real or is_scalar) and not isinstance(value, bool)


def _is_near(number: float, required: float, tolerance: float | None = None) -> bool:
    share = current.tolerance if tolerance is None else tolerance
    difference = abs(number - required)
    return number == required or difference <= share * max(1.0, abs(required))


def _counted(values: Sequence[Any]) -> str:
    count = len(values)
    return f"has {count} {'entry' if count == 1 else 'entries'}: {_shown([*values])}"


def _both_ways(one: Any, other: Any) -> Iterator[tuple[Any, Any]]:
    yield one, other
    yield other, one


def _first(entries: Collection[Any]) -> str:
    return min(map(_shown, entries), default="")


def _shown(value: Any) -> str:
    """Return a value as it is written, cut off if it is long; that of a set in one order."""
    try:
        text = literal(value)
    except Exception:  # a student's object may raise anything when it is printed
        text = describe_type(value)
    return text if len(text) <= _MAX_CHARACTERS else f"{text[: _MAX_CHARACTERS - 1]}…"
