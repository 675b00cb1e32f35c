"""How each of the paths given is laid out, and what was handed in there."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from backproof.errors import UserError
from backproof.intake.folders import read_file
from backproof.printable import first_few, printable
from backproof.roster.class_archive import ClassLimits, open_class
from backproof.roster.entries import ClassEntry, FolderReading, student
from backproof.roster.file_names import fresh_folder, safe_name
from backproof.roster.folder_levels import (
    FolderLevel,
    find_class_level,
    folder_level,
    inner_attempts,
    is_handed_in,
    levels,
    look,
    walk,
)
from backproof.roster.patterns import read_pattern
from backproof.roster.platforms import EXPORTS, fits, layout_of, read_export

AUTO = "auto"
PLAIN = "plain"
LAYOUTS = (AUTO, PLAIN, *EXPORTS)
# Ways to read a path that nobody asks for by these names.
ALONE = "one submission"
_PATTERN = "pattern"
_EXPECTED = "expected a folder with the modules, a .zip, a .py or an .ipynb"


@dataclass(frozen=True)
class LayoutRequest:
    """How the paths are to be read.

    Attributes:
        units: The names of the assignment's modules.
        layout: One of ``LAYOUTS``.
        pattern: What the path of a submission matches, if that was said.
        several: Whether there are several paths.
        exports: Whether a path may be told to be an export by the names in it.
        scratch: Where to unpack.
        limits: What is too much for the zip file of a class.

    """

    units: Sequence[str]
    layout: str
    pattern: re.Pattern[str] | None
    several: bool
    exports: bool
    scratch: Path
    limits: ClassLimits


def is_export(given: str) -> bool:
    """Tell whether a path is an export of a platform; what cannot be read is none."""
    path = Path(given)
    try:
        if path.is_dir():
            return any(map(layout_of, levels(partial(folder_level, path))))
        if not path.is_file() or not _is_zip(path):
            return False
        with open_class(path, given, ClassLimits()) as archive:
            return any(map(layout_of, levels(archive.level)))
    except (OSError, UserError):
        return False


def read_path(given: str, asked: LayoutRequest) -> FolderReading:
    """Read one of the paths.

    Raises:
        UserError: It is not there, cannot be read, or is not laid out as was said.
    """
    path, name = Path(given), printable(given)
    has_layout = asked.pattern is not None or asked.layout in EXPORTS
    try:
        if path.is_dir():
            return _read_folder(path, name, asked)
        is_zip, is_there = path.is_file() and _is_zip(path), path.exists()
        # The zip file of a class is given alone, or is an export, or else the layout is told.
        if is_zip and (has_layout or asked.exports or asked.layout == PLAIN):
            return _read_zip(path, name, asked)
    except PermissionError:
        raise UserError(f"{name} may not be read: check its permissions") from None
    except OSError as error:
        raise UserError(f"{name} cannot be read or unpacked: {error.strerror}") from None
    if not is_there:
        raise UserError(
            f"there is no file or folder {name}: give the folder, .zip, .py or .ipynb to look at"
        )
    if has_layout:
        raise UserError(f"{name} is no folder and no .zip, so it has no layout to read")
    return _alone(path, asked)


def _read_folder(folder: Path, name: str, asked: LayoutRequest) -> FolderReading:
    found = levels(partial(folder_level, folder))
    layout, level, is_doubtful = _recognised(found, name, asked, zipped=False)
    if level is None:
        return _alone(folder, asked, is_doubtful)
    return _read_level(
        level, FolderReading(_below(name, level), folder / level.base, layout), asked
    )


def _read_zip(file: Path, name: str, asked: LayoutRequest) -> FolderReading:
    with open_class(file, name, asked.limits) as archive:
        found = levels(archive.level)
        layout, level, is_doubtful = _recognised(found, name, asked, zipped=True)
        if level is None:
            return _alone(file, asked, is_doubtful)
        target = fresh_folder(asked.scratch, "unpacked") / safe_name(file.stem)
        target.mkdir()
        archive.unpack(target, level.base)
    folder = target / level.base
    reading = FolderReading(_below(name, level), folder, layout, problems=archive.problems)
    return _read_level(folder_level(target, level.base), reading, asked)


def _below(name: str, level: FolderLevel) -> str:
    return "/".join(part for part in (name.rstrip("/"), printable(level.base).rstrip("/")) if part)


def _recognised(
    found: Iterable[FolderLevel], name: str, asked: LayoutRequest, *, zipped: bool
) -> tuple[str, FolderLevel | None, bool]:
    """Tell the layout, which folder has it, if this is not one submission, and if in doubt."""
    seen: list[FolderLevel] = []
    for level in found:
        seen.append(level)
        if asked.pattern:
            return _PATTERN, level, False
        if asked.layout in EXPORTS and fits(asked.layout, level, forced=True):
            return asked.layout, level, False
        if asked.layout == AUTO and asked.exports and (layout := layout_of(level)):
            return layout, level, False
    if asked.layout in EXPORTS:
        has = first_few([*seen[-1].folders, *seen[-1].files]) or "nothing"
        raise UserError(
            f"{name} does not have the layout {asked.layout}: expected {EXPORTS[asked.layout]},"
            f" and it has {has}"
        )
    told = asked.layout == PLAIN
    several, zipped = asked.several and not told, zipped and not told
    return PLAIN, *find_class_level(seen, asked.units, several=several, zipped=zipped)


def _read_level(level: FolderLevel, reading: FolderReading, asked: LayoutRequest) -> FolderReading:
    if asked.pattern:
        read_pattern(asked.pattern, reading)
    elif reading.layout == PLAIN:
        _read_plain(level, reading, asked.units)
    else:
        read_export(reading.layout, level, reading)
    return reading


def _read_plain(level: FolderLevel, reading: FolderReading, units: Collection[str]) -> None:
    """Read a folder in which each entry is a student's."""
    for name in level.folders:
        reading.handed += _of_student(reading.folder / name, name, units)
    for name in level.files:
        if is_handed_in(name):
            reading.handed += _of_student(reading.folder / name, os.path.splitext(name)[0], units)
        else:
            reading.refuse(name, f"is no submission: {_EXPECTED}")


def _alone(path: Path, asked: LayoutRequest, is_doubtful: bool = False) -> FolderReading:
    """Take a path as one student's."""
    name = os.path.basename(os.path.abspath(path))
    identity = name if path.is_dir() else os.path.splitext(name)[0]
    handed = _of_student(path, identity, asked.units)
    return FolderReading(printable(os.path.dirname(path)), path.parent, ALONE, is_doubtful, handed)


def _of_student(path: Path, identity: str, units: Collection[str]) -> list[ClassEntry]:
    """Give a student's attempts, or the one."""
    who = (student(identity),)
    inner = inner_attempts(path, units) if path.is_dir() else []
    return [ClassEntry(who, identity, path=one, order=one.name) for one in inner or [path]]


def as_submission(
    handed: ClassEntry, reading: FolderReading, units: Collection[str]
) -> ClassEntry | None:
    """Give what can be a submission, of a folder with nothing but a zip file that file."""
    if handed.path is None:
        parts = {}
        for name, part in handed.parts.items():
            if part.is_file() and not part.is_symlink():
                parts[name] = part
            else:
                reading.refuse(part.name, "is no ordinary file")
        return replace(handed, parts=parts) if parts else None
    path = handed.path
    try:
        if not path.is_dir():
            if is_handed_in(path.name) or _is_zip(path):
                return handed
            why = f"is no submission: {_EXPECTED}"
        else:
            seen = look(walk(path), units)
            archives = [path / name for name in seen.archives]
            if not seen.sources and len(archives) == 1 and not archives[0].is_symlink():
                return replace(handed, path=archives[0])
            if seen.is_evident:
                return handed
            why = f"{'is empty' if seen.is_empty else 'has no .py, .ipynb or .zip'}: {_EXPECTED}"
    except PermissionError:
        why = "may not be read: check its permissions"
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
    reading.refuse(os.path.relpath(path, reading.folder), why)
    return None


def _is_zip(file: Path) -> bool:
    return file.suffix.lower() == ".zip" or read_file(file, 4) == b"PK\x03\x04"
