"""How easy a failing case is to read: of several the easiest is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np

from backproof.submission.base import Call
from backproof.submission.messages import Mismatch

# More numbers in one array are hard to take in, and so are numbers of more letters.
_MAX_NUMBERS = 6
_MAX_LETTERS = 4
_FEW_NUMBERS = 16

_prefers_simple_numbers = ContextVar("_prefers_simple_numbers", default=False)


def prefers_simple_numbers() -> bool:
    """Return whether strategies should draw simple numbers only."""
    return _prefers_simple_numbers.get()


@contextmanager
def simple_numbers() -> Iterator[None]:
    """Let strategies draw simple numbers only."""
    token = _prefers_simple_numbers.set(True)
    try:
        yield
    finally:
        _prefers_simple_numbers.reset(token)


class Difficulty(NamedTuple):
    """The difficulty of reading a case, the worst obstacle first; a smaller one is easier.

    Attributes:
        hidden: Whether the difference cannot be seen in the first digits.
        large: Whether an array has more than a few numbers.
        long_numbers: How many numbers have many digits.
        numbers: How many numbers all arrays together have.

    """

    hidden: bool
    large: bool
    long_numbers: int
    numbers: int

    @property
    def is_easy(self) -> bool:
        """Whether the case can be taken in at a glance, so that no easier one is needed."""
        return not (self.hidden or self.large or self.long_numbers)

    @property
    def is_very_easy(self) -> bool:
        """Whether looking for an easier case is not worth the time."""
        return self.is_easy and self.numbers <= _FEW_NUMBERS


def difficulty(failure: BaseException, journal: Sequence[Call]) -> Difficulty:
    """Return how hard a failing case is to read.

    Args:
        failure: What the property raised.
        journal: The calls of the case.

    """
    wrong = failure.wrong_value if isinstance(failure, Mismatch) else None
    arrays = list(_passed_arrays(journal))
    return Difficulty(
        hidden=wrong is not None and not wrong.is_visible,
        large=any(array.size > _MAX_NUMBERS for array in arrays),
        long_numbers=sum(map(_count_long, arrays)),
        numbers=sum(array.size for array in arrays),
    )


def _passed_arrays(journal: Sequence[Call]) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the arrays that are arguments, each once, but for those that a call returned."""
    seen: dict[int, Any] = {}
    for call in journal:
        for part in _parts([*call.arguments, *call.keywords.values()]):
            if isinstance(part, np.ndarray) and id(part) not in seen:
                seen[id(part)] = part
                yield part
        seen.update((id(part), part) for part in _parts(call.result))


def _parts(value: Any) -> Iterator[Any]:
    """Yield a value and, if it is a list or a tuple, everything in it, each object once.

    A student's list may contain itself.
    """
    waiting, seen = [value], {}
    while waiting:
        part = waiting.pop()
        if id(part) not in seen:
            seen[id(part)] = part
            yield part
            waiting.extend(part if type(part) in (list, tuple) else ())


def _count_long(array: np.ndarray[Any, Any]) -> int:
    if array.size > 2 * _MAX_NUMBERS or array.dtype.kind != "f":
        return 0
    return sum(len(repr(value)) > _MAX_LETTERS for value in array.ravel().tolist())
