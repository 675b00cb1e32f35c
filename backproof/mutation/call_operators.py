"""Mutation operators for calls: axes, copies, dtypes, arguments, and similar functions."""

from __future__ import annotations

import ast

from backproof.mutation.expression_operators import (
    Operator,
    Replacements,
    changed,
    number_in,
    replaced_at,
    swapped_at,
)
from backproof.mutation.scope import Scope

# Functions that are easily taken for one another, in numpy, in math, or as methods of an array.
_SIMILAR = (
    ("sum", "mean"),
    ("mean", "median"),
    ("max", "min"),
    ("amax", "amin"),
    ("maximum", "minimum"),
    ("argmax", "argmin"),
    ("any", "all"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("std", "var"),
    ("floor", "ceil"),
    ("exp", "log"),
    ("sqrt", "square"),
    ("square", "abs"),
    ("sin", "cos"),
    ("tanh", "sin"),
    ("less", "less_equal"),
    ("greater", "greater_equal"),
    ("less", "greater"),
    ("add", "subtract"),
    ("multiply", "divide"),
    ("vstack", "hstack"),
    ("standard_normal", "random"),
    ("uniform", "normal"),
    ("shuffle", "permutation"),
    ("append", "insert"),
)
_COPIES = ("copy", "deepcopy", "array", "asarray", "ascontiguousarray", "list", "tuple", "float")
_REDUCTIONS = ("sum", "mean", "max", "min", "std", "var", "prod", "any", "all", "median")
_WITH_DDOF = ("std", "var")
_WITH_DTYPE = ("zeros", "ones", "full", "empty", "array", "asarray", "zeros_like", "ones_like")
# The order of their arguments, or the sign of the first one, does not matter.
_COMMUTATIVE = ("maximum", "minimum", "add", "multiply")
_EVEN = ("abs", "square", "shape", "size", "zeros_like", "ones_like", "cos")
_LOW_PRECISION = "float32"


def axis(node: ast.AST, _scope: Scope) -> Replacements:
    """Use another axis or none, and add or drop ``keepdims``."""
    if not isinstance(node, ast.Call):
        return
    for place, keyword in enumerate(node.keywords):
        if keyword.arg == "axis":
            yield node, _without_keyword(node, place)
            value = number_in(keyword.value)
            if value is not None:
                yield node, _with_value(node, place, ast.Constant(0 if value else 1))
            if called(node) in _REDUCTIONS and not _has_keyword(node, "keepdims"):
                yield node, _with_keyword(node, "keepdims", True)
        elif keyword.arg == "keepdims":
            yield node, _without_keyword(node, place)


def ddof(node: ast.AST, _scope: Scope) -> Replacements:
    """Divide by n − 1 in place of n in a standard deviation or variance, and conversely."""
    if not isinstance(node, ast.Call) or called(node) not in _WITH_DDOF:
        return
    if _has_keyword(node, "ddof"):
        return  # a constant
    yield node, _with_keyword(node, "ddof", 1)


def dtype(node: ast.AST, _scope: Scope) -> Replacements:
    """Drop the dtype of an array, or make it ``int`` or ``float32``."""
    if not isinstance(node, ast.Call):
        return
    places = [place for place, keyword in enumerate(node.keywords) if keyword.arg == "dtype"]
    for place in places:
        yield node, _without_keyword(node, place)
        yield node, _with_value(node, place, ast.Name("int"))
        yield node, _with_value(node, place, ast.Constant(_LOW_PRECISION))
    if not places and called(node) in _WITH_DTYPE:
        yield node, _with_keyword(node, "dtype", _LOW_PRECISION)


def copied(node: ast.AST, _scope: Scope) -> Replacements:
    """Leave out a copy or a conversion: ``x.copy()`` and ``np.asarray(x)`` become ``x``."""
    if isinstance(node, ast.Call) and called(node) in _COPIES:
        if node.args and not isinstance(node.args[0], ast.Starred):
            yield node, node.args[0]
        elif isinstance(node.func, ast.Attribute) and not node.args:
            yield node, node.func.value


def similar(node: ast.AST, _scope: Scope) -> Replacements:
    """Call a similar function: ``sum`` becomes ``mean``, ``max`` becomes ``min``."""
    if isinstance(node, ast.Call):
        present = called(node)
        for pair in _SIMILAR:
            if present in pair:
                other = pair[1 - pair.index(present)]
                yield (
                    node.func,
                    (
                        changed(node.func, attr=other)
                        if isinstance(node.func, ast.Attribute)
                        else ast.Name(other)
                    ),
                )


def call(node: ast.AST, _scope: Scope) -> Replacements:
    """Leave out a call: ``np.sqrt(x)`` and ``x.sum(axis=0)`` become ``x``."""
    if not isinstance(node, ast.Call):
        return
    for argument in node.args:
        if not isinstance(argument, ast.Starred | ast.Constant):
            yield node, argument
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield node, node.func.value


def keyword(node: ast.AST, _scope: Scope) -> Replacements:
    """Leave out a keyword argument."""
    if isinstance(node, ast.Call):
        for place, present in enumerate(node.keywords):
            if present.arg not in (None, "axis", "keepdims", "dtype"):
                yield node, _without_keyword(node, place)


def argument(node: ast.AST, _scope: Scope) -> Replacements:
    """Swap two arguments, negate the first, or leave out the last: ``f(x, y)`` becomes ``f(y, x)``.

    Only functions of numpy and math get a negated argument. What cannot matter is left out.
    """
    if not isinstance(node, ast.Call):
        return
    for place in range(len(node.args) - 1):
        swapped = node.args[place : place + 2]
        if called(node) in _COMMUTATIVE or any(isinstance(one, ast.Starred) for one in swapped):
            continue
        yield node, changed(node, args=swapped_at(node.args, place))
    if len(node.args) > 1:
        yield node, changed(node, args=node.args[:-1])
    of_module = isinstance(node.func, ast.Attribute) and _is_module(node.func.value)
    if of_module and node.args and called(node) not in _EVEN:
        first = node.args[0]
        if isinstance(first, ast.Name | ast.BinOp | ast.Call | ast.Attribute):
            negated = ast.UnaryOp(ast.USub(), first)
            yield node, changed(node, args=replaced_at(node.args, 0, negated))


def called(node: ast.Call) -> str:
    """Return the last part of the name of a called function; empty if it has none."""
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _is_module(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy", "math", "scipy")


def _has_keyword(node: ast.Call, name: str) -> bool:
    return any(keyword.arg == name for keyword in node.keywords)


def _with_keyword(node: ast.Call, name: str, value: int | str) -> ast.AST:
    added = ast.keyword(name, ast.Constant(value))
    result: ast.AST = changed(node, keywords=[*node.keywords, added])
    return result


def _without_keyword(node: ast.Call, place: int) -> ast.AST:
    rest = node.keywords[:place] + node.keywords[place + 1 :]
    result: ast.AST = changed(node, keywords=rest)
    return result


def _with_value(node: ast.Call, place: int, value: ast.expr) -> ast.AST:
    keyword = changed(node.keywords[place], value=value)
    result: ast.AST = changed(node, keywords=replaced_at(node.keywords, place, keyword))
    return result


OPERATORS: dict[str, Operator] = {
    "axis": axis,
    "ddof": ddof,
    "dtype": dtype,
    "copy": copied,
    "similar": similar,
    "call": call,
    "keyword": keyword,
    "argument": argument,
}
