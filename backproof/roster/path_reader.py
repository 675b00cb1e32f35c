"""Read the class entries in one of the instructor's paths: a folder, a zip file or a file."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path

from backproof.errors import UserError
from backproof.intake.archives import is_archive
from backproof.intake.names import is_submission_name, submission_stem
from backproof.printable import printable
from backproof.roster.class_archive import ClassLimits, open_class
from backproof.roster.entries import ClassEntry, FolderReading, student
from backproof.roster.file_names import fresh_folder, safe_name
from backproof.roster.folder_levels import (
    FolderLevel,
    folder_level,
    look,
    nested_levels,
    walk,
)
from backproof.roster.heuristics import find_attempts_in
from backproof.roster.layouts import ONE_STUDENT, PLAIN, LayoutRequest, recognize
from backproof.roster.patterns import read_pattern
from backproof.roster.platforms import platform_of, read_export

_EXPECTED = "expected a folder with the modules, a .zip, a .py or an .ipynb"


def is_export(path_text: str) -> bool:
    """Return whether a path is an export of a platform; a path that cannot be read is not."""
    path = Path(path_text)
    try:
        if path.is_dir():
            return any(map(platform_of, nested_levels(partial(folder_level, path))))
        if not path.is_file() or not is_archive(path):
            return False
        with open_class(path, path_text, ClassLimits()) as archive:
            return any(map(platform_of, nested_levels(archive.level)))
    except (OSError, UserError):
        return False


def read_path(path_text: str, request: LayoutRequest) -> FolderReading:
    """Read one of the instructor's paths.

    Raises:
        UserError: The path does not exist, cannot be read, or does not have the layout that the
            instructor named.
    """
    path, name = Path(path_text), printable(path_text)
    try:
        if path.is_dir():
            return _read_folder(path, name, request)
        is_zip, exists = path.is_file() and is_archive(path), path.exists()
        # One of several zip files is a class only if it is an export, or the layout is named.
        may_be_class = request.names_layout or request.exports or request.layout == PLAIN
        if is_zip and may_be_class:
            return _read_zip(path, name, request)
    except PermissionError:
        raise UserError(f"{name} may not be read: check its permissions") from None
    except OSError as error:
        raise UserError(f"{name} cannot be read or unpacked: {error.strerror}") from None
    if not exists:
        raise UserError(
            f"there is no file or folder {name}: give the folder, .zip, .py or .ipynb to look at"
        )
    if request.names_layout:
        raise UserError(f"{name} is no folder and no .zip, so it has no layout to read")
    return _read_one_student(path, request)


def _read_folder(folder: Path, name: str, request: LayoutRequest) -> FolderReading:
    levels = nested_levels(partial(folder_level, folder))
    layout, level, is_doubtful = recognize(levels, name, request, zipped=False)
    if level is None:
        return _read_one_student(folder, request, is_doubtful)
    reading = FolderReading(_name_of(level, name), folder / level.base, layout)
    return _read_level(level, reading, request)


def _read_zip(file: Path, name: str, request: LayoutRequest) -> FolderReading:
    with open_class(file, name, request.limits) as archive:
        levels = nested_levels(archive.level)
        layout, level, is_doubtful = recognize(levels, name, request, zipped=True)
        if level is None:
            return _read_one_student(file, request, is_doubtful)
        target = fresh_folder(request.scratch, "unpacked") / safe_name(file.stem)
        target.mkdir()
        archive.unpack(target, level.base)
    folder, problems = target / level.base, archive.problems
    reading = FolderReading(_name_of(level, name), folder, layout, problems=problems)
    return _read_level(folder_level(target, level.base), reading, request)


def _name_of(level: FolderLevel, name: str) -> str:
    return "/".join(filter(None, (name.rstrip("/"), printable(level.base).rstrip("/"))))


def _read_level(
    level: FolderLevel, reading: FolderReading, request: LayoutRequest
) -> FolderReading:
    if request.pattern:
        read_pattern(request.pattern, reading)
    elif reading.layout == PLAIN:
        _read_plain(level, reading, request.units)
    else:
        read_export(reading.layout, level, reading)
    return reading


def _read_plain(level: FolderLevel, reading: FolderReading, units: Collection[str]) -> None:
    """Read a class in which each entry is a student's, and its name the student's id."""
    for name in level.folders:
        reading.entries += _entries_of(reading.folder / name, name, units)
    for name in level.files:
        if is_submission_name(name):
            identity = submission_stem(name)
            reading.entries += _entries_of(reading.folder / name, identity, units)
        else:
            reading.refuse(name, f"is no submission: {_EXPECTED}")


def _read_one_student(
    path: Path, request: LayoutRequest, is_doubtful: bool = False
) -> FolderReading:
    name = os.path.basename(os.path.abspath(path))
    identity = name if path.is_dir() else submission_stem(name)
    entries = _entries_of(path, identity, request.units)
    parent = printable(os.path.dirname(path))
    return FolderReading(parent, path.parent, ONE_STUDENT, is_doubtful, entries)


def _entries_of(path: Path, identity: str, units: Collection[str]) -> list[ClassEntry]:
    """Return the attempts in a student's folder, or the folder or file as the only attempt."""
    who = (student(identity),)
    attempts = find_attempts_in(path, units) if path.is_dir() else []
    return [ClassEntry(who, identity, path=one, order=one.name) for one in attempts or [path]]


def as_submission(
    entry: ClassEntry, reading: FolderReading, units: Collection[str]
) -> ClassEntry | None:
    """Return an entry that can be a submission; if it cannot, add a problem and return ``None``.

    Of a folder that contains nothing but a zip file, that file is the submission.
    """
    if entry.path is None:
        parts = {}
        for name, part in entry.parts.items():
            if part.is_file() and not part.is_symlink():
                parts[name] = part
            else:
                reading.refuse(part.name, "is no ordinary file")
        return replace(entry, parts=parts) if parts else None
    path = entry.path
    try:
        if not path.is_dir():
            if is_submission_name(path.name) or is_archive(path):
                return entry
            reason = f"is no submission: {_EXPECTED}"
        else:
            hints = look(walk(path), units)
            archives = [path / name for name in hints.archives]
            if not hints.sources and len(archives) == 1 and not archives[0].is_symlink():
                return replace(entry, path=archives[0])
            if hints.is_evident:
                return entry
            lack = "is empty" if hints.is_empty else "has no .py, .ipynb or .zip"
            reason = f"{lack}: {_EXPECTED}"
    except PermissionError:
        reason = "may not be read: check its permissions"
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    reading.refuse(os.path.relpath(path, reading.folder), reason)
    return None
