"""Read the exports of course platforms: the names in them show which student submitted what.

A layout is recognised by clear evidence only. Every file or folder that has no place in it is
reported in one line, except for hidden files and other by-products of tools.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from backproof.grades.results import Student
from backproof.intake.names import is_submission_name, source_path
from backproof.printable import first_few, printable
from backproof.roster.entries import ClassEntry, FolderReading, student
from backproof.roster.folder_levels import FolderLevel
from backproof.roster.gradescope_metadata import METADATA, read_metadata

# The layouts, with the description that messages use.
EXPORTS = {
    "gradescope": f"folders submission_<number>, with {METADATA} beside them",
    "moodle": "folders or files <full name>_<number>_assignsubmission_file",
    "canvas": "files <name>_<number>_<number>_<file name>",
    "github": "two folders <assignment>-<login> or more, of one assignment",
}

_SUBMISSION = re.compile(r"submission_\d+")
_ID = r"[1-9]\d*"
_CANVAS = re.compile(
    rf"(?:(?P<name>\w+?)_(?:(?P<late>(?i:LATE))_)?(?P<id>{_ID})|(?:(?P<anonymous_late>LATE)_)?(?P<anonymous>anon_[0-9A-Za-z]+))_"
    rf"(?:(?P<file>{_ID})_(?P<original>.+)|(?:text|link)\.html)",
    re.DOTALL,
)
# Canvas adds a number or a UUID to the name of a file that was uploaded before.
_UPLOADED_AGAIN = re.compile(
    r"(.+)-(?:\d{1,2}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\.\w+)", re.DOTALL
)
_MOODLE = re.compile(
    r"(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<kind>[a-z]+)_?(?P<original>.*)",
    re.DOTALL,
)


def platform_of(level: FolderLevel) -> str | None:
    """Return the platform that a folder is clearly an export of; else ``None``."""
    return next((layout for layout in EXPORTS if fits(layout, level)), None)


def fits(layout: str, level: FolderLevel, *, forced: bool = False) -> bool:
    """Return whether a folder has the layout of a platform's export.

    Args:
        layout: One of ``EXPORTS``.
        level: The folder.
        forced: Whether the instructor named this layout, so that less evidence is needed.
    """
    if layout == "gradescope":
        is_named_so = re.fullmatch(r"assignment_\d+_export", level.name) is not None
        is_clear = forced or is_named_so or METADATA in level.files
        return is_clear and any(map(_SUBMISSION.fullmatch, level.folders))
    if layout == "moodle":
        return any(map(_MOODLE.fullmatch, [*level.files, *level.folders]))
    if layout == "canvas":
        matches = [match for name in level.files if (match := _CANVAS.fullmatch(name))]
        # Canvas numbers each file. Dates in the names of other files, which look like such
        # numbers, repeat.
        numbers = {match["file"] or match[0] for match in matches}
        is_clear = len(numbers) == len(matches) > len(level.candidates) / 2
        return bool(matches) and (forced or is_clear)
    return _assignment_prefix(level, forced) is not None


def read_export(layout: str, level: FolderLevel, reading: FolderReading) -> None:
    """Add the entries of a folder that is an export of a platform."""
    readers = {
        "gradescope": _read_gradescope,
        "moodle": _read_moodle,
        "canvas": _read_canvas,
        "github": _read_github,
    }
    readers[layout](level, reading)


def _read_gradescope(level: FolderLevel, reading: FolderReading) -> None:
    """Read ``submission_<number>/`` folders; a file beside them lists their students."""
    metadata: dict[str, tuple[tuple[Student, ...], str]] = {}
    if METADATA in level.files:
        try:
            metadata = read_metadata(reading.folder / METADATA)
        except (OSError, ValueError) as error:
            reading.notes.append(
                f"{METADATA} in {reading.name} cannot be read: {printable(str(error))}"
            )
    without_students = []
    for name in level.folders:
        if not _SUBMISSION.fullmatch(name):
            reading.refuse(name, "is no folder submission_<number>")
            continue
        students, time = metadata.pop(name, ((), ""))
        if not students:
            without_students.append(name)
            students = (student(name),)
        path = reading.folder / name
        entry = ClassEntry(students, _label(students), path=path, time=time, order=name)
        reading.entries.append(entry)
    if without_students:
        reading.notes.append(
            f"{METADATA} does not tell who handed in {first_few(without_students)}: named by the "
            "folder"
        )
    for name in sorted(metadata):
        reading.refuse(name, f"is in {METADATA}, but there is no such folder")
    for name in level.files:
        if name != METADATA:
            reading.refuse(name, "is no folder submission_<number>")


def _read_moodle(level: FolderLevel, reading: FolderReading) -> None:
    """Read ``<full name>_<number>_assignsubmission_file`` folders, or files with such a prefix.

    For a group, Moodle writes the group's name and number. Students without a group, in an
    assignment for groups, have no number.
    """
    files: dict[Student, dict[str, Path]] = {}
    other_kinds: Counter[str] = Counter()
    for name in [*level.folders, *level.files]:
        match = _MOODLE.fullmatch(name)
        if match is None:
            reading.refuse(name, "is not named as Moodle names what was handed in")
            continue
        who = student(match["id"] or match["name"], match["name"])
        if match["kind"] != "file":
            other_kinds[match["kind"]] += 1
        elif name in level.folders:
            path = reading.folder / name
            reading.entries.append(ClassEntry((who,), _label((who,)), path=path))
        else:
            files.setdefault(who, {})[match["original"]] = reading.folder / name
    for who, parts in files.items():
        _add_parts(who, parts, "", reading)
    for kind, count in other_kinds.items():
        reading.notes.append(
            f"{count} of kind {kind} in {reading.name} are not looked at: no files"
        )


def _read_canvas(level: FolderLevel, reading: FolderReading) -> None:
    """Read ``<name>[_LATE]_<user>_<file>_<original name>`` files, and group them by user.

    Canvas removes punctuation from the user's name, or writes ``anon_<letters>`` in place of name
    and user. It adds ``-1`` or the like to the name of a file that was uploaded before, so files
    that differ only in this belong to different attempts. A file that was uploaded once belongs to
    all of them. ``_text.html`` and ``_link.html`` are texts and links instead of files.
    """
    owners: dict[str, Student] = {}
    # For each user and original name, the uploads with the numbers that Canvas gave them.
    files: dict[str, dict[str, list[tuple[int, Path]]]] = {}
    other: dict[str, str] = {}
    late: set[Path] = set()
    for name in level.files:
        match = _CANVAS.fullmatch(name)
        if match is None or match["file"] is None:
            is_no_file = "is a text or a link" if match else "is not named as Canvas names files"
            reading.refuse(name, is_no_file)
            continue
        identity = match["id"] or match["anonymous"]
        owners.setdefault(identity, student(identity, match["name"] or ""))
        original = match["original"]
        if not is_submission_name(original):
            other[identity] = name
            continue
        if again := _UPLOADED_AGAIN.fullmatch(original):
            original = again[1] + again[2]
        versions = files.setdefault(identity, {}).setdefault(original, [])
        versions.append((int(match["file"]), reading.folder / name))
        if match["late"] or match["anonymous_late"]:
            late.add(reading.folder / name)
    for identity, uploads in files.items():
        for number in range(max(map(len, uploads.values()))):
            parts = {
                original: sorted(versions)[min(number, len(versions) - 1)][1]
                for original, versions in uploads.items()
            }
            is_late = not late.isdisjoint(parts.values())
            _add_parts(owners[identity], parts, str(number), reading, is_late=is_late)
    for identity, name in other.items():
        if identity not in files:
            reading.refuse(name, "is no .py, .ipynb or .zip, nor is there one of that user")
    for name in level.folders:
        reading.refuse(name, "is a folder, where Canvas has files only")


def _read_github(level: FolderLevel, reading: FolderReading) -> None:
    """Read ``<assignment>-<login>/`` clones, as GitHub Classroom puts side by side."""
    prefix = _assignment_prefix(level, forced=True) or ""
    for name in level.folders:
        login = name.removeprefix(prefix)
        reading.entries.append(ClassEntry((student(login),), login, path=reading.folder / name))
    for name in level.files:
        reading.refuse(name, "is no folder <assignment>-<login>")


def _assignment_prefix(level: FolderLevel, forced: bool) -> str | None:
    """Return ``"<assignment>-"`` if all folders are clones of one assignment; else ``None``.

    Examples: ``hw1-submissions/`` with ``hw1-ada/``, ``hw1-ben/`` has the prefix ``hw1-``. In a
    folder of any other name, at least two folders must share a prefix that ends with a dash, and be
    git repositories.
    """
    assignment = level.name.removesuffix("-submissions")
    slug = f"{assignment}-"
    if assignment != level.name and all(n.startswith(slug) and n != slug for n in level.folders):
        return slug if level.folders else None
    if len(level.folders) < 2 or not (forced or level.repositories.issuperset(level.folders)):
        return None
    first = next(iter(level.folders))
    prefixes = [first[: at + 1] for at, letter in enumerate(first) if letter == "-"]
    shared = (p for p in prefixes if all(n.startswith(p) and n != p for n in level.folders))
    return max(shared, key=len, default=None)


def _add_parts(
    who: Student,
    parts: Mapping[str, Path],
    order: str,
    reading: FolderReading,
    *,
    is_late: bool = False,
) -> None:
    """Add an entry made of single files; a zip file counts only if there is no Python beside it."""
    python = {name: path for name, path in parts.items() if source_path(name)}
    label = _label((who,))
    if python and len(python) < len(parts):
        zips = first_few(sorted(parts.keys() - python.keys()))
        reading.notes.append(f"{zips} of {label} is not looked at: there is Python beside it")
    if not python and len(parts) == 1:
        (path,) = parts.values()
        entry = ClassEntry((who,), label, path=path, order=order, is_late=is_late)
    else:
        kept = python or parts
        entry = ClassEntry((who,), label, parts=kept, order=order, is_late=is_late)
    reading.entries.append(entry)


def _label(students: Iterable[Student]) -> str:
    return "+".join(f"{one.name} {one.id}".strip() for one in students)
