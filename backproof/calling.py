"""Find a student's function, call it, and see what else it did: in the grader or in a worker.

This module and what it imports is all of the engine that a worker holds, so it knows nothing of
properties.
"""

from __future__ import annotations

import contextvars
import linecache
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from types import ModuleType
from typing import Any, TextIO

import numpy as np

from backproof.importing import PREFIX, Source, SubmissionPackage, plain
from backproof.kinds import IMPORT_FAILED, MISSING

# Of the text of an exception; it may hold anything, whole arrays included.
_MOST_SAID = 300
# How numpy is to treat what is no number, while a student's code runs.
_ERRORS: dict[str, Any] = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
# What ``warnings.simplefilter`` puts first.
_IGNORE, _ALWAYS = (("ignore", None, Warning, None, 0), ("always", None, Warning, None, 0))


class Unavailable(Exception):
    """A module or function that is not there, or whose file cannot be imported.

    ``kind`` is ``MISSING`` or ``IMPORT_FAILED``; the text says what is the matter.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class StudentCode:
    """The modules of a submission, each imported on first use.

    Args:
        files: The sources, by relative path.
        units: The names of the assignment's modules.
        whole: The one file that holds every unit, where there is one.
        replacements: Functions, by ``"unit.name"``, that stand in for the submission's own.
        allowed: The installed packages that it may import; all of them by default.
        alone: Whether nobody else's code runs in this process, so that even what is meant to end
            it is only one of the submission's exceptions.

    """

    def __init__(
        self,
        files: Mapping[str, Source],
        units: Sequence[str],
        whole: str | None = None,
        replacements: Mapping[str, Callable[..., Any]] | None = None,
        allowed: Sequence[str] | None = None,
        *,
        alone: bool = False,
    ) -> None:
        self._caught = BaseException if alone else (Exception, SystemExit)
        self._package = SubmissionPackage(files, units, whole, allowed)
        self._files = files
        self._whole = whole
        self._modules: dict[str, ModuleType] = {}
        self._problems: dict[str, Unavailable] = {}
        self._replaced: list[tuple[ModuleType, str, Any]] = []
        self.replace(replacements or {})

    def replace(self, replacements: Mapping[str, Callable[..., Any]]) -> None:
        """Put functions, by ``"unit.name"``, in the place of the submission's own.

        Those that were replaced before are in their place again.
        """
        for module, name, own in reversed(self._replaced):
            setattr(module, name, own)
        self._replaced.clear()
        for place, function in replacements.items():
            unit, _, name = place.partition(".")
            module = self._module(unit)
            self._replaced.append((module, name, getattr(module, name, None)))
            setattr(module, name, function)

    def load(self, unit: str) -> None:
        """Import a module; ``Unavailable`` if it is not there or cannot be imported."""
        self._module(unit)

    def function(self, unit: str, name: str) -> Callable[..., Any]:
        """Find a function; ``Unavailable`` if it is not there."""
        module = self._module(unit)
        found = getattr(module, name, None)
        if found is None:
            problems = getattr(module, "__backproof_problems__", None)
            if type(problems) is dict and (problem := problems.get(name)):
                raise Unavailable(IMPORT_FAILED, f"{self._file_of(unit)}: {problem}")
            raise Unavailable(MISSING, f"{self._file_of(unit)} has no `{name}`")
        if not callable(found):
            raise Unavailable(MISSING, f"`{name}` in {self._file_of(unit)} is no function")
        return found  # type: ignore[no-any-return]  # a student's module is untyped

    def close(self) -> None:
        """Forget the modules, so that another submission can be imported."""
        self._package.close()

    def _file_of(self, unit: str) -> str:
        source = self._files.get(self._whole or f"{unit}.py")
        return PurePath(source.filename).name if source else f"{unit}.py"

    def _module(self, unit: str) -> ModuleType:
        if unit in self._problems:
            raise self._problems[unit]
        if unit not in self._modules:
            try:
                self._modules[unit] = self._import(unit)
            except Unavailable as problem:
                self._problems[unit] = problem
                raise
        return self._modules[unit]

    def _import(self, unit: str) -> ModuleType:
        if not self._whole and not {f"{unit}.py", f"{unit}/__init__.py"} & set(self._files):
            raise Unavailable(MISSING, f"there is no {unit}.py in what was handed in")
        what = f"{self._file_of(unit)} cannot be imported"
        try:
            with warnings.catch_warnings(), np.errstate():
                warnings.simplefilter("ignore")
                module = self._package.import_module(unit)
        except SyntaxError as error:
            file = PurePath(error.filename or self._file_of(unit)).name
            where = f"{file}, line {error.lineno}" if error.lineno else file
            raise Unavailable(IMPORT_FAILED, f"{what}: {error.msg} ({where})") from None
        except self._caught as error:
            raise Unavailable(IMPORT_FAILED, f"{what}: {describe(error)}") from None
        return module


def describe(exception: BaseException) -> str:
    """Say in one line what was raised, and where in the student's own files."""
    try:
        text = str(exception)
    except BaseException:  # a student's __str__ may do anything
        text = "(its message could not be read)"
    where = ""
    for frame, number in traceback.walk_tb(exception.__traceback__):
        if str(frame.f_globals.get("__name__")).startswith(PREFIX):
            file = frame.f_code.co_filename
            line = linecache.getline(file, number, frame.f_globals).strip()
            where = f", at {PurePath(file).name} line {number}: {line}"
    text = " ".join(text.split())
    if len(text) > _MOST_SAID:
        text = f"{text[:_MOST_SAID]}…"
    return plain(f"{type(exception).__name__}{': ' if text else ''}{text}{where}")


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


def changed_arguments(originals: Sequence[Any], handed_over: Sequence[Any]) -> tuple[str, ...]:
    """Name the arguments that were written into by now."""
    pairs = zip(originals, handed_over, strict=True)
    return tuple(f"argument {number}" for number, pair in enumerate(pairs, 1) if not same(*pair))


def overwrite(arrays: Sequence[Any], value: float) -> None:
    """Fill the arrays with ``value``, as a caller may do with what it handed over."""
    for array in arrays:
        if isinstance(array, np.ndarray):
            array[...] = value
