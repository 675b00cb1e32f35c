"""Who handed in what, from the names that course platforms give to files and folders.

A layout is told by clear evidence only. What it has no place for is a problem, in one line;
nothing is dropped in silence but hidden files and those that systems leave behind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from backproof.grades.results import Student
from backproof.printable import first_few, printable
from backproof.roster.entries import ClassEntry, FolderReading, student
from backproof.roster.folder_levels import SOURCES, FolderLevel, is_handed_in
from backproof.roster.gradescope_metadata import METADATA, read_metadata

# What an export consists of, for people.
EXPORTS = {
    "gradescope": f"folders submission_<number>, with {METADATA} beside them",
    "moodle": "folders or files <full name>_<number>_assignsubmission_file",
    "canvas": "files <name>_<number>_<number>_<file name>",
    "github": "two folders <assignment>-<login> or more, of one assignment",
}

_SUBMISSION = re.compile(r"submission_\d+")
_ID = r"[1-9]\d*"
_CANVAS = re.compile(
    rf"(?:(?P<name>\w+?)_(?:(?i:LATE)_)?(?P<id>{_ID})|(?:LATE_)?(?P<anonymous>anon_[0-9A-Za-z]+))_"
    rf"(?:(?P<file>{_ID})_(?P<original>.+)|(?:text|link)\.html)",
    re.DOTALL,
)
# What Canvas adds to the name of a file that was uploaded before.
_AGAIN = re.compile(
    r"(.+)-(?:\d{1,2}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\.\w+)", re.DOTALL
)
_MOODLE = re.compile(
    r"(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<kind>[a-z]+)_?(?P<original>.*)",
    re.DOTALL,
)


def layout_of(level: FolderLevel) -> str | None:
    """Name the platform that a folder is an export of, if that is clear."""
    return next((layout for layout in EXPORTS if fits(layout, level)), None)


def fits(layout: str, level: FolderLevel, *, forced: bool = False) -> bool:
    """Tell whether a folder is an export; if an instructor says so, less evidence will do."""
    if layout == "gradescope":
        named = re.fullmatch(r"assignment_\d+_export", level.name)
        told = forced or named is not None or METADATA in level.files
        return told and any(map(_SUBMISSION.fullmatch, level.folders))
    if layout == "moodle":
        return any(map(_MOODLE.fullmatch, [*level.files, *level.folders]))
    if layout == "canvas":
        matches = [match for name in level.files if (match := _CANVAS.fullmatch(name))]
        numbers = {match["file"] or match[0] for match in matches}
        # No two files have one number, unlike the dates that names of other files may have.
        clear = len(numbers) == len(matches) > len(level.candidates) / 2
        return bool(matches) and (forced or clear)
    return _prefix(level, forced) is not None


def read_export(layout: str, level: FolderLevel, reading: FolderReading) -> None:
    """Read a folder that is an export of a platform."""
    readers = {"gradescope": _gradescope, "moodle": _moodle, "canvas": _canvas, "github": _github}
    readers[layout](level, reading)


def _gradescope(level: FolderLevel, reading: FolderReading) -> None:
    """Read ``submission_<number>/`` folders; a file beside them says who handed them in."""
    told: dict[str, tuple[tuple[Student, ...], str]] = {}
    if METADATA in level.files:
        try:
            told = read_metadata(reading.folder / METADATA)
        except (OSError, ValueError) as error:
            reading.notes.append(
                f"{METADATA} in {reading.name} cannot be read: {printable(str(error))}"
            )
    unknown = []
    for name in level.folders:
        if not _SUBMISSION.fullmatch(name):
            reading.refuse(name, "is no folder submission_<number>")
            continue
        students, time = told.pop(name, ((), ""))
        if not students:
            unknown.append(name)
            students = (student(name),)
        reading.handed.append(
            ClassEntry(
                students, _label(students), path=reading.folder / name, time=time, order=name
            )
        )
    if unknown:
        reading.notes.append(
            f"{METADATA} does not tell who handed in {first_few(unknown)}: named by the folder"
        )
    for name in sorted(told):
        reading.refuse(name, f"is in {METADATA}, but there is no such folder")
    for name in level.files:
        if name != METADATA:
            reading.refuse(name, "is no folder submission_<number>")


def _moodle(level: FolderLevel, reading: FolderReading) -> None:
    """Read ``<full name>_<number>_assignsubmission_file`` folders, or files that begin so.

    A group has its name and number there, and no number where students are in no group.
    """
    files: dict[Student, dict[str, Path]] = {}
    other: Counter[str] = Counter()
    for name in [*level.folders, *level.files]:
        match = _MOODLE.fullmatch(name)
        if match is None:
            reading.refuse(name, "is not named as Moodle names what was handed in")
            continue
        who = student(match["id"] or match["name"], match["name"])
        if match["kind"] != "file":
            other[match["kind"]] += 1
        elif name in level.folders:
            path = reading.folder / name
            reading.handed.append(ClassEntry((who,), _label((who,)), path=path))
        else:
            files.setdefault(who, {})[match["original"]] = reading.folder / name
    for who, parts in files.items():
        _add_parts(who, parts, "", reading)
    for kind, count in other.items():
        reading.notes.append(
            f"{count} of kind {kind} in {reading.name} are not looked at: no files"
        )


def _canvas(level: FolderLevel, reading: FolderReading) -> None:
    """Read ``<name>[_LATE]_<user>_<file>_<original name>`` files, all of a user's together.

    Canvas takes the punctuation out of the user's name, or says ``anon_<letters>`` for name and
    user. The second number is the file's. A file that was uploaded before has ``-1`` or the like
    in its name. Where files have one name but for that, each is of another attempt, and what was
    uploaded once belongs to all of them. ``_text.html`` and ``_link.html`` are no files.
    """
    owners: dict[str, Student] = {}
    files: dict[str, dict[str, list[tuple[int, Path]]]] = {}
    other: dict[str, str] = {}
    for name in level.files:
        match = _CANVAS.fullmatch(name)
        if match is None or match["file"] is None:
            why = "is a text or a link" if match else "is not named as Canvas names files"
            reading.refuse(name, why)
            continue
        identity = match["id"] or match["anonymous"]
        owners.setdefault(identity, student(identity, match["name"] or ""))
        original = match["original"]
        if not is_handed_in(original):
            other[identity] = name
            continue
        if again := _AGAIN.fullmatch(original):
            original = again[1] + again[2]
        versions = files.setdefault(identity, {}).setdefault(original, [])
        versions.append((int(match["file"]), reading.folder / name))
    for identity, uploads in files.items():
        for number in range(max(map(len, uploads.values()))):
            parts = {
                original: sorted(versions)[min(number, len(versions) - 1)][1]
                for original, versions in uploads.items()
            }
            _add_parts(owners[identity], parts, str(number), reading)
    for identity, name in other.items():
        if identity not in files:
            reading.refuse(name, "is no .py, .ipynb or .zip, nor is there one of that user")
    for name in level.folders:
        reading.refuse(name, "is a folder, where Canvas has files only")


def _github(level: FolderLevel, reading: FolderReading) -> None:
    """Read ``<assignment>-<login>/`` clones, as in ``<assignment>-submissions/``."""
    prefix = _prefix(level, forced=True) or ""
    for name in level.folders:
        login = name.removeprefix(prefix)
        reading.handed.append(ClassEntry((student(login),), login, path=reading.folder / name))
    for name in level.files:
        reading.refuse(name, "is no folder <assignment>-<login>")


def _prefix(level: FolderLevel, forced: bool) -> str | None:
    """Give what the names of all folders begin with, if they are clones of one assignment."""
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


def _add_parts(who: Student, parts: Mapping[str, Path], order: str, reading: FolderReading) -> None:
    python = {name: path for name, path in parts.items() if name.lower().endswith(SOURCES)}
    label = _label((who,))
    if python and len(python) < len(parts):
        zips = first_few(sorted(parts.keys() - python.keys()))
        reading.notes.append(f"{zips} of {label} is not looked at: there is Python beside it")
    if not python and len(parts) == 1:
        (path,) = parts.values()
        reading.handed.append(ClassEntry((who,), label, path=path, order=order))
    else:
        reading.handed.append(ClassEntry((who,), label, parts=python or parts, order=order))


def _label(students: Iterable[Student]) -> str:
    return "+".join(f"{one.name} {one.id}".strip() for one in students)
