"""Operators and built-in functions on a student's object, by the names of special methods.

They are applied as Python applies them: ``len`` to the length, ``a + b`` to what either of the two
defines. So an object that lacks an operation raises the exception that Python raises.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

# Of two operands, the object is the first one, or in the reflected form the second.
_BINARY = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "pow": operator.pow,
    "matmul": operator.matmul,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
}
SIGNS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "matmul": "@",
    "and": "&",
    "or": "|",
    "xor": "^",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}
_OTHERS: dict[str, Callable[..., Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "neg": operator.neg,
    "pos": operator.pos,
    "abs": operator.abs,
    "invert": operator.invert,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "contains": operator.contains,
    "bool": operator.truth,
    "str": str,
    "int": int,
    "setattr": setattr,
    "delattr": delattr,
    "reversed": lambda thing: list(reversed(thing)),
    # ``list(thing)`` asks for the length of anything, so its absence is an answer, not a failure.
    "len": lambda thing: len(thing) if hasattr(type(thing), "__len__") else None,
}


def _reflected(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda thing, other: operation(other, thing)


OPERATIONS: dict[str, Callable[..., Any]] = {
    **{f"__{name}__": operation for name, operation in (_BINARY | _OTHERS).items()},
    **{f"__r{name}__": _reflected(operation) for name, operation in _BINARY.items()},
}
