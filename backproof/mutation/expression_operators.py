"""Mutation operators for expressions: arithmetic, comparisons, conditions, constants, slices.

An operator is a function of a node and its scope that yields pairs: the node to replace (the given
one, or one inside it) and the replacement.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Callable, Iterator
from typing import Any

from backproof.mutation.scope import Scope

Replacements = Iterator[tuple[ast.AST, ast.AST]]
Operator = Callable[[ast.AST, Scope], Replacements]

_OTHER_BINARY: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.Sub),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.Mult, ast.FloorDiv),
    ast.Pow: (ast.Mult, ast.Div),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
_COMMUTATIVE = (ast.Add, ast.Mult, ast.BitAnd, ast.BitOr)
_COMPARISONS: tuple[tuple[type[ast.cmpop], ...], ...] = (
    (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
    (ast.In, ast.NotIn),
    (ast.Is, ast.IsNot),
)
_SLIGHTLY = 1.1


def binary(node: ast.AST, _scope: Scope) -> Replacements:
    """Use another operator: ``a + b`` becomes ``a - b`` and ``a * b``, also in ``a += b``."""
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for other in _OTHER_BINARY.get(type(node.op), ()):
            yield node, changed(node, op=other())


def operand(node: ast.AST, _scope: Scope) -> Replacements:
    """Leave out an operand, or swap both: ``a - b`` becomes ``a``, ``b`` and ``b - a``."""
    if isinstance(node, ast.BinOp):
        yield node, node.left
        yield node, node.right
        if not isinstance(node.op, _COMMUTATIVE):
            yield node, changed(node, left=node.right, right=node.left)


def comparison(node: ast.AST, _scope: Scope) -> Replacements:
    """Compare otherwise: ``a < b`` becomes ``a <= b``, ``a > b`` and so on."""
    if not isinstance(node, ast.Compare):
        return
    for place, present in enumerate(node.ops):
        family = next(one for one in _COMPARISONS if type(present) in one)
        for other in family:
            if other is not type(present):
                yield node, changed(node, ops=replaced_at(node.ops, place, other()))


def boolean(node: ast.AST, _scope: Scope) -> Replacements:
    """Change logic: ``a and b`` becomes ``a or b``, ``a`` and ``b``; True and False are swapped."""
    match node:
        case ast.BoolOp():
            yield node, changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
            for place in range(len(node.values)):
                rest = node.values[:place] + node.values[place + 1 :]
                yield node, rest[0] if len(rest) == 1 else changed(node, values=rest)
        case ast.UnaryOp(op=ast.Not()):
            yield node, node.operand
        case ast.Constant(value=bool()):
            yield node, ast.Constant(not node.value)


def condition(node: ast.AST, _scope: Scope) -> Replacements:
    """Negate a condition, or take one branch always; drop the filter of a comprehension."""
    match node:
        case ast.If() | ast.While():
            yield node.test, ast.UnaryOp(ast.Not(), node.test)
            yield node.test, ast.Constant(True)
            yield node.test, ast.Constant(False)
        case ast.IfExp():
            yield node.test, ast.UnaryOp(ast.Not(), node.test)
            yield node, node.body
            yield node, node.orelse
        case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
            for place, loop in enumerate(node.generators):
                if loop.ifs:
                    loops = replaced_at(node.generators, place, changed(loop, ifs=[]))
                    yield node, changed(node, generators=loops)


def sign(node: ast.AST, _scope: Scope) -> Replacements:
    """Drop or add a minus: ``-x`` becomes ``x``, and ``a * b`` becomes ``-(a * b)``."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return  # a constant
        case ast.UnaryOp(op=ast.USub()):
            yield node, node.operand
        case ast.BinOp(op=ast.Sub() | ast.Mult() | ast.Div() | ast.MatMult()):
            yield node, ast.UnaryOp(ast.USub(), node)


def constant(node: ast.AST, scope: Scope) -> Replacements:
    """Use another constant: 1 becomes 2 and 0, 0.5 becomes 0.55, 1.0, 0.0 and −0.5.

    A string that is compared, chosen or an element is replaced by others of its module.
    """
    parent = scope.parents.get(node)
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.USub):
        return  # the negative number is one constant
    value = number_in(node)
    if value is not None:
        for other in _other_numbers(value):
            yield node, _number(other)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_value(parent):
        for text in _other_strings(node.value, scope.strings):
            yield node, ast.Constant(text)


def default(node: ast.AST, scope: Scope) -> Replacements:
    """Use another default of a parameter, by the rules for constants."""
    if isinstance(node, ast.arguments):
        for value in (*node.defaults, *filter(None, node.kw_defaults)):
            yield from constant(value, scope)
            yield from boolean(value, scope)


def transpose(node: ast.AST, _scope: Scope) -> Replacements:
    """Drop a transpose, or move it: ``a.T @ b`` becomes ``a @ b.T`` and ``(a.T @ b).T``."""
    match node:
        case ast.Attribute(attr="T", ctx=ast.Load()):
            yield node, node.value
        case ast.BinOp(op=ast.MatMult()):
            yield node, _transposed(node)
            left, right = _transposed(node.left), _transposed(node.right)
            yield node, changed(node, left=left, right=right)
            yield node, changed(node, left=left)
            yield node, changed(node, right=right)


def subscript(node: ast.AST, _scope: Scope) -> Replacements:
    """Drop a subscript, or move a bound of a slice by one: ``x[a:]`` becomes ``x[a + 1:]``."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield node, node.value
    if isinstance(node, ast.Slice):
        for bound in ("lower", "upper", "step"):
            present = getattr(node, bound)
            if present is None:
                continue
            yield node, changed(node, **{bound: None})
            if number_in(present) is None:
                yield present, ast.BinOp(present, ast.Add(), ast.Constant(1))
                yield present, ast.BinOp(present, ast.Sub(), ast.Constant(1))


def order(node: ast.AST, _scope: Scope) -> Replacements:
    """Swap neighbours of a tuple, as what is returned or unpacked: ``x, y`` becomes ``y, x``."""
    if isinstance(node, ast.Tuple):
        for place in range(len(node.elts) - 1):
            yield node, changed(node, elts=swapped_at(node.elts, place))


def name(node: ast.AST, scope: Scope) -> Replacements:
    """Use a neighbouring variable: in ``def f(n_in, n_out)``, ``n_in`` becomes ``n_out``."""
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
        return
    if node.id not in scope.names or isinstance(scope.parents.get(node), ast.Starred):
        return
    place = scope.names.index(node.id)
    for neighbour in (place - 1, place + 1):
        if 0 <= neighbour < len(scope.names):
            other = scope.names[neighbour]
            if scope.bound_at[other] <= node.lineno:
                yield node, ast.Name(other)


def changed(node: ast.AST, **fields: Any) -> Any:
    """Return a copy of a node with other fields; its parts are shared."""
    result = copy.copy(node)
    for key, value in fields.items():
        setattr(result, key, value)
    return result


def replaced_at(parts: list[Any], place: int, part: Any) -> list[Any]:
    """Return a list with another part at a place."""
    return [*parts[:place], part, *parts[place + 1 :]]


def swapped_at(parts: list[Any], place: int) -> list[Any]:
    """Return a list with two neighbours swapped."""
    return [*parts[:place], parts[place + 1], parts[place], *parts[place + 2 :]]


def number_in(node: ast.AST) -> int | float | None:
    """Return the number that a node is, with its sign; ``None`` if it is none."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            magnitude = number_in(node.operand)
            return None if magnitude is None else -magnitude
    return None


def _number(value: int | float) -> ast.expr:
    if value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _other_numbers(value: int | float) -> Iterator[int | float]:
    if isinstance(value, int):
        others: list[int | float] = [value + 1, value - 1, -value]
    elif value == 0.0:
        others = [1.0, -1.0, 1e-3]
    else:
        others = [float(f"{_SLIGHTLY * value:.6g}"), 2.0 * value, 0.0, -value]
    yield from (other for other in dict.fromkeys(others) if other != value)


def _is_value(parent: ast.AST | None) -> bool:
    """Return whether a string there is a value of the program; in a call it may be a message."""
    return isinstance(parent, ast.Compare | ast.List | ast.Set | ast.arguments | ast.Return)


def _other_strings(value: str, strings: tuple[str, ...]) -> Iterator[str]:
    others = [text for text in strings if text != value]
    yield from itertools.islice(others, 2) if others else (f"{value}*",)


def _transposed(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())


OPERATORS: dict[str, Operator] = {
    "default": default,
    "binary": binary,
    "operand": operand,
    "comparison": comparison,
    "boolean": boolean,
    "condition": condition,
    "sign": sign,
    "constant": constant,
    "transpose": transpose,
    "subscript": subscript,
    "order": order,
    "name": name,
}
