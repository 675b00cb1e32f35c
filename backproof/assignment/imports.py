"""Imports of the files that an instructor writes; an error is one line that names the file."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType

from backproof.assignment.config import Assignment
from backproof.errors import UserError

# The packages that every assignment has under the same names.
_VIEWS = frozenset({"reference", "properties", "misconceptions", "demos"})
# The folders of assignments in the search path of modules.
_added_paths: set[str] = set()


def forget_other_assignments(root: Path) -> None:
    """Remove the views of other assignments from the modules that this process has imported.

    Otherwise ``properties`` would still be the package of the assignment that was used before.
    """
    own = os.path.realpath(root)
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _VIEWS and not _is_below(module, own):
            del sys.modules[name]
    for path in _added_paths - {str(root)}:
        _added_paths.remove(path)
        if path in sys.path:
            sys.path.remove(path)


def _is_below(module: ModuleType, folder: str) -> bool:
    places = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
    return any(place and os.path.realpath(place).startswith(folder + os.sep) for place in places)


def import_view(assignment: Assignment, module: str) -> ModuleType:
    """Import a module of an assignment, such as ``misconceptions.layers``.

    Raises:
        UserError: It cannot be imported.

    """
    root = str(assignment.root)
    forget_other_assignments(assignment.root)
    if root not in sys.path:
        sys.path.insert(0, root)
        _added_paths.add(root)
    try:
        return importlib.import_module(module)
    except (Exception, SystemExit) as error:
        file = f"{module.replace('.', '/')}.py"
        place = _place(error, root)
        raise UserError(
            f"{file} cannot be imported: {type(error).__name__}: {error}{place}"
        ) from error


def _place(error: BaseException, root: str) -> str:
    """Return the last line of the assignment's own files that led to an exception."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(root)]
    if isinstance(error, SyntaxError) or not own:
        return ""
    return f" ({own[-1].filename.removeprefix(root).lstrip('/')}, line {own[-1].lineno})"
