"""Run the smallest failing case again, as a student would in a shell, or in the debugger."""

from __future__ import annotations

import ast
import bdb
import io
import pdb
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from types import GeneratorType, TracebackType
from typing import Any

import numpy as np

from backproof.intake.reader import SubmittedFiles
from backproof.student_code.finders import PREFIX
from backproof.student_code.modules import StudentCode
from backproof.student_code.notebook_cells import show_in_tracebacks
from backproof.student_code.package import plain

_FILE = "<smallest case>"
_CALL = "__call_in_debugger__"
_LINE_WIDTH = 100


class Replay:
    """A case to be run again, on a submission in any form.

    Args:
        case: Statements, of which the last call of a unit's function is the one that matters.
        intake: The submission.
        units: The names of the assignment's modules.
        echo: Prints a text.

    """

    def __init__(
        self, case: str, intake: SubmittedFiles, units: Sequence[str], echo: Callable[[str], object]
    ) -> None:
        self._case = case
        self._intake = intake
        self._units = units
        self._echo = echo

    def run(self) -> None:
        """Run it; print each statement, and what it gives or raises."""
        with self._opened(), np.printoptions(linewidth=_LINE_WIDTH):
            try:
                self._run_statements()
            except Exception as raised:
                raised.__traceback__ = _without_ours(raised.__traceback__)
                self._echo(plain("".join(traceback.format_exception(raised)).rstrip()))

    def debug(self) -> None:
        """Stop where the student's code raises, or where the call that gives the wrong begins."""
        with self._opened():
            try:
                with redirect_stdout(io.StringIO()):  # all of it will be printed once more
                    self._execute(self._statements(), {})
            except Exception as raised:
                self._echo(f"{type(raised).__name__}: {plain(str(raised))}")
                pdb.post_mortem(_up_to_theirs(raised.__traceback__))
                return
        with self._opened():
            debugger = _Debugger(skip=["bdb", "backproof.*"])
            statements = self._statements()
            call = self._last_call(statements)
            if call is not None:
                call.args = [call.func, *call.args]
                call.func = ast.copy_location(ast.Name(_CALL, ast.Load()), call)
            try:
                self._execute(statements, {_CALL: debugger.call})
            except bdb.BdbQuit:
                return
        if not debugger.stopped:
            self._echo("there is nothing to stop in: what is called is no Python function of yours")

    @contextmanager
    def _opened(self) -> Iterator[None]:
        code = StudentCode(self._intake.files, self._units, self._intake.single_file)
        show_in_tracebacks(_FILE, self._case)
        try:
            yield
        finally:
            code.close()

    def _statements(self) -> list[ast.stmt]:
        return ast.parse(self._case).body

    def _run_statements(self) -> None:
        namespace: dict[str, Any] = {}
        for statement in self._statements():
            text = ast.get_source_segment(self._case, statement) or ""
            self._echo(">>> " + text.replace("\n", "\n... "))
            self._execute([statement], namespace)
            if isinstance(statement, ast.Assign):
                self._echo(repr(namespace[ast.unparse(statement.targets[0])]))

    @staticmethod
    def _execute(statements: list[ast.stmt], namespace: dict[str, Any]) -> None:
        exec(compile(ast.Module(statements, []), _FILE, "exec"), namespace)

    def _last_call(self, statements: list[ast.stmt]) -> ast.Call | None:
        """Find the last call of a function of a unit."""
        found = None
        for statement in statements:
            for node in ast.walk(statement):
                match node:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id=unit))):
                        found = node if unit in self._units else found
        return found


class _Debugger(pdb.Pdb):
    """Stops at the beginning of a call, also of a generator function."""

    stopped = False
    _left = False

    def set_quit(self) -> None:
        """End it, as the person wants."""
        self._left = True
        super().set_quit()

    def interaction(self, *arguments: Any, **keywords: Any) -> None:
        """Hand over to the person at the terminal."""
        self.stopped = True
        super().interaction(*arguments, **keywords)

    def call(self, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        """Call a function under the debugger."""
        result = self.runcall(function, *arguments, **keywords)
        if isinstance(result, GeneratorType):  # nothing of it runs before it is asked for an item
            result = self.runcall(list, result)
        if self._left:
            raise bdb.BdbQuit
        return result


def _frames(trace: TracebackType | None) -> list[TracebackType]:
    found = []
    while trace is not None:
        found.append(trace)
        trace = trace.tb_next
    return found


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    """Begin a traceback where the case does."""
    frames = _frames(trace)
    of_case = [entry for entry in frames if entry.tb_frame.f_code.co_filename == _FILE]
    return of_case[0] if of_case else trace


def _up_to_theirs(trace: TracebackType | None) -> TracebackType | None:
    """End a traceback in the student's own code, where it goes on inside a library."""
    frames = _frames(_without_ours(trace))
    theirs = [str(entry.tb_frame.f_globals.get("__name__")).startswith(PREFIX) for entry in frames]
    last = len(theirs) - theirs[::-1].index(True) if any(theirs) else len(frames)
    shortened: TracebackType | None = None
    for entry in reversed(frames[:last]):
        shortened = TracebackType(shortened, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return shortened
