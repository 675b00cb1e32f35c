"""Execution of a notebook as a module: its definitions and the statements that these need.

A notebook defines functions, and then trains, prints and plots for minutes. So only imports,
functions and classes are run, and the statements that define names which these refer to. If a
statement raises an exception, only the names that it would have defined are missing.
"""

from __future__ import annotations
import __future__

import ast
import linecache
import re
import symtable
import traceback
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from backproof.student_code.source import CONFLICT_MARKER
from backproof.student_code.stand_ins import NotAvailable

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SCOPES = (*_DEFINITIONS, ast.Lambda)
# Methods that add entries to an object.
_FILLING_METHODS = {"add", "append", "extend", "insert", "setdefault", "update"}
# Names that a cell which cannot be parsed would have defined.
_DEFINED_NAMES = re.compile(
    r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*=(?!=)", re.M
)
_MAX_MESSAGE_LENGTH = 200


def cell_filename(notebook: str, number: int) -> str:
    """Return the name of a cell in tracebacks."""
    return f"{notebook}, cell {number}"


def show_in_tracebacks(filename: str, text: str) -> None:
    """Register a text whose lines tracebacks and debuggers show."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)


def run_cells(module: ModuleType, cells: Iterable[Sequence[Any]]) -> dict[str, str]:
    """Run a notebook's definitions in a module.

    Other statements run when the name that they define is looked up, because
    ``relu = np.vectorize(f)`` looks like an experiment but may define a required function.

    Args:
        module: A new module whose ``__file__`` is the notebook's.
        cells: The number and the text of each cell.

    Returns:
        The reason why each missing name is missing; also the module's ``__backproof_problems__``.
    """
    vars(module).pop("__getattr__", None)  # left by an earlier load
    notebook = _Notebook(module)
    for number, text in cells:
        notebook.add(number, text)
    notebook.run_definitions()
    vars(module)["__backproof_problems__"] = notebook.problems
    vars(module).setdefault("__getattr__", notebook.find)
    return notebook.problems


@dataclass(frozen=True, eq=False)
class _Statement:
    """A statement at the top level of a cell.

    Attributes:
        cell: The cell's number.
        node: Its syntax tree.
        binds: The names that it assigns.
        changes: The names whose objects it changes, as ``table[0] = 1`` does.
        uses: The names that it refers to, including those inside functions.

    """

    cell: int
    node: ast.stmt
    binds: frozenset[str]
    changes: frozenset[str]
    uses: frozenset[str]

    @property
    def defines(self) -> bool:
        """Whether it contains a function or a class."""
        if isinstance(self.node, ast.Assign | ast.AnnAssign):
            return isinstance(self.node.value, ast.Lambda)
        return self._has(_DEFINITIONS)

    @property
    def imports(self) -> bool:
        """Whether it is an import, or a block such as ``try`` around one."""
        return self._has(_IMPORTS) and not self.loops

    @property
    def loops(self) -> bool:
        """Whether it contains a loop."""
        return self._has(_LOOPS)

    def _has(self, kinds: tuple[type[ast.stmt], ...]) -> bool:
        return any(isinstance(part, kinds) for part in _outer(self.node))


class _Notebook:
    """The statements of a notebook, run in a module when they are needed."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._file = str(module.__file__)
        self._statements: list[_Statement] = []
        self._makers: dict[str, list[int]] = {}
        self._done: set[int] = set()
        self._flags = 0
        self.problems: dict[str, str] = {}

    def add(self, number: int, text: str) -> None:
        """Add the statements of a cell without running them."""
        show_in_tracebacks(cell_filename(self._file, number), text)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
                lines = text.split("\n")
                self._statements += [_statement(number, node, lines) for node in tree.body]
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            what = f"cell {number} is no valid Python: {_first_line(error)}"
            self.problems.update({a or b: what for a, b in _DEFINED_NAMES.findall(text)})

    def run_definitions(self) -> None:
        """Run the definitions of all cells, and the statements that they need."""
        statements = self._statements
        own = {name for each in statements if each.defines for name in each.binds}
        imported = {name for each in statements if each.imports for name in each.binds}
        for index, each in enumerate(statements):
            names = each.binds | (each.changes - imported)
            if each.loops and not each.defines and each.uses & own:
                reason = f"cell {each.cell} makes it in a loop that calls your functions"
                for name in names:
                    self.problems.setdefault(name, f"{reason}; such loops are not run")
                continue
            for name in names:
                self._makers.setdefault(name, []).append(index)
        self._run(n for n, each in enumerate(statements) if each.defines or each.imports)

    def find(self, name: str) -> Any:
        """Run the statements that define a name, and return it: the module's ``__getattr__``."""
        self._run(self._makers.get(name, ()))
        if name in vars(self._module):
            return vars(self._module)[name]
        raise AttributeError(f"module {self._module.__name__!r} has no attribute {name!r}")

    def _run(self, requested: Iterable[int]) -> None:
        """Run statements, by number, after those that define or change the names they use."""
        needed: set[int] = set()
        names: set[str] = set()
        waiting = list(requested)
        while waiting:
            index = waiting.pop()
            if index in needed or index in self._done:
                continue
            needed.add(index)
            statement = self._statements[index]
            for name in (statement.uses | statement.binds) - names:
                names.add(name)
                waiting += self._makers.get(name, ())
        self._done |= needed
        for index in sorted(needed):
            self._run_statement(self._statements[index])
        for name in [name for name in self.problems if name in vars(self._module)]:
            del self.problems[name]

    def _run_statement(self, statement: _Statement) -> None:
        node = statement.node
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                feature = getattr(__future__, alias.name, None)
                self._flags |= getattr(feature, "compiler_flag", 0)
        file = cell_filename(self._file, statement.cell)
        try:
            tree = ast.Module([node], type_ignores=[])
            code = compile(tree, file, "exec", flags=self._flags, dont_inherit=True)
            exec(code, vars(self._module))
        except (Exception, SystemExit) as error:
            name = "" if isinstance(error, NotAvailable) else type(error).__name__
            text = ": ".join(filter(None, (name, _first_line(error))))
            frames = traceback.walk_tb(error.__traceback__)
            lines = [line for frame, line in frames if frame.f_code.co_filename == file]
            where = f" (line {lines[0]})" if lines else ""
            reason = f"cell {statement.cell} raised {text}{where}"
            self.problems.update(dict.fromkeys(statement.binds, reason))


def _statement(cell: int, node: ast.stmt, lines: Sequence[str]) -> _Statement:
    if isinstance(node, ast.Delete):  # no definition needs a name to be deleted
        return _Statement(cell, node, frozenset(), frozenset(), frozenset())
    top = symtable.symtable(_segment(node, lines), "cell", "exec")
    tables = [top]
    binds = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    uses = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    while tables:
        table = tables.pop()
        tables += table.get_children()
        uses |= {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
    changes = frozenset(_changed(node))
    return _Statement(cell, node, frozenset(binds), changes, frozenset(uses))


def _segment(node: ast.stmt, lines: Sequence[str]) -> str:
    """Return the text of a statement, including decorators; columns count bytes."""
    decorators = getattr(node, "decorator_list", [])
    first = decorators[0].lineno if decorators else node.lineno
    last = node.end_lineno or first
    start = 0 if decorators else node.col_offset
    cut = [line.encode() for line in lines[first - 1 : last]]
    cut[-1] = cut[-1][: node.end_col_offset]
    cut[0] = cut[0][start:]
    return b"\n".join(cut).decode()


def _changed(node: ast.stmt) -> Iterator[str]:
    """Yield the names of objects that are changed, as in ``a.b[0] = 1`` or ``a.append(1)``."""
    for part in _outer(node):
        match part:
            case ast.Attribute(value=value, ctx=ast.Store()):
                yield from _root(value)
            case ast.Subscript(value=value, ctx=ast.Store()):
                yield from _root(value)
            case ast.Call(func=ast.Attribute(value=value, attr=method)) if (
                method in _FILLING_METHODS
            ):
                yield from _root(value)


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _outer(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a statement that are not inside functions or classes."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, _SCOPES):
            waiting += ast.iter_child_nodes(part)


def _first_line(error: BaseException) -> str:
    """Return the first line of an exception's message, which a student's class may compute."""
    if isinstance(error, SyntaxError):
        is_conflict = CONFLICT_MARKER.match(error.text or "")
        problem = "a conflict marker of git" if is_conflict else error.msg
        return f"{problem} (line {error.lineno})"
    try:
        text = str(error)
    except BaseException:
        text = "(its message could not be read)"
    return text.strip().partition("\n")[0][:_MAX_MESSAGE_LENGTH]
