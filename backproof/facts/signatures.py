"""The parameters, defaults and array sizes of functions, read from the template."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# As in "h_prev: (m, n_in)" or "minimum, maximum: (n,)".
_SHAPES = re.compile(r"((?:\w+, )*\w+): \((\w+(?:, \w+)*),?\)")


@dataclass(frozen=True)
class Signature:
    """The parameters of a function.

    Attributes:
        names: Their names, in order.
        defaults: The defaults of those that have one.
        shapes: By name, the symbols of an array's sizes, as the docstring gives them.

    """

    names: tuple[str, ...]
    defaults: Mapping[str, Any]
    shapes: Mapping[str, tuple[str, ...]]

    def bind(self, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call by their names, those left out with their defaults."""
        return {**self.defaults, **dict(zip(self.names, arguments, strict=False)), **keywords}


@functools.cache
def signatures(folder: Path) -> Mapping[str, Signature]:
    """Return the signatures of all functions in a folder of modules, by ``"unit.name"``."""
    found = {}
    for file in sorted(folder.glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                found[f"{file.stem}.{node.name}"] = _signature(node)
    return found


def _signature(node: ast.FunctionDef) -> Signature:
    names = tuple(each.arg for each in (*node.args.posonlyargs, *node.args.args))
    defaults = dict(zip(reversed(names), reversed(node.args.defaults), strict=False))
    constants = {
        name: default.value for name, default in defaults.items() if type(default) is ast.Constant
    }
    text = " ".join((ast.get_docstring(node) or "").split())
    shapes = {
        name: tuple(sizes.split(", "))
        for listed, sizes in _SHAPES.findall(text)
        for name in listed.split(", ")
        if name in names
    }
    return Signature(names, constants, shapes)
