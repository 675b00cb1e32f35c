"""The result of the last check of a submission, with which the next one is compared.

It is kept in the user's folder for the state of programs, never beside the submission: a status for
each property, and no text of the submission.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from backproof.atomic_write import write_atomically
from backproof.errors import UserError
from backproof.grades.changes import describe_changes, statuses
from backproof.grades.outcomes import Grade
from backproof.user_folders import state_folder

# The results of the submissions that were checked longest ago are deleted.
_MAX_FILES = 100
# The settings that must be equal: other cases, or other properties, make other statuses.
_SETTINGS = ("assignment", "backproof", "profile", "seed")


class _Kept(msgspec.Struct):
    """The content of a file."""

    path: str
    settings: dict[str, Any]
    statuses: dict[str, str]


def compare_and_keep(path: str, grade: Grade) -> str:
    """Return what has changed since the last check of a path, and keep this one.

    Nothing is kept where the folder cannot be written, and an unreadable file counts as none.

    Args:
        path: The submission.
        grade: Its grade, as a student may see it. It may be one of a part of the properties.

    Returns:
        A text such as ``"Since the last check: 7 rules newly hold, 1 no longer."``; empty if there
        is no change, or no earlier check with the same settings.
    """
    place = str(Path(path).resolve())
    try:
        folder = state_folder() / "checks"
    except RuntimeError:  # the user has no home
        return ""
    file = folder / f"{hashlib.sha256(place.encode()).hexdigest()[:32]}.json"
    settings = {name: grade.graded_with.get(name) for name in _SETTINGS}
    before: Mapping[str, str] = {}
    with contextlib.suppress(OSError, ValueError, msgspec.ValidationError):
        kept = msgspec.json.decode(file.read_bytes(), type=_Kept)
        if kept.settings == settings:
            before = kept.statuses
    now = statuses(grade)
    content = {"path": place, "settings": settings, "statuses": {**before, **now}}
    with contextlib.suppress(OSError, UserError):
        write_atomically(file, json.dumps(content).encode())
        _delete_oldest(file.parent)
    changes = describe_changes(before, now)
    return f"Since the last check: {changes}." if changes else ""


def _delete_oldest(folder: Path) -> None:
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
    for file in files[:-_MAX_FILES]:
        file.unlink(missing_ok=True)
