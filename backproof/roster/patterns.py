"""A class whose layout the instructor describes by a regular expression."""

from __future__ import annotations

import re

from backproof.errors import UserError
from backproof.printable import first_few, printable
from backproof.roster.entries import ClassEntry, FolderReading, student
from backproof.roster.folder_levels import folder_level

_MAX_DEPTH = 20


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile the pattern of an instructor.

    Raises:
        UserError: It is not a regular expression, or has no group ``id``.
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
    """Add an entry for each path in a folder that the pattern matches as a whole.

    Raises:
        UserError: The pattern matches no path.
    """
    _, unmatched = _search(pattern, reading, "")
    if not reading.entries:
        raise UserError(
            f"the pattern {printable(pattern.pattern)} matches nothing in {reading.name}: it has"
            f" {first_few(unmatched) or 'nothing'}, and the whole of a path must match"
        )
    for path in unmatched:
        reading.refuse(path, "does not match the pattern")


def _search(pattern: re.Pattern[str], reading: FolderReading, base: str) -> tuple[bool, list[str]]:
    """Add the entries of a folder and of the folders in it.

    A folder that matches is a submission with all that it contains. A folder in which nothing
    matches is reported instead of each of its files.

    Returns:
        Whether any path matched, and the paths that did not.
    """
    level = folder_level(reading.folder, base)
    any_matched, unmatched = False, []
    for name in sorted([*level.folders, *level.files]):
        path = base + name
        match = pattern.fullmatch(path)
        groups = match.groupdict(default="") if match else {}
        if groups.get("id"):
            who = student(groups["id"], groups.get("name", ""), groups.get("email", ""))
            order = f"{groups.get('attempt', '')}/{path}"
            entry = ClassEntry((who,), groups["id"], path=reading.folder / path, order=order)
            reading.entries.append(entry)
            any_matched = True
        elif name in level.folders and base.count("/") < _MAX_DEPTH:
            inner_matched, inner_unmatched = _search(pattern, reading, f"{path}/")
            unmatched += inner_unmatched if inner_matched else [path]
            any_matched = any_matched or inner_matched
        else:
            unmatched.append(path)
    return any_matched, unmatched
