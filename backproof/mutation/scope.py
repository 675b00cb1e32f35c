"""The facts about a function that the mutation operators read."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Scope:
    """A function of a module, or the module itself.

    Attributes:
        name: Its name, with the names of what contains it; ``MODULE`` outside all functions.
        names: The names that it binds, parameters first, in the order of their first binding.
        bound_at: The first line on which each of these names is bound.
        strings: The strings of its module that are values and not messages, sorted.
        parents: For each node of the module, the node that contains it.

    """

    name: str
    names: tuple[str, ...] = ()
    bound_at: Mapping[str, int] = field(default_factory=dict)
    strings: tuple[str, ...] = ()
    parents: Mapping[ast.AST, ast.AST] = field(default_factory=dict)


MODULE = "<module>"


def scope_of(
    function: FunctionNode,
    name: str,
    strings: tuple[str, ...],
    parents: Mapping[ast.AST, ast.AST],
) -> Scope:
    """Return the scope of a function."""
    bound_at: dict[str, int] = {}
    for parameter in _parameters(function):
        bound_at[parameter.arg] = function.lineno
    for node in sorted(stored_names(function), key=lambda node: (node.lineno, node.col_offset)):
        bound_at.setdefault(node.id, node.lineno)
    return Scope(name, tuple(bound_at), bound_at, strings, parents)


def _parameters(function: FunctionNode) -> Iterator[ast.arg]:
    arguments = function.args
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from filter(None, (arguments.vararg, arguments.kwarg))


def stored_names(tree: ast.AST) -> Iterator[ast.Name]:
    """Yield the names in a tree that are assigned to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node


def strings_in(tree: ast.Module) -> tuple[str, ...]:
    """Return the strings of a module that are compared, chosen from or defaults, sorted."""
    found: set[str] = set()
    for node in ast.walk(tree):
        parts: list[ast.expr | None] = []
        match node:
            case ast.Compare():
                parts = [node.left, *node.comparators]
            case ast.arguments():
                parts = [*node.defaults, *node.kw_defaults]
            case ast.Dict():
                parts = [*node.keys]
            case ast.Tuple() | ast.List() | ast.Set():
                parts = [*node.elts]
        found |= {
            part.value
            for part in parts
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        }
    return tuple(sorted(found))
