"""Rerun of the smallest failing case, as in a shell or in the debugger."""

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
    """A rerun of a case on a submission.

    Args:
        case: The program of the case. The failure is in its last call of a unit's function.
        submitted: The submission.
        units: The names of the assignment's modules.
        echo: Prints a text.

    """

    def __init__(
        self,
        case: str,
        submitted: SubmittedFiles,
        units: Sequence[str],
        echo: Callable[[str], object],
    ) -> None:
        self._case = case
        self._submitted = submitted
        self._units = units
        self._echo = echo

    def run(self) -> None:
        """Run the case; print each statement with its value or exception."""
        with self._opened(), np.printoptions(linewidth=_LINE_WIDTH):
            try:
                self._run_statements()
            except Exception as raised:
                raised.__traceback__ = _from_case(raised.__traceback__)
                self._echo(plain("".join(traceback.format_exception(raised)).rstrip()))

    def debug(self) -> None:
        """Stop where the student's code raises, or else at the start of the last call."""
        with self._opened():
            try:
                with redirect_stdout(io.StringIO()):  # the run in the debugger prints it again
                    self._execute(self._statements(), {})
            except Exception as raised:
                self._echo(f"{type(raised).__name__}: {plain(str(raised))}")
                pdb.post_mortem(_to_student_code(raised.__traceback__))
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
            self._echo(
                "there is nothing to stop in: the called object is not a Python function of yours"
            )

    @contextmanager
    def _opened(self) -> Iterator[None]:
        submitted = self._submitted
        code = StudentCode(submitted.files, self._units, submitted.single_file, interactive=True)
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
                self._echo(repr(eval(ast.unparse(statement.targets[0]), namespace)))

    @staticmethod
    def _execute(statements: list[ast.stmt], namespace: dict[str, Any]) -> None:
        exec(compile(ast.Module(statements, []), _FILE, "exec"), namespace)

    def _last_call(self, statements: list[ast.stmt]) -> ast.Call | None:
        """Return the last call of a function of a unit."""
        last = None
        for statement in statements:
            for node in ast.walk(statement):
                match node:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id=unit))):
                        last = node if unit in self._units else last
        return last


class _Debugger(pdb.Pdb):
    """A debugger that stops at the beginning of a call, also of a generator function."""

    stopped = False
    _quit = False

    def set_quit(self) -> None:
        """Record that the user ended the debugger."""
        self._quit = True
        super().set_quit()

    def interaction(self, *arguments: Any, **keywords: Any) -> None:
        """Record that the debugger stopped, and prompt the user."""
        self.stopped = True
        super().interaction(*arguments, **keywords)

    def call(self, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        """Call a function under the debugger."""
        result = self.runcall(function, *arguments, **keywords)
        if isinstance(result, GeneratorType):  # its body runs when it is iterated over
            result = self.runcall(list, result)
        if self._quit:
            raise bdb.BdbQuit
        return result


def _entries(trace: TracebackType | None) -> list[TracebackType]:
    entries = []
    while trace is not None:
        entries.append(trace)
        trace = trace.tb_next
    return entries


def _from_case(trace: TracebackType | None) -> TracebackType | None:
    """Return the part of a traceback from the case on, without the grader's frames."""
    entries = _entries(trace)
    of_case = [entry for entry in entries if entry.tb_frame.f_code.co_filename == _FILE]
    return of_case[0] if of_case else trace


def _to_student_code(trace: TracebackType | None) -> TracebackType | None:
    """Return the part of a traceback up to the student's last frame, without a library's."""
    entries = _entries(_from_case(trace))
    of_student = [
        str(entry.tb_frame.f_globals.get("__name__")).startswith(PREFIX) for entry in entries
    ]
    last = len(of_student) - of_student[::-1].index(True) if any(of_student) else len(entries)
    shortened: TracebackType | None = None
    for entry in reversed(entries[:last]):
        shortened = TracebackType(shortened, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return shortened
