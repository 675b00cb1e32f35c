"""Run a notebook's cells as a module: its definitions, and what they need; no experiments.

A notebook defines functions, and then trains, prints and plots for minutes. Statements are taken
one by one: imports, functions and classes are run, and of the rest what these refer to. One that
raises costs no more than the names that it would have defined.
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

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SCOPES = (*_DEFINITIONS, ast.Lambda)
# Methods by which a table is filled once it is there.
_FILLING = {"add", "append", "extend", "insert", "setdefault", "update"}
# What a cell that cannot be parsed would have defined.
_NAMED = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*=(?!=)", re.M)
_MOST_LETTERS = 200


def cell_filename(notebook: str, number: int) -> str:
    """Name a cell as tracebacks do."""
    return f"{notebook}, cell {number}"


def show_in_tracebacks(filename: str, text: str) -> None:
    """Have tracebacks and debuggers show these lines, wherever they look for the file."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)


def run_cells(module: ModuleType, cells: Iterable[Sequence[Any]]) -> dict[str, str]:
    """Fill a module with what a notebook defines.

    Names that nothing needs are left out, and found when they are asked for:
    ``relu = np.vectorize(f)`` is no experiment if it is what one looks for.

    Args:
        module: A new module whose ``__file__`` is the notebook's.
        cells: The number and the text of each cell.

    Returns:
        Why names are missing, by name: also the module's ``__backproof_problems__``.
    """
    vars(module).pop("__getattr__", None)  # of a load before this one
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
        node: What to run.
        binds: The names that it gives values to.
        changes: The names whose objects it changes: ``table[0] = 1``.
        uses: The names that it refers to, inside functions too.

    """

    cell: int
    node: ast.stmt
    binds: frozenset[str]
    changes: frozenset[str]
    uses: frozenset[str]

    @property
    def defines(self) -> bool:
        """Whether it has a function or a class in it."""
        if isinstance(self.node, ast.Assign | ast.AnnAssign):
            return isinstance(self.node.value, ast.Lambda)
        return self._has(_DEFINITIONS)

    @property
    def imports(self) -> bool:
        """Whether it is an import, or a block such as ``try`` round one."""
        return self._has(_IMPORTS) and not self.loops

    @property
    def loops(self) -> bool:
        """Whether a part of it is run again and again."""
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
        """Take the statements of a cell; none of them runs yet."""
        show_in_tracebacks(cell_filename(self._file, number), text)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
                lines = text.split("\n")
                self._statements += [_statement(number, node, lines) for node in tree.body]
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            what = f"cell {number} is no valid Python: {_said(error)}"
            self.problems.update({a or b: what for a, b in _NAMED.findall(text)})

    def run_definitions(self) -> None:
        """Run the definitions of all cells, and what they need."""
        own = {name for made in self._statements if made.defines for name in made.binds}
        imported = {name for made in self._statements if made.imports for name in made.binds}
        for index, made in enumerate(self._statements):
            names = made.binds | (made.changes - imported)
            if made.loops and not made.defines and made.uses & own:
                why = f"cell {made.cell} makes it in a loop that calls your functions"
                for name in names:
                    self.problems.setdefault(name, f"{why}; such loops are not run")
                continue
            for name in names:
                self._makers.setdefault(name, []).append(index)
        self._run(n for n, made in enumerate(self._statements) if made.defines or made.imports)

    def find(self, name: str) -> Any:
        """Run what a name needs that was left out so far: the module's ``__getattr__``."""
        self._run(self._makers.get(name, ()))
        if name in vars(self._module):
            return vars(self._module)[name]
        raise AttributeError(f"module {self._module.__name__!r} has no attribute {name!r}")

    def _run(self, wanted: Iterable[int]) -> None:
        needed: set[int] = set()
        names: set[str] = set()
        waiting = list(wanted)
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
            said = ": ".join(filter(None, (type(error).__name__, _said(error))))
            frames = traceback.walk_tb(error.__traceback__)
            lines = [line for frame, line in frames if frame.f_code.co_filename == file]
            where = f" (line {lines[0]})" if lines else ""
            why = f"cell {statement.cell} raised {said}{where}"
            self.problems.update(dict.fromkeys(statement.binds, why))


def _statement(cell: int, node: ast.stmt, lines: Sequence[str]) -> _Statement:
    if isinstance(node, ast.Delete):  # nothing needs a name to be away
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
    """Cut a statement out of its cell, decorators included; columns count bytes."""
    decorators = getattr(node, "decorator_list", [])
    first = decorators[0].lineno if decorators else node.lineno
    last = node.end_lineno or first
    start = 0 if decorators else node.col_offset
    cut = [line.encode() for line in lines[first - 1 : last]]
    cut[-1] = cut[-1][: node.end_col_offset]
    cut[0] = cut[0][start:]
    return b"\n".join(cut).decode()


def _changed(node: ast.stmt) -> Iterator[str]:
    """Name the objects that are written into, as in ``a.b[0] = 1`` or ``a.append(1)``."""
    for part in _outer(node):
        match part:
            case ast.Attribute(value=value, ctx=ast.Store()):
                yield from _root(value)
            case ast.Subscript(value=value, ctx=ast.Store()):
                yield from _root(value)
            case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in _FILLING:
                yield from _root(value)


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _outer(node: ast.AST) -> Iterator[ast.AST]:
    """Walk through a statement, but not into functions and classes."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, _SCOPES):
            waiting += ast.iter_child_nodes(part)


def _said(error: BaseException) -> str:
    """Give the first line of an exception's message, which may be anything."""
    if isinstance(error, SyntaxError):
        return f"{error.msg} (line {error.lineno})"
    try:
        text = str(error)
    except BaseException:
        text = "(its message could not be read)"
    return text.strip().partition("\n")[0][:_MOST_LETTERS]
