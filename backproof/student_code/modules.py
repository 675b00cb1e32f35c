"""Modules of a submission, and the functions in them: in the grader or in a worker."""

from __future__ import annotations

import itertools
import linecache
import sys
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import PurePath
from types import ModuleType, TracebackType
from typing import Any

import numpy as np

from backproof.failure_kinds import IMPORT_FAILED, MISSING
from backproof.student_code.finders import PREFIX
from backproof.student_code.package import SubmissionPackage, plain
from backproof.student_code.source import CONFLICT_MARKER, Source
from backproof.student_code.stand_ins import STAND_INS, NotAvailable

# The text of an exception may contain anything, such as large arrays.
_MAX_MESSAGE_LENGTH = 300
# A line of code, which may be very long, is cut so that it fits on a terminal.
_MAX_LINE_LENGTH = 72


class Unavailable(Exception):
    """A module or function does not exist, or its file cannot be imported.

    ``kind`` is ``MISSING`` or ``IMPORT_FAILED``; the text describes the problem.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class StudentCode:
    """The modules of a submission, each imported on first use.

    Args:
        files: The sources, by relative path.
        units: The names of the assignment's modules.
        single_file: The path of the file that defines all units, if there is only one file.
        replacements: Functions, by ``"unit.name"``, that replace the submission's own.
        allowed: The installed packages that it may import; all of them by default.
        alone: Whether this process runs only the submission's code, so that every exception, even
            one that is meant to end the process, belongs to the submission.
        stand_ins: The modules of which it gets silent stand-ins, unless they are allowed.
        interactive: Whether somebody sits at it, so that ``input`` and ``breakpoint`` work.

    """

    def __init__(
        self,
        files: Mapping[str, Source],
        units: Sequence[str],
        single_file: str | None = None,
        replacements: Mapping[str, Callable[..., Any]] | None = None,
        allowed: Sequence[str] | None = None,
        *,
        alone: bool = False,
        stand_ins: Collection[str] = STAND_INS,
        interactive: bool = False,
    ) -> None:
        self._caught = BaseException if alone else (Exception, SystemExit)
        self._package = SubmissionPackage(
            files, units, single_file, allowed, stand_ins=stand_ins, interactive=interactive
        )
        self._files = files
        self._single_file = single_file
        self._modules: dict[str, ModuleType] = {}
        self._problems: dict[str, Unavailable] = {}
        self._replaced: list[tuple[ModuleType, str, Any]] = []
        self.replace(replacements or {})

    def replace(self, replacements: Mapping[str, Callable[..., Any]]) -> None:
        """Replace functions, by ``"unit.name"``; restore those that were replaced before."""
        for module, name, own in reversed(self._replaced):
            setattr(module, name, own)
        self._replaced.clear()
        for place, function in replacements.items():
            unit, _, name = place.partition(".")
            module = self._module(unit)
            self._replaced.append((module, name, getattr(module, name, None)))
            setattr(module, name, function)

    def load(self, unit: str) -> None:
        """Import a module; ``Unavailable`` if it does not exist or cannot be imported."""
        self._module(unit)

    def function(self, unit: str, name: str) -> Callable[..., Any]:
        """Return a function; ``Unavailable`` if it does not exist."""
        module = self._module(unit)
        function = getattr(module, name, None)
        if function is None:
            problems = getattr(module, "__backproof_problems__", None)
            if type(problems) is dict and (problem := problems.get(name)):
                raise Unavailable(IMPORT_FAILED, f"{self._file_of(unit)}: {problem}")
            raise Unavailable(MISSING, f"{self._file_of(unit)} has no `{name}`")
        if not callable(function):
            raise Unavailable(MISSING, f"`{name}` in {self._file_of(unit)} is no function")
        return function  # type: ignore[no-any-return]  # a student's module is untyped

    def close(self) -> None:
        """Forget the modules, so that another submission can be imported."""
        self._package.close()

    def _file_of(self, unit: str) -> str:
        source = self._files.get(f"{unit}.py") or self._files.get(self._single_file or "")
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
        if not self._single_file and not {f"{unit}.py", f"{unit}/__init__.py"} & set(self._files):
            raise Unavailable(MISSING, f"there is no {unit}.py in what was handed in")
        what = f"{self._file_of(unit)} cannot be imported"
        try:
            with warnings.catch_warnings(), np.errstate(), recursion_limit():
                warnings.simplefilter("ignore")
                module = self._package.import_module(unit)
        except SyntaxError as error:
            file = PurePath(error.filename or self._file_of(unit)).name
            where = f"{file}, line {error.lineno}" if error.lineno else file
            shown = _marked(error.text or "", error.offset or 0, error.offset or 0)
            problem = _syntax_problem(error)
            raise Unavailable(IMPORT_FAILED, f"{what}: {problem} ({where}){shown}") from None
        except self._caught as error:
            raise Unavailable(IMPORT_FAILED, f"{what}: {describe(error)}") from None
        return module


def _syntax_problem(error: SyntaxError) -> str:
    if CONFLICT_MARKER.match(error.text or ""):
        return "a conflict marker of git: keep one of the two versions, and delete the markers"
    if "null byte" in error.msg:
        return "it holds NUL bytes, so it is no text, or not saved as UTF-8"
    return error.msg


@contextmanager
def recursion_limit() -> Iterator[None]:
    """Restore the limit of recursion, on which the code around a submission's depends."""
    limit = sys.getrecursionlimit()
    try:
        yield
    finally:
        if sys.getrecursionlimit() != limit:
            sys.setrecursionlimit(limit)


def describe(exception: BaseException) -> str:
    """Describe an exception, with the last of the student's lines in its traceback.

    The line follows below the description, and below that a mark at what raised the exception.
    """
    try:
        text = str(exception)
    except BaseException:  # a student's __str__ may do anything
        text = "(its message could not be read)"
    where = ""
    step = exception.__traceback__
    while step is not None:
        frame, number = step.tb_frame, step.tb_lineno
        if str(frame.f_globals.get("__name__")).startswith(PREFIX):
            file = frame.f_code.co_filename
            line = linecache.getline(file, number, frame.f_globals)
            shown = _marked(line, *_columns(step, line))
            where = f", at {PurePath(file).name} line {number}:{shown}"
        step = step.tb_next
    text = " ".join(text.split())
    if len(text) > _MAX_MESSAGE_LENGTH:
        text = f"{text[:_MAX_MESSAGE_LENGTH]}…"
    name = "" if isinstance(exception, NotAvailable) else type(exception).__name__
    return plain(f"{name}{': ' if name and text else ''}{text}{where}")


def _columns(step: TracebackType, line: str) -> tuple[int, int]:
    """Return the first and the last column, from 1, of what a step of a traceback was computing."""
    code = step.tb_frame.f_code
    position = next(itertools.islice(code.co_positions(), step.tb_lasti // 2, None), None)
    if position is None or None in position or position[0] != step.tb_lineno:
        return 0, 0
    _, last_line, begin, end = position
    # Columns are counted in bytes; what continues in other lines is marked to the end of this one.
    text = line.encode()
    end = end if last_line == step.tb_lineno else len(text.rstrip())
    return len(text[:begin].decode("utf-8", "ignore")) + 1, len(
        text[:end].decode("utf-8", "ignore")
    )


def _marked(line: str, first: int, last: int) -> str:
    """Return a line of code, and below it a mark under some columns, each on a line of its own.

    There is no mark for the column 0, nor if it would mark all of the line.
    """
    code = line.rstrip("\n")
    indent = len(code) - len(code.lstrip())
    shown = code.strip()
    if not shown:
        return ""
    lines = f"\n    {shown[:_MAX_LINE_LENGTH]}"
    width = min(max(last, first), _MAX_LINE_LENGTH + indent) - first + 1
    if first <= indent or not 0 < width < len(shown):
        return lines
    return f"{lines}\n    {' ' * (first - 1 - indent)}{'^' * width}"
