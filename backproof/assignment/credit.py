"""The credit of functions: the table ``[tool.backproof.credit]``.

The points of a unit belong to its functions. A function either has points, or counts as a part of
another function, with which it shares an object that only the two understand.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeGuard

from msgspec import Meta, Struct

from backproof.errors import UserError

CORE_POLICY, SHARE_POLICY, ALL_POLICY = "core", "share", "all"
POLICIES = (CORE_POLICY, SHARE_POLICY, ALL_POLICY)

_SETTINGS = ("policy", "edges")
# Points add up if they differ by less: they are typed with a few decimals.
_ROUNDING = 1e-9


class Credit(Struct, frozen=True, forbid_unknown_fields=True):
    """How the functions of an assignment earn points.

    Attributes:
        policy: ``"core"``: the core properties of a function earn most of its points together, and
            its edge properties earn the rest one by one. ``"share"``: all of its properties earn
            its points one by one. ``"all"``: they earn them all together or not at all.
        edges: Share of the points of a function that its edge properties earn in the policy
            ``"core"``.
        points: Points of single functions, by ``"unit.name"``. The other functions of a unit share
            the rest of its points evenly.
        parts: For a function that has no points of its own, the function that it is a part of.
    """

    policy: str = CORE_POLICY
    edges: Annotated[float, Meta(ge=0, le=1)] = 0.3
    points: Mapping[str, Annotated[float, Meta(ge=0)]] = {}
    parts: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        """Refuse an unknown policy."""
        if self.policy not in POLICIES:
            raise ValueError(f"policy {self.policy!r} is not one of {', '.join(POLICIES)}")

    def whole(self, function: str) -> str:
        """Return the function that a function counts for: itself, or the one it is a part of."""
        return self.parts.get(function, function)

    def functions_of(self, unit: str) -> list[str]:
        """Return the functions of a unit that the table names."""
        named = (*self.points, *self.parts, *self.parts.values())
        return [name for name in named if name.partition(".")[0] == unit]


def with_credit(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table ``[tool.backproof]`` with its credit in the form of ``Credit``.

    In the file, ``optimizers.adam_step = 5`` gives points to a function, and ``optimizers.adam_init
    = "optimizers.adam_step"`` makes a function a part of another.

    Raises:
        UserError: A function has something else than points or the name of another.
    """
    credit = table.get("credit")
    if not isinstance(credit, dict):
        return dict(table)
    settings = {key: value for key, value in credit.items() if key in _SETTINGS}
    entries = dict(_flat({key: credit[key] for key in credit if key not in _SETTINGS}))
    for name, value in entries.items():
        is_number = type(value) in (int, float) and value >= 0
        if not is_number and not isinstance(value, str):
            raise UserError(
                f"tool.backproof.credit.{name}: expected points, a number of at least 0, or the "
                f"function that it is a part of, got {str(value).lower()}"
            )
    parts = {name: value for name, value in entries.items() if isinstance(value, str)}
    points = {name: value for name, value in entries.items() if name not in parts}
    return {**table, "credit": {**settings, "points": points, "parts": parts}}


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def functions_in(folders: Iterable[Path], unit: str) -> tuple[str, ...]:
    """Return the public functions of a unit in the first folder that has it, as ``"unit.name"``.

    A class with methods is among them, as it is called, too, unless a function returns its objects.

    Raises:
        UserError: The file cannot be parsed.
    """
    for folder in folders:
        file = folder / f"{unit}.py"
        if file.is_file():
            body = parsed(file).body
            returned = {
                name.id
                for node in body
                if isinstance(node, ast.FunctionDef) and node.returns is not None
                for name in ast.walk(node.returns)
                if isinstance(name, ast.Name)
            }
            names = (n.name for n in body if _is_called(n) and n.name not in returned)
            return tuple(f"{unit}.{name}" for name in names if not name.startswith("_"))
    return ()


def parsed(file: Path) -> ast.Module:
    """Return a file of an assignment, parsed; ``UserError`` if it cannot be."""
    try:
        return ast.parse(file.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError) as error:
        raise UserError(f"{file.parent.name}/{file.name} cannot be parsed: {error}") from None


def _is_called(node: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.ClassDef]:
    """Return whether a statement defines a function, or a class with methods."""
    body = node.body if isinstance(node, ast.ClassDef) else ()
    return isinstance(node, ast.FunctionDef) or any(isinstance(n, ast.FunctionDef) for n in body)


def points_of_functions(
    credit: Credit, functions: Collection[str], total: float
) -> dict[str, float]:
    """Return the points of the functions of a unit; those that are parts of others have none.

    Args:
        credit: The credit of the assignment.
        functions: All functions of the unit.
        total: The points of the unit.
    """
    whole = dict.fromkeys(credit.whole(function) for function in functions)
    given = {function: credit.points[function] for function in whole if function in credit.points}
    others = [function for function in whole if function not in given]
    rest = total - sum(given.values())
    if not others and given:
        # Functions that no view and no property has are not known, so others share their points.
        return {function: points + rest / len(given) for function, points in given.items()}
    return {function: given.get(function, max(0.0, rest / len(others))) for function in whole}


def problem_of(
    credit: Credit, functions: Mapping[str, Collection[str]], totals: Mapping[str, float]
) -> str:
    """Return what is wrong with a credit table, as ``"key: problem"``; empty if nothing is.

    Args:
        credit: The credit of the assignment.
        functions: The functions of each unit, as far as they are known.
        totals: The points of each unit.
    """
    for name in (*credit.points, *credit.parts):
        unit = name.partition(".")[0]
        if unit not in totals or "." not in name:
            return f'{name}: must be a function, such as "unit.name"; the units are ' + ", ".join(
                sorted(totals)
            )
        if functions.get(unit) and name not in functions[unit]:
            return f"{name}: there is no such function; {unit} has {_names(functions[unit])}"
    for part, whole in credit.parts.items():
        unit = part.partition(".")[0]
        known = functions.get(unit) or (whole,)
        if whole not in known or whole in credit.parts or whole.partition(".")[0] != unit:
            return (
                f'{part}: expected points, or a function of {unit} with points of its own as "'
                f'{unit}.name", got "{whole}"'
            )
    for unit, total in totals.items():
        given = sum(points for name, points in credit.points.items() if name.startswith(f"{unit}."))
        wholes = {credit.whole(function) for function in functions.get(unit, ())}
        is_complete = bool(wholes) and wholes <= set(credit.points)
        if given > total + _ROUNDING or (is_complete and given < total - _ROUNDING):
            return (
                f"{unit}: the points of its functions add up to {given:g}, and the unit has "
                f"{total:g} under tool.backproof.points"
            )
    return ""


def _names(functions: Iterable[str]) -> str:
    return ", ".join(function.partition(".")[2] for function in functions)
