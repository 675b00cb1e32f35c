"""The calls between the functions of the reference, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from backproof.assignment.config import Assignment


def dependencies(assignment: Assignment) -> dict[str, frozenset[str]]:
    """Return for each function of the reference all functions that it may call.

    Functions are named ``"unit.name"``. A function that mentions a unit otherwise than by one of
    its functions, as in ``getattr(unit, name)``, may call all functions of the unit.
    """
    bodies: dict[str, ast.AST] = {}
    for unit in assignment.units:
        path = assignment.reference / f"{unit}.py"
        if path.is_file():
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef):
                    bodies[f"{unit}.{node.name}"] = node
    mentioned = {
        name: _mentioned(body, name.partition(".")[0], bodies) for name, body in bodies.items()
    }
    return {name: frozenset(_reachable(name, mentioned)) for name in mentioned}


def _mentioned(body: ast.AST, unit: str, functions: Collection[str]) -> set[str]:
    """Return the functions that a function's own source mentions."""
    found = set()
    units = {name.partition(".")[0] for name in functions}
    for node in ast.walk(body):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                found.add(f"{module}.{name}")
            case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=module), *_]):
                if module in units:
                    found |= {name for name in functions if name.startswith(f"{module}.")}
            case ast.Name(id=name):
                found.add(f"{unit}.{name}")
    return found & set(functions)


def _reachable(name: str, mentioned: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        for other in mentioned[waiting.pop()] - reached:
            reached.add(other)
            waiting.append(other)
    return reached
