"""What a student handed in, as an object that properties call: ``submission.<unit>.<name>(…)``."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from backproof.errors import (
    Mismatch,
    NotStarted,
    SubmissionRaised,
    SubmissionUnavailable,
    UserError,
)
from backproof.importing import SubmissionPackage


@dataclass(eq=False)
class Call:
    """One call of a student's function: what went in, what came out, what else it did."""

    function: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    result: Any = None
    warnings: tuple[str, ...] = ()
    _handed_over: tuple[Any, ...] = field(default=(), repr=False)

    @property
    def changed(self) -> tuple[str, ...]:
        """The arguments that were written into by now: a generator writes when it is drained."""
        pairs = zip(self.arguments, self._handed_over, strict=True)
        return tuple(f"argument {n}" for n, pair in enumerate(pairs, 1) if not _same(*pair))

    def overwrite_arguments(self, value: float) -> None:
        """Fill the arrays that the student's code was handed, as a caller may do afterwards."""
        for original, copy in zip(self.arguments, self._handed_over, strict=True):
            if copy is not original and isinstance(copy, np.ndarray):
                copy[...] = value


class SubmissionFunction:
    """A student's function. Arrays are handed over as copies, so it cannot change a case."""

    def __init__(self, submission: LocalSubmission, unit: str, name: str) -> None:
        self._submission = submission
        self._unit = unit
        self._name = name

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call it; its exceptions become messages to the student."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self._run(arguments, keywords).result

    def observe(self, *arguments: Any, **keywords: Any) -> Call:
        """Call it and see what else it did: arguments changed in place, numerical warnings."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            call = self._run(arguments, keywords)
        call.warnings = tuple(str(w.message) for w in caught if w.category is RuntimeWarning)
        return call

    def _run(self, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Call:
        function = self._submission.function(self._unit, self._name)
        call = Call(f"{self._unit}.{self._name}", arguments, keywords)
        call._handed_over = tuple(self._submission.private(value) for value in arguments)
        self._submission.journal.append(call)
        try:
            with np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"):
                call.result = function(*call._handed_over, **keywords)
        except (Exception, SystemExit) as exception:
            raise _as_message(exception, self._name) from exception
        self._submission.remember(call.result)
        return call


class Unit:
    """One module of a submission; its attributes are the student's functions."""

    def __init__(self, submission: LocalSubmission, unit: str) -> None:
        self._submission = submission
        self._unit = unit

    def __getattr__(self, name: str) -> SubmissionFunction:
        function = SubmissionFunction(self._submission, self._unit, name)
        setattr(self, name, function)
        return function


class LocalSubmission:
    """A folder of a student's modules, imported into this process on first use.

    Args:
        folder: Where the modules are.
        units: The names of the assignment's modules.
        replacements: Functions, by ``"unit.name"``, that stand in for the folder's own.

    Raises:
        UserError: There is no such folder, it cannot be read, or it has none of the modules.

    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        units: Sequence[str],
        replacements: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        self.folder = require_submission(folder, units)
        self._units = tuple(units)
        self._replacements = dict(replacements or {})
        self._package = SubmissionPackage(self.folder, self._units)
        self._modules: dict[str, Any] = {}
        self._problems: dict[str, str] = {}
        self.journal: list[Call] = []
        self.touched: set[str] = set()
        self._theirs: dict[int, Any] = {}
        for name in self._replacements:
            self._module(name.partition(".")[0])

    def __getattr__(self, name: str) -> Unit:
        if name.startswith("_") or name not in self._units:
            raise AttributeError(f"the assignment has no unit {name!r}; it has {self._units}")
        unit = Unit(self, name)
        setattr(self, name, unit)
        return unit

    def __repr__(self) -> str:
        """Name it as the student would."""
        return "your code"

    def begin_case(self) -> None:
        """Forget the calls of the case before."""
        self.journal = []
        self._theirs = {}

    def function(self, unit: str, name: str) -> Callable[..., Any]:
        """Find the student's function, or say why it is not there."""
        self.touched.add(f"{unit}.{name}")
        found = getattr(self._module(unit), name, None)
        if found is None:
            raise SubmissionUnavailable(f"{unit}.py has no `{name}`")
        if not callable(found):
            raise SubmissionUnavailable(f"`{name}` in {unit}.py is no function")
        return found  # type: ignore[no-any-return]  # a student's module is untyped

    def private(self, value: Any) -> Any:
        """Copy the arrays in ``value``; the student's own objects stay the same objects."""
        if id(value) in self._theirs:
            return value
        if type(value) is np.ndarray:
            return value.copy()
        if type(value) in (list, tuple):
            return type(value)(self.private(entry) for entry in value)
        return value

    def remember(self, result: Any) -> None:
        """Keep what the student's code returned, to hand it back as it is."""
        entries = result if isinstance(result, tuple | list) else ()
        for value in (result, *entries):
            self._theirs[id(value)] = value

    def close(self) -> None:
        """Forget the student's modules, so that another submission can be imported."""
        self._package.close()

    def _module(self, unit: str) -> Any:
        if unit in self._problems:
            raise SubmissionUnavailable(self._problems[unit])
        if unit not in self._modules:
            try:
                self._modules[unit] = self._import(unit)
            except SubmissionUnavailable as problem:
                self._problems[unit] = str(problem)
                raise
        return self._modules[unit]

    def _import(self, unit: str) -> Any:
        file = self.folder / f"{unit}.py"
        if not file.is_file() and not (self.folder / unit / "__init__.py").is_file():
            raise SubmissionUnavailable(f"there is no {unit}.py in what was handed in")
        try:
            with warnings.catch_warnings(), np.errstate():
                warnings.simplefilter("ignore")
                module = self._package.import_module(unit)
        except SyntaxError as error:
            where = f"{Path(error.filename).name}, line {error.lineno}" if error.filename else file
            raise SubmissionUnavailable(
                f"{unit}.py cannot be imported: {error.msg} ({where})"
            ) from None
        except (Exception, SystemExit) as error:
            raise SubmissionUnavailable(
                f"{unit}.py cannot be imported: {describe_exception(error)}"
            ) from None
        for name, function in self._replacements.items():
            if name.partition(".")[0] == unit:
                setattr(module, name.partition(".")[2], function)
        return module


def require_submission(folder: str | os.PathLike[str], units: Sequence[str]) -> Path:
    """Return the absolute path of a submission's folder, or raise ``UserError`` saying why not."""
    path = Path(folder)
    try:
        if not path.exists():
            raise UserError(f"there is no folder {path}: give the folder that holds the modules")
        if not path.is_dir():
            raise UserError(f"{path} is a file: give the folder that holds {units[0]}.py and so on")
        names = {entry.name for entry in path.iterdir()}
    except PermissionError:
        raise UserError(f"{path} may not be read: check its permissions") from None
    if not names & {f"{unit}.py" for unit in units} and not names & set(units):
        what = "is empty" if not names else "has none of the modules"
        raise UserError(f"{path} {what}: expected {', '.join(f'{u}.py' for u in units)}")
    return path.resolve()


def drain(iterable: Any, *, at_most: int, what: str) -> list[Any]:
    """List what a student's iterable yields, one pass, its exceptions turned into messages.

    Raises:
        Mismatch: It is no iterable, or yields more than ``at_most`` items.

    """
    items: list[Any] = []
    try:
        iterator = iter(iterable)
    except TypeError:
        raise Mismatch(
            f"{what} is {type(iterable).__name__}", "something to iterate over"
        ) from None
    except (Exception, SystemExit) as exception:
        raise _as_message(exception, what) from exception
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for item in iterator:
                items.append(item)
                if len(items) > at_most:
                    break
    except (Exception, SystemExit) as exception:
        raise _as_message(exception, what) from exception
    if len(items) > at_most:
        raise Mismatch(f"{what} yields more than {at_most} items", f"at most {at_most} items")
    return items


def describe_exception(exception: BaseException) -> str:
    """Say in one line what was raised, and where in the student's own files."""
    try:
        text = str(exception)
    except Exception:  # a student's __str__ may do anything
        text = "(its message could not be read)"
    line = ""
    frames = traceback.extract_tb(exception.__traceback__)
    own = [f for f in frames if not f.filename.startswith((sys.prefix, "<", _ENGINE))]
    if own:
        last = own[-1]
        line = f", at {Path(last.filename).name} line {last.lineno}: {last.line}"
    return f"{type(exception).__name__}{': ' if text else ''}{text}{line}"


_ENGINE = str(Path(__file__).parent)


def _as_message(exception: BaseException, name: str) -> BaseException:
    if isinstance(exception, NotImplementedError):
        return NotStarted(f"{name} is not started")
    return SubmissionRaised(
        f"{name} raised {describe_exception(exception)}", "a result, without an exception"
    )


def _same(original: Any, handed_over: Any) -> bool:
    """Tell whether what the student was handed still equals the caller's original."""
    if original is handed_over:
        return True
    if isinstance(original, np.ndarray):
        return bool(np.array_equal(original, handed_over, equal_nan=True))
    if isinstance(original, list | tuple) and isinstance(handed_over, list | tuple):
        pairs = zip(original, handed_over, strict=False)
        return len(original) == len(handed_over) and all(_same(a, b) for a, b in pairs)
    return isinstance(original, int | float | str) and original == handed_over
