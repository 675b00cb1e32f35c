"""A change of one node of a source text, as a new text and as a difference of two lines."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

# How tightly an expression binds its parts, as in Python's grammar; atoms bind tightest.
_LOOSEST, _CONDITIONAL, _NOT, _COMPARISON, _SIGN, _POWER, _ATOM = 0, 2, 5, 6, 13, 14, 16
_BOOLEAN = {ast.Or: 3, ast.And: 4}
_BINARY = {ast.BitOr: 7, ast.BitXor: 8, ast.BitAnd: 9, ast.LShift: 10, ast.RShift: 10}
_BINARY |= {ast.Add: 11, ast.Sub: 11}
_BINARY |= dict.fromkeys((ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.MatMult), 12)
_BINARY[ast.Pow] = _POWER
# A string as ``ast`` writes it; most sources have double quotes.
_SINGLE_QUOTED = re.compile(r"'([^'\"\\]*)'")


class Edit(NamedTuple):
    """A node that is replaced.

    Attributes:
        node: An expression or a statement with a place in the source.
        parent: The node that contains it.
        replacement: The new node.

    """

    node: ast.expr | ast.stmt
    parent: ast.AST
    replacement: ast.AST


class EditedSource:
    """A source text with one node replaced.

    Args:
        text: The whole source text.
        edit: The change.

    Attributes:
        text: The changed source text.
        line: The number of the first line that is replaced.
        before: The replaced lines, as one line.
        after: The lines that replace them, as one line.

    """

    def __init__(self, text: str, edit: Edit) -> None:
        node = edit.node
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        lines = text.splitlines(keepends=True)
        first, last = node.lineno - 1, node.end_lineno - 1
        # Columns count the bytes of the UTF-8 text.
        head = lines[first].encode()[: node.col_offset].decode()
        tail = lines[last].encode()[node.end_col_offset :].decode()
        inside = "".join(lines[first : last + 1])[len(head) :]
        changed = head + _written(edit, original=inside[: len(inside) - len(tail)]) + tail
        self.text = "".join([*lines[:first], changed, *lines[last + 1 :]])
        self.line = node.lineno
        self.before = _in_one_line(head + inside)
        self.after = _in_one_line(changed)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _written(edit: Edit, original: str) -> str:
    """Return the source of the replacement, in parentheses if it needs them at its place."""
    text = _SINGLE_QUOTED.sub(r'"\1"', _in_one_line(ast.unparse(edit.replacement)))
    if isinstance(edit.node, ast.Tuple) and not original.startswith("("):
        return text[1:-1]
    required = _required_binding(edit.parent, edit.node)
    # If the replaced node needed parentheses, they are there already.
    if _binding(edit.replacement) < required <= _binding(edit.node):
        return f"({text})"
    return text


def _binding(node: ast.AST) -> int:
    """Return how tightly an expression binds."""
    match node:
        case ast.IfExp() | ast.Lambda():
            return _CONDITIONAL
        case ast.BoolOp():
            return _BOOLEAN[type(node.op)]
        case ast.UnaryOp(op=ast.Not()):
            return _NOT
        case ast.Compare():
            return _COMPARISON
        case ast.BinOp():
            return _BINARY[type(node.op)]
        case ast.UnaryOp() | ast.Constant(value=int() | float()) if _is_negative(node):
            return _SIGN
    return _ATOM


def _is_negative(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) or str(getattr(node, "value", "")).startswith("-")


def _required_binding(parent: ast.AST, child: ast.AST) -> int:
    """Return how tightly an expression must bind to stand in a place without parentheses."""
    match parent:
        case ast.BinOp(op=ast.Pow()):
            return _POWER + 1 if child is parent.left else _SIGN
        case ast.BinOp():
            return _BINARY[type(parent.op)] + (child is parent.right)
        case ast.UnaryOp() | ast.Compare() | ast.BoolOp():
            return _binding(parent) + (not isinstance(parent, ast.UnaryOp))
        case ast.IfExp():
            return _CONDITIONAL + 1
        case ast.Attribute() | ast.Subscript(value=_) | ast.Call() if child in _heads(parent):
            return _ATOM
    return _LOOSEST


def _heads(parent: ast.AST) -> tuple[object, ...]:
    return (getattr(parent, "value", None), getattr(parent, "func", None))
