"""Who handed in what, from paths that a regular expression matches."""

from __future__ import annotations

import re

from backproof.errors import UserError
from backproof.printable import first_few, printable
from backproof.roster.entries import ClassEntry, FolderReading, student
from backproof.roster.folder_levels import folder_level

_DEEPEST = 20


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile what an instructor wrote.

    Raises:
        UserError: It is no regular expression, or has no group ``id``.
    """
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise UserError(f"the pattern {printable(pattern)} cannot be used: {error}") from None
    if "id" not in compiled.groupindex:
        raise UserError(
            f"the pattern {printable(pattern)} does not tell the student's id: it needs a group"
            " (?P<id>…)"
        )
    return compiled


def read_pattern(pattern: re.Pattern[str], reading: FolderReading) -> None:
    """Read the paths in a folder that a regular expression matches as a whole.

    Raises:
        UserError: It matches none.
    """
    _, unmatched = _search(pattern, reading, "")
    if not reading.handed:
        raise UserError(
            f"the pattern {printable(pattern.pattern)} matches nothing in {reading.name}: it has"
            f" {first_few(unmatched) or 'nothing'}, and the whole of a path must match"
        )
    for path in unmatched:
        reading.refuse(path, "does not match the pattern")


def _search(pattern: re.Pattern[str], reading: FolderReading, base: str) -> tuple[bool, list[str]]:
    """Take what matches in a folder; tell whether anything does, and what does not.

    What is in a folder that matches is part of that submission. Where nothing in a folder
    matches, it is the folder that does not.
    """
    level = folder_level(reading.folder, base)
    found, unmatched = False, []
    for name in sorted([*level.folders, *level.files]):
        path = base + name
        match = pattern.fullmatch(path)
        told = match.groupdict(default="") if match else {}
        if told.get("id"):
            who = student(told["id"], told.get("name", ""), told.get("email", ""))
            order = f"{told.get('attempt', '')}/{path}"
            handed = ClassEntry((who,), told["id"], path=reading.folder / path, order=order)
            reading.handed.append(handed)
            found = True
        elif name in level.folders and base.count("/") < _DEEPEST:
            within, rest = _search(pattern, reading, f"{path}/")
            unmatched += rest if within else [path]
            found = found or within
        else:
            unmatched.append(path)
    return found, unmatched
