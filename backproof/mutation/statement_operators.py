"""Mutation operators for statements: dropped statements, in-place updates, bounds of loops."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from backproof.mutation.expression_operators import Operator, Replacements, changed, replaced_at
from backproof.mutation.scope import Scope, stored_names

_UFUNCS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
}
_DROPPED = (ast.AugAssign, ast.Expr, ast.If, ast.For, ast.While, ast.Delete)


def statement(node: ast.AST, scope: Scope) -> Replacements:
    """Drop a statement; an assignment only if its names have a value before it."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return  # a docstring
        case ast.Assign():
            names = [target.id for target in stored_names(node)]
            drops = all(scope.bound_at.get(name, node.lineno) < node.lineno for name in names)
        case _:
            drops = isinstance(node, _DROPPED)
    if drops:
        yield node, ast.Pass()


def augmented(node: ast.AST, _scope: Scope) -> Replacements:
    """Overwrite in place of an update: ``x += y`` becomes ``x = y``."""
    if isinstance(node, ast.AugAssign):
        yield node, ast.Assign([node.target], node.value, lineno=node.lineno)


def in_place(node: ast.AST, _scope: Scope) -> Replacements:
    """Overwrite an operand: ``x + y`` becomes ``np.add(x, y, out=x)``."""
    match node:
        case ast.BinOp(left=ast.Name() as overwritten) if type(node.op) in _UFUNCS:
            function = ast.Attribute(ast.Name("np"), _UFUNCS[type(node.op)], ast.Load())
            keywords = [ast.keyword("out", overwritten)]
            yield node, ast.Call(function, [node.left, node.right], keywords)


def loop(node: ast.AST, _scope: Scope) -> Replacements:
    """Loop once less or more, or backwards: ``range(n)`` becomes ``range(n - 1)`` and so on."""
    match node:
        case ast.For() | ast.comprehension():
            iterated = node.iter
        case _:
            return
    if isinstance(iterated, ast.Call) and getattr(iterated.func, "id", "") == "range":
        yield from _other_ranges(iterated)
    for bounds in ("[1:]", "[:-1]", "[::-1]"):
        new = ast.parse(f"list(x){bounds}", mode="eval").body
        assert isinstance(new, ast.Subscript)
        assert isinstance(new.value, ast.Call)
        new.value.args = [iterated]
        yield iterated, new


def leave(node: ast.AST, _scope: Scope) -> Replacements:
    """Leave a loop in place of its turn, and conversely: ``break`` becomes ``continue``."""
    match node:
        case ast.Break():
            yield node, ast.Continue()
        case ast.Continue():
            yield node, ast.Break()


def _other_ranges(iterated: ast.Call) -> Replacements:
    """Move the bounds of ``range`` by one."""
    for place in range(min(len(iterated.args), 2)):
        bound = iterated.args[place]
        for other in _moved(bound):
            yield iterated, changed(iterated, args=replaced_at(iterated.args, place, other))


def _moved(bound: ast.expr) -> Iterator[ast.expr]:
    yield ast.BinOp(bound, ast.Add(), ast.Constant(1))
    yield ast.BinOp(bound, ast.Sub(), ast.Constant(1))


OPERATORS: dict[str, Operator] = {
    "statement": statement,
    "augmented": augmented,
    "in place": in_place,
    "loop": loop,
    "leave": leave,
}
