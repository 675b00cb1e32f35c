"""The imports of a case, as they work where a student pastes it.

A case imports each unit by its name. A submission may be a single file that defines all units, or
be in another folder than the one in which a student types.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path, PurePosixPath

_FITTED = re.compile(
    r"(?:import \S+ as (?P<module>\w+)|(?P<name>\w+) = __import__\(.*\))(?:  #.*)?"
)
_IN_NOTEBOOK = "  # in your notebook"


def fit_to_file(case: str, single_file: str | None, units: Collection[str]) -> str:
    """Return a case that runs beside, or in, the file that defines its units.

    Args:
        case: The case.
        single_file: The path of the file that defines all units; ``None`` if each has its module.
        units: The units that this file defines.
    """
    if single_file is None:
        return case
    return "\n".join(
        _import_of(line.removeprefix("import "), PurePosixPath(single_file))
        if line.startswith("import ") and line.removeprefix("import ") in units
        else line
        for line in case.split("\n")
    )


def fit_to_modules(case: str, units: Collection[str]) -> str:
    """Return a case that imports each unit by its name again."""
    lines = case.split("\n")
    for index, line in enumerate(lines):
        fitted = _FITTED.fullmatch(line)
        unit = fitted and (fitted["module"] or fitted["name"])
        if unit in units:
            lines[index] = f"import {unit}"
    return "\n".join(lines)


def fit_to_folder(case: str, path: str | os.PathLike[str]) -> str:
    """Return a case that finds a folder of modules, or a file, from the current folder."""
    folder = Path(path) if Path(path).is_dir() else Path(path).parent
    is_found = folder.resolve() == Path.cwd().resolve()
    if is_found or not (Path(path).is_dir() or Path(path).suffix == ".py"):
        return case
    return f"import sys; sys.path.insert(0, {str(folder)!r})\n{case}"


def _import_of(unit: str, file: PurePosixPath) -> str:
    if file.suffix == ".ipynb":
        return f"import __main__ as {unit}{_IN_NOTEBOOK}"
    if file.stem.isidentifier():
        return f"import {file.stem} as {unit}"
    return f"{unit} = __import__({file.stem!r})"
