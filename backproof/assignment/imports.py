"""Imports of the files that an instructor writes; an error is one line that names the file."""

from __future__ import annotations

import importlib
import sys
import traceback
from types import ModuleType

from backproof.assignment.config import Assignment
from backproof.errors import UserError


def import_view(assignment: Assignment, module: str) -> ModuleType:
    """Import a module of an assignment, such as ``misconceptions.layers``.

    Raises:
        UserError: It cannot be imported.

    """
    root = str(assignment.root)
    if root not in sys.path:
        sys.path.insert(0, root)
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
