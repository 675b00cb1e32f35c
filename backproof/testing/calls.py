"""Assertions about calls of a submission: changed arguments, warnings, exceptions."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backproof.submission.base import Call
from backproof.submission.messages import Mismatch, SubmissionRaised, WrongValue
from backproof.testing.assertions import assert_that, format_number
from backproof.testing.conversions import describe_type

# A changed array with at most as many entries is shown as a whole.
_SHOWN_WHOLE = 4


def assert_unchanged(call: Call) -> None:
    """Assert that an observed call returned a result and changed none of its arguments.

    Args:
        call: A call, as ``submission.<unit>.<function>.observe(...)`` returns it.

    Raises:
        Mismatch: The call changed an argument in place, or returned ``None``.

    """
    _assert_has_result(call)
    if changed := call.changed:
        first, now = next(iter(changed.items()))
        original = call.arguments[int(first.rpartition(" ")[2]) - 1]
        wrong_value = WrongValue(original, "as it is after the call; it must stay as it was")
        returned = f"{call.name} changed {', '.join(changed)} in place{_change(original, now)}"
        raise Mismatch(returned, "arguments left as they are", "", wrong_value)


def _change(original: Any, now: Any) -> str:
    """Describe how an array was changed: as a whole if it is small, else its first such entry."""
    if not isinstance(original, np.ndarray) or not isinstance(now, np.ndarray):
        return ""
    if original.shape != now.shape or original.dtype.kind != "f" or now.dtype.kind != "f":
        return ""
    if original.size <= _SHOWN_WHOLE:
        return f": {_listed(original)} became {_listed(now)}"
    where = tuple(np.argwhere((original != now) & ~(np.isnan(original) & np.isnan(now)))[0])
    before, after = format_number(original[where]), format_number(now[where])
    return f": entry [{', '.join(map(str, where))}] was {before} and became {after}"


def _listed(values: NDArray[np.float64]) -> str:
    if values.ndim == 0:
        return format_number(values[()])
    return f"[{', '.join(map(_listed, values))}]"


def assert_no_warning(call: Call) -> None:
    """Assert that an observed call returned a result without a numerical warning.

    Args:
        call: A call, as ``submission.<unit>.<function>.observe(...)`` returns it.

    Raises:
        Mismatch: The call emitted a warning, or returned ``None``.

    """
    _assert_has_result(call)
    first = call.warnings[0] if call.warnings else ""
    assert_that(not first, f"{call.name} warned: {first}", "no numerical warning")


def _assert_has_result(call: Call) -> None:
    # A function that does nothing changes no argument and emits no warning, but is not right.
    returned = f"{call.name} gave {describe_type(None)}"
    assert_that(call.result is not None, returned, "a result")


@contextmanager
def assert_raises(error: str, gist: str = "", rule: str = "") -> Iterator[None]:
    """Assert that a call of the submission's raises an exception.

    An exception of a class that is derived from ``error`` is right, too, if it is one of Python's
    own.

        with assert_raises("ValueError", gist="empty"):
            submission.text.longest_word("")

    Args:
        error: The name of the exception, such as ``"ValueError"``.
        gist: Words of its message, all of which must occur in it, in any order and case.
        rule: A remark on the requirement.

    Raises:
        Mismatch: There is no exception, or another one, or its message lacks a word.

    """
    words = gist.split()
    required = f"{error}, with a message about {gist!r}" if words else error
    try:
        yield
    except SubmissionRaised as raised:
        name, _, message = raised.described.partition(":")
        lacking = [word for word in words if word.casefold() not in message.casefold()]
        if _is_kind_of(name.strip(), error) and not lacking:
            return
        raise Mismatch(raised.returned, required, rule) from raised
    raise Mismatch("a result, without an exception", required, rule)


def _is_kind_of(name: str, error: str) -> bool:
    kinds = [getattr(builtins, each, None) for each in (name, error)]
    if all(isinstance(kind, type) for kind in kinds):
        return issubclass(*kinds)  # type: ignore[arg-type]  # both are types
    return name == error
