"""Call a student's function under fixed numpy and warning settings, and see what else it did."""

from __future__ import annotations

import contextvars
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TextIO

import numpy as np


class Listener:
    """The same where nobody else's code runs: the filters may stay for the next call."""

    def __init__(self) -> None:
        self._heard: list[tuple[Any, type]] = []
        # What ``np.errstate`` sets, as to make one for each call takes longer than most calls.
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
        """Call a student's function."""
        first = _ALWAYS if observed else _IGNORE
        if warnings.filters[:1] != [first]:
            warnings.simplefilter("always" if observed else "ignore")
        tokens = [(setting, setting.set(value)) for setting, value in self._settings]
        if observed:
            self._heard.clear()
            shown, warnings.showwarning = warnings.showwarning, self._hear
        try:
            return function(*arguments, **keywords)
        finally:
            if observed:
                warnings.showwarning = shown
            for setting, token in tokens:
                setting.reset(token)

    def told(self) -> list[str]:
        """Give the numerical warnings of the last observed call."""
        return [str(message) for message, category in self._heard if category is RuntimeWarning]

    def _hear(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,  # as warnings.showwarning is called
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        self._heard.append((message, category))


class Watching:
    """Run a student's code as a caller would; collect its numerical warnings if ``observed``."""

    __slots__ = ("_caught", "_errors", "_filters", "_observed", "told")

    def __init__(self, observed: bool) -> None:
        self._observed = observed
        self._filters = warnings.catch_warnings(record=observed)
        self._errors = np.errstate(**_ERRORS)
        self._caught: list[warnings.WarningMessage] | None = None
        self.told: list[str] = []

    def __enter__(self) -> list[str]:
        self._caught = self._filters.__enter__()
        warnings.simplefilter("always" if self._observed else "ignore")
        self._errors.__enter__()
        return self.told

    def __exit__(self, *raised: Any) -> None:
        self._errors.__exit__(*raised)
        self._filters.__exit__(*raised)
        self.told += [str(w.message) for w in self._caught or () if w.category is RuntimeWarning]


# What ``warnings.simplefilter`` puts first.
_IGNORE, _ALWAYS = (("ignore", None, Warning, None, 0), ("always", None, Warning, None, 0))


# How numpy is to treat what is no number, while a student's code runs.
_ERRORS: dict[str, Any] = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


def changed_arguments(originals: Sequence[Any], handed_over: Sequence[Any]) -> tuple[str, ...]:
    """Name the arguments that were written into by now."""
    pairs = zip(originals, handed_over, strict=True)
    return tuple(f"argument {number}" for number, pair in enumerate(pairs, 1) if not same(*pair))


def overwrite(arrays: Sequence[Any], value: float) -> None:
    """Fill the arrays with ``value``, as a caller may do with what it handed over."""
    for array in arrays:
        if isinstance(array, np.ndarray):
            array[...] = value


def same(original: Any, handed_over: Any) -> bool:
    """Tell whether what a student's function was handed still equals the caller's original."""
    if original is handed_over:
        return True
    if isinstance(original, np.ndarray):
        return bool(np.array_equal(original, handed_over, equal_nan=True))
    if isinstance(original, list | tuple) and isinstance(handed_over, list | tuple):
        pairs = zip(original, handed_over, strict=False)
        return len(original) == len(handed_over) and all(same(a, b) for a, b in pairs)
    return isinstance(original, int | float | str) and original == handed_over
