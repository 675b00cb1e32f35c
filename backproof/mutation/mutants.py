"""The mutants of a reference: each differs from it in one place."""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from backproof.assignment.config import Assignment
from backproof.mutation import call_operators, expression_operators, statement_operators
from backproof.mutation.scope import MODULE, FunctionNode, Scope, scope_of, strings_in
from backproof.mutation.source_edits import Edit, EditedSource

OPERATORS = {
    **expression_operators.OPERATORS,
    **call_operators.OPERATORS,
    **statement_operators.OPERATORS,
}
# Code that only raises, or is never executed, is not mutated.
_LEFT_OUT = (ast.Raise, ast.Assert, ast.JoinedStr, ast.Import, ast.ImportFrom, ast.Global)
_UNREAD_FIELDS = frozenset({"annotation", "returns", "decorator_list", "type_params"})


@dataclass(frozen=True)
class MutantKey:
    """The identity of a mutant, which stays the same when lines of its module move.

    Attributes:
        function: The function that is changed, as ``"module.name"``.
        operator: The name of the operator.
        before: The changed lines of the reference, as one line.
        after: What they are in the mutant.
        ordinal: 1 for the first such change in the function, 2 for the next one, and so on.

    """

    function: str
    operator: str
    before: str
    after: str
    ordinal: int = 1


@dataclass(frozen=True)
class Mutant:
    """A reference in which one place is changed.

    Attributes:
        key: What identifies it.
        path: The changed file, relative to the reference.
        unit: The unit that the file is; empty for a helper file.
        line: The number of the first changed line.
        text: The source text of the changed file.

    """

    key: MutantKey
    path: str
    unit: str
    line: int
    text: str

    @property
    def function(self) -> str:
        """The function that is changed, as ``"module.name"``."""
        return self.key.function


def mutants_of(assignment: Assignment, units: Collection[str] = ()) -> list[Mutant]:
    """Return the mutants of the reference of an assignment.

    Args:
        assignment: The assignment.
        units: Only the mutants of these units; by default those of all units and helper files.

    """
    found: list[Mutant] = []
    for path in sorted(assignment.reference.rglob("*.py")):
        relative = path.relative_to(assignment.reference)
        module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        unit = module if module in assignment.units else ""
        if not units or unit in units:
            text = path.read_text(encoding="utf-8")
            found += mutants_of_module(text, module, relative.as_posix(), unit)
    place = {unit: number for number, unit in enumerate(assignment.units)}
    return sorted(found, key=lambda mutant: place.get(mutant.unit, len(place)))


def mutants_of_module(text: str, module: str, path: str, unit: str) -> Iterator[Mutant]:
    """Yield the mutants of one source text, without those that read the same as another one."""
    seen = {text}
    numbers: Counter[tuple[str, ...]] = Counter()
    for scope, operator, edit in _edits(ast.parse(text)):
        edited = EditedSource(text, edit)
        if edited.text in seen:
            continue
        seen.add(edited.text)
        if not _is_python(edited.text):
            continue
        parts = (f"{module}.{scope}", operator, edited.before, edited.after)
        numbers[parts] += 1
        key = MutantKey(*parts, numbers[parts])
        yield Mutant(key, path, unit, edited.line, edited.text)


def sample_of(mutants: Sequence[Mutant], size: int | None, seed: int) -> list[Mutant]:
    """Return some mutants, chosen at random, in their order; all if ``size`` is ``None``."""
    if size is None or size >= len(mutants):
        return [*mutants]
    chosen = random.Random(seed).sample(range(len(mutants)), size)
    return [mutants[place] for place in sorted(chosen)]


def _edits(tree: ast.Module) -> Iterator[tuple[str, str, Edit]]:
    """Yield the changes of a module: the name of the function, the operator and the change."""
    walk = _Walk(tree)
    for node, scope in walk.nodes(tree, Scope(MODULE, strings=walk.strings, parents=walk.parents)):
        for operator, function in OPERATORS.items():
            for target, replacement in function(node, scope):
                assert isinstance(target, ast.expr | ast.stmt)
                yield scope.name, operator, Edit(target, walk.parents[target], replacement)


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


class _Walk:
    """The nodes of a module that are mutated, each with its scope."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self.strings = strings_in(tree)

    @cached_property
    def parents(self) -> Mapping[ast.AST, ast.AST]:
        """For each node, the node that contains it."""
        return {
            child: node for node in ast.walk(self._tree) for child in ast.iter_child_nodes(node)
        }

    def nodes(self, node: ast.AST, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        """Yield a node and what it contains, in the order of the source."""
        if isinstance(node, _LEFT_OUT):
            return
        if isinstance(node, FunctionNode | ast.ClassDef):
            name = node.name if scope.name == MODULE else f"{scope.name}.{node.name}"
            if isinstance(node, ast.ClassDef):
                scope = Scope(name, strings=self.strings, parents=self.parents)
            else:
                scope = scope_of(node, name, self.strings, self.parents)
        else:
            yield node, scope
        for field, value in ast.iter_fields(node):
            if field in _UNREAD_FIELDS:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from self.nodes(child, scope)
