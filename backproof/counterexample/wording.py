"""The names of parameters, and the opaque results, which decide how a program words a call."""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Wording:
    """Facts about functions, by their ``"unit.name"``, that the wording of a program depends on.

    Attributes:
        parameters: The names of their parameters.
        opaque: The positions in their results of objects that are passed on unchanged; -1 is the
            whole result.

    """

    parameters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    opaque: Mapping[str, Sequence[int]] = field(default_factory=dict)


@functools.cache
def parameter_names(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the names of the parameters of all functions in a folder of modules."""
    names = {}
    for file in sorted(folder.glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                parameters = (*node.args.posonlyargs, *node.args.args)
                names[f"{file.stem}.{node.name}"] = tuple(each.arg for each in parameters)
    return names
