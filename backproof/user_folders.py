"""The folders in which programs keep a user's data, as the conventions of each system say."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def state_folder() -> Path:
    """Return the folder of what Backproof remembers; ``RuntimeError`` if the user has no home."""
    return _folder("XDG_STATE_HOME", ".local/state", "Library/Application Support")


def cache_folder() -> Path:
    """Return the folder of what can be made again; one that cannot exist if there is no home."""
    try:
        return _folder("XDG_CACHE_HOME", ".cache", "Library/Caches")
    except RuntimeError:
        return Path(os.devnull) / "backproof"


def _folder(variable: str, on_linux: str, on_mac: str) -> Path:
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / on_mac
    else:
        base = Path(os.environ.get(variable) or home / on_linux)
    return base / "backproof"
