"""Calls of a student's function under fixed settings, and their side effects on arguments."""

from __future__ import annotations

import contextvars
import dataclasses
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TextIO

import numpy as np

# The types of arguments that ``==`` compares.
_COMPARED = (int, float, complex, str, bytes, set, frozenset)
# The treatment of floating-point errors while a student's code runs.
_ERRORS: dict[str, Any] = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
# The filters that ``warnings.simplefilter`` inserts first.
_IGNORE, _ALWAYS = (("ignore", None, Warning, None, 0), ("always", None, Warning, None, 0))


class CallerSettings:
    """Context manager for a call in a process that runs other code too: settings are restored.

    Entering it returns a list, which holds the numerical warnings on exit if ``observed``.
    """

    __slots__ = ("_caught", "_errors", "_filters", "_limit", "_messages", "_observed")

    def __init__(self, observed: bool) -> None:
        self._observed = observed
        self._filters = warnings.catch_warnings(record=observed)
        self._errors = np.errstate(**_ERRORS)
        self._caught: list[warnings.WarningMessage] | None = None
        self._messages: list[str] = []

    def __enter__(self) -> list[str]:
        self._caught = self._filters.__enter__()
        warnings.simplefilter("always" if self._observed else "ignore")
        self._errors.__enter__()
        self._limit = sys.getrecursionlimit()
        return self._messages

    def __exit__(self, *raised: Any) -> None:
        if sys.getrecursionlimit() != self._limit:
            sys.setrecursionlimit(self._limit)
        self._errors.__exit__(*raised)
        self._filters.__exit__(*raised)
        caught = self._caught or ()
        self._messages += [str(w.message) for w in caught if w.category is RuntimeWarning]


class FunctionCaller:
    """Calls functions in a process that runs only a student's code.

    The warning filters are left in place between calls, because setting them takes longer than
    most calls.
    """

    def __init__(self) -> None:
        self._caught: list[tuple[Any, type]] = []
        # The context variables that ``np.errstate`` sets: creating one for each call takes too
        # long.
        before = contextvars.copy_context()
        with np.errstate(**_ERRORS):
            during = contextvars.copy_context()
        self._settings = [
            (setting, value)
            for setting, value in during.items()
            if before.get(setting) is not value
        ]

    def call(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Any],
        keywords: Mapping[str, Any],
        observed: bool,
    ) -> Any:
        """Call a student's function; keep its numerical warnings if ``observed``."""
        first = _ALWAYS if observed else _IGNORE
        filters = warnings.filters
        if not filters or filters[0] != first:
            warnings.simplefilter("always" if observed else "ignore")
        tokens = [(setting, setting.set(value)) for setting, value in self._settings]
        if observed:
            self._caught.clear()
            shown, warnings.showwarning = warnings.showwarning, self._catch
        try:
            return function(*arguments, **keywords)
        finally:
            if observed:
                warnings.showwarning = shown
            for setting, token in tokens:
                setting.reset(token)

    def numerical_warnings(self) -> list[str]:
        """Return the numerical warnings of the last observed call."""
        return [str(message) for message, category in self._caught if category is RuntimeWarning]

    def _catch(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,  # the signature is that of warnings.showwarning
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        self._caught.append((message, category))


def changed_arguments(originals: Sequence[Any], handed_over: Sequence[Any]) -> dict[str, Any]:
    """Return the arguments that have been written into, as ``"argument 1"``.

    The values are the arrays as they are now, and ``None`` for arguments of other types.
    """
    pairs = zip(originals, handed_over, strict=True)
    return {
        f"argument {number}": now if type(now) is np.ndarray else None
        for number, (original, now) in enumerate(pairs, 1)
        if not same(original, now)
    }


def overwrite(arrays: Sequence[Any], value: float) -> None:
    """Fill the arrays with ``value``, as a caller may do with arrays that it handed over."""
    for array in arrays:
        if isinstance(array, np.ndarray):
            array[...] = value


def same(original: Any, handed_over: Any) -> bool:
    """Return whether an argument of a student's function still equals the caller's original."""
    if original is handed_over:
        return True
    if isinstance(original, np.ndarray):
        return bool(np.array_equal(original, handed_over, equal_nan=True))
    if type(original) is not type(handed_over):
        return False
    if isinstance(original, list | tuple):
        pairs = zip(original, handed_over, strict=False)
        return len(original) == len(handed_over) and all(same(a, b) for a, b in pairs)
    if isinstance(original, dict):  # the order of the keys is a part of it
        return same([*original.items()], [*handed_over.items()])
    if dataclasses.is_dataclass(original):
        return same(vars_of(original), vars_of(handed_over))
    return isinstance(original, _COMPARED) and original == handed_over


def vars_of(value: Any) -> list[Any]:
    """Return the fields of a dataclass."""
    return [getattr(value, field.name) for field in dataclasses.fields(value)]
