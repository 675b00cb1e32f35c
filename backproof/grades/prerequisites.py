"""The functions that a failed case is about, and those that it only builds on.

A case calls some functions. One of them may build on another: it calls it, or it is given what
the other one has returned. The table ``[tool.backproof.prerequisites]`` states this for every
function, as a property sees the calls that it makes itself and no others.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ANYTHING = "*"


@dataclass(frozen=True)
class Use:
    """One use of a student's function.

    Attributes:
        function: The function, as ``"unit.name"``.
        texts: Those of its arguments that are texts, by the names of the parameters.
    """

    function: str
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Blame:
    """The functions of one failed case.

    Attributes:
        blamed: The functions that it is about: those it called, but for those that another one
            of them builds on.
        relies_on: The functions that these build on. A name may contain ``*`` where the case does
            not tell which function it is.
    """

    blamed: tuple[str, ...] = ()
    relies_on: tuple[str, ...] = ()


class Prerequisites:
    """The functions that each function builds on.

    Args:
        table: For a function, or for a unit, the functions or units that it builds on. In
            ``"activations.{activation}"`` the argument of that name says which function it is.
        template: The folder with the functions' signatures, whose defaults count where a call
            leaves an argument out.
    """

    def __init__(self, table: Mapping[str, Sequence[str]], template: Path) -> None:
        self._table = table
        self._signatures = _signatures(template)

    def parameters_of(self, function: str) -> dict[str, Any]:
        """Return the parameters of a function with their defaults; ``...`` for those without."""
        parameters, defaults = self._signatures.get(function, ((), {}))
        return {name: defaults.get(name, ...) for name in parameters}

    def use_of(
        self,
        function: str,
        arguments: Sequence[Any] = (),
        keywords: Mapping[str, Any] | None = None,
    ) -> Use:
        """Return the use of a function that one call makes."""
        parameters, defaults = self._signatures.get(function, ((), {}))
        given = {**dict(zip(parameters, arguments, strict=False)), **(keywords or {})}
        # Without arguments the call is not known, so a default says nothing about it.
        known = {**defaults, **given} if given else {}
        return Use(function, {name: v for name, v in known.items() if isinstance(v, str)})

    def blame(self, uses: Iterable[Use], culprit: str = "") -> Blame:
        """Return which functions a failed case is about.

        Args:
            uses: The uses of functions in the case.
            culprit: The function that is known to have failed, if it is.
        """
        below: dict[str, set[str]] = {}
        for use in uses:
            below.setdefault(use.function, set()).update(self._below(use))
        if culprit:
            return Blame((culprit,), tuple(sorted(below.get(culprit, ()))))
        lower = [
            name
            for name in below
            if any(matches(name, found) for other, found in below.items() if other != name)
        ]
        blamed = tuple(name for name in below if name not in lower) or tuple(below)
        relies_on = {*below}.union(*below.values()) - {*blamed}
        return Blame(blamed, tuple(sorted(relies_on)))

    def _below(self, use: Use) -> set[str]:
        """Return all functions that one builds on, directly or not."""
        found: set[str] = set()
        waiting = [use.function]
        while waiting:
            name = waiting.pop()
            unit = name.partition(".")[0]
            for pattern in (*self._table.get(name, ()), *self._table.get(unit, ())):
                # A unit stands for all of its functions.
                function = _filled_in(pattern if "." in pattern else f"{pattern}.*", use.texts)
                if function not in found:
                    found.add(function)
                    waiting.append(function)
        return found - {use.function}


def matches(function: str, names: Collection[str]) -> bool:
    """Return whether a function is among names that may contain ``*``."""
    return function in names or any(fnmatchcase(function, name) for name in names if "*" in name)


def _filled_in(pattern: str, texts: Mapping[str, str]) -> str:
    """Replace the placeholders of a pattern by the arguments of these names."""
    return _PLACEHOLDER.sub(lambda found: texts.get(found[1], _ANYTHING), pattern)


@functools.cache
def _signatures(folder: Path) -> dict[str, tuple[tuple[str, ...], dict[str, Any]]]:
    """Return the parameters of each function, and their defaults that are constants."""
    signatures = {}
    for file in sorted(folder.glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                parameters = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
                last = parameters[len(parameters) - len(node.args.defaults) :]
                defaults = {
                    name: value.value
                    for name, value in zip(last, node.args.defaults, strict=True)
                    if isinstance(value, ast.Constant)
                }
                signatures[f"{file.stem}.{node.name}"] = (tuple(parameters), defaults)
    return signatures
