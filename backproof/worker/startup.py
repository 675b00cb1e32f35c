"""Preparation of a process before a student's code is loaded into it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Sequence


def import_libraries(libraries: Iterable[str], path: Sequence[str]) -> list[str]:
    """Import the libraries, then close all other ways to import; return those that were found.

    Args:
        libraries: Installed packages and modules that the submission may use.
        path: The search path that is left: the standard library's. Imported packages find their
            own modules without it.

    """
    imported = [name for name in libraries if import_library(name)]
    sys.path[:] = path
    close_engine()
    sys.path_importer_cache.clear()
    return imported


def import_library(name: str) -> bool:
    """Import an installed module; return whether that succeeded."""
    try:
        importlib.import_module(name)
    except BaseException:  # the submission's own import of it reports the reason
        return False
    return True


def close_engine() -> None:
    """Make the engine's other modules impossible to import, as student code runs in this process.

    Every package has a search path of its own, so emptying only the outermost is not enough.
    """
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "backproof" and hasattr(module, "__path__"):
            module.__path__ = []
