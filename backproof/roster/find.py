"""Find the attempts to grade in the files that an instructor has on disk."""

from __future__ import annotations

import itertools
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backproof.errors import UserError
from backproof.grades.results import LATE, Attempt
from backproof.intake.reader import read_submission
from backproof.printable import first_few, printable
from backproof.roster.class_archive import ClassLimits
from backproof.roster.entries import ClassEntry, FolderReading, student
from backproof.roster.file_names import fresh_folder, natural, unique_names
from backproof.roster.layouts import AUTO, LAYOUTS, ONE_STUDENT, PLAIN, LayoutRequest
from backproof.roster.path_reader import as_submission, is_export, read_path
from backproof.roster.patterns import compile_pattern
from backproof.roster.platforms import EXPORTS

_DEFAULT_LIMITS = ClassLimits()


@dataclass(frozen=True)
class FoundAttempts:
    """The attempts of a class.

    Attributes:
        attempts: The attempts to grade, in an order that is the same in every run.
        problems: A line for each file or folder that is not a submission.
        notes: Lines on how the paths were read.
    """

    attempts: list[Attempt]
    problems: list[str]
    notes: list[str]


def find_attempts(
    paths: Sequence[str],
    units: Sequence[str],
    *,
    layout: str = AUTO,
    pattern: str | None = None,
    scratch: Path,
    limits: ClassLimits = _DEFAULT_LIMITS,
) -> FoundAttempts:
    """Find the attempts in ``paths``, and the students who submitted them.

    Each path is a submission, a folder of submissions, or a zip file of either. An export of a
    course platform is recognised by the names in it. In any other folder, the name of an entry
    without its suffix is the student's id. Several submissions within an entry are attempts, in the
    order of the numbers and times in their names. ``layouts`` lists these decisions in order.

    Only names are read, so that thousands of submissions take seconds. A submission that cannot be
    read is reported when it is graded.

    Args:
        paths: The instructor's paths.
        units: Names of the assignment's modules.
        layout: One of ``LAYOUTS``.
        pattern: A regular expression that matches the whole path of a submission, relative to the
            instructor's path. It has a group ``id``, and perhaps ``name``, ``email``, ``attempt``.
        scratch: The folder to unpack and collect submissions in; the caller deletes it after
            grading.
        limits: Limits on the size of a class's zip file.

    Raises:
        UserError: A path does not exist, cannot be read, does not have the named layout, or there
            is no submission.
    """
    if layout not in LAYOUTS:
        raise UserError(
            f"there is no layout {printable(layout)}: it is one of {', '.join(LAYOUTS)}"
        )
    if pattern is not None and layout != AUTO:
        raise UserError(f"there are a pattern and the layout {layout}: give one of them")
    unique_paths = list({os.path.abspath(path): path for path in paths}.values())
    several = len(unique_paths) > 1
    # Among several paths, one that looks like an export may be a student's forgery, which would
    # attribute work to other students. It is trusted only if all paths look like exports.
    exports = not several or all(map(is_export, unique_paths))
    compiled = None if pattern is None else compile_pattern(pattern)
    request = LayoutRequest(units, layout, compiled, several, exports, scratch, limits)
    readings = [read_path(path, request) for path in unique_paths]
    notes = _notes(readings, request) + _separate_shared_labels(readings)
    # Each submission comes with the position of its path, by which attempts are ordered.
    submissions: list[tuple[int, ClassEntry]] = []
    for number, reading in enumerate(readings):
        candidates = (as_submission(entry, reading, units) for entry in reading.entries)
        submissions += [(number, each) for each in candidates if each]
    problems = [line for reading in readings for line in reading.problems]
    if not several and len(submissions) < 2 and readings[0].layout in (PLAIN, ONE_STUDENT):
        # Only one submission: if it cannot be read, the user learns it now and not after grading.
        only_path = submissions[0][1].path if submissions else None
        read_submission(only_path or unique_paths[0], units)
    if not submissions:
        raise UserError(
            f"there is no submission in {first_few(unique_paths)}: {first_few(problems)}"
        )
    try:
        attempts = _attempts(submissions, scratch)
    except OSError as error:
        raise UserError(f"{printable(scratch)} cannot be written to: {error.strerror}") from None
    if again := sorted({one.id for each in attempts if each.number > 1 for one in each.students}):
        notes.append(f"handed in more than once: {first_few(again)}")
    return FoundAttempts(attempts, problems, notes)


def _notes(readings: Sequence[FolderReading], request: LayoutRequest) -> list[str]:
    notes = [line for reading in readings for line in reading.notes]
    for reading in readings:
        if reading.layout in EXPORTS:
            notes.append(f"{reading.name} was read as an export: {EXPORTS[reading.layout]}")
    # A folder that is given alone is expected to be a class, so it needs no note. A zip file, or
    # one of several paths, may have been meant as one submission.
    classes = [
        reading.name
        for reading in readings
        if reading.layout == PLAIN
        and (request.several or reading.folder.is_relative_to(request.scratch))
    ]
    if classes:
        notes.append(f"each entry was taken as a student's in {first_few(classes)}")
    doubtful = [entry.label for each in readings if each.is_doubtful for entry in each.entries]
    if doubtful:
        notes.append(
            "taken as one submission, though there is Python in several folders: "
            f"{first_few(doubtful)}; the layout {PLAIN} takes each entry as a student's"
        )
    return notes


def _separate_shared_labels(readings: Sequence[FolderReading]) -> list[str]:
    """Turn entries with one name in several folders into different students; return a note.

    Nothing shows that they belong to the same person, and of one person's attempts only one
    counts. Example: ``a/ada/`` and ``b/ada/`` become the students ``a/ada`` and ``b/ada``. A path
    that the instructor gave keeps its name, so that a student's folder cannot claim it.
    """
    # For each label, the folders that it is in, and whether the entry is a given path itself.
    by_label: defaultdict[str, dict[Path, bool]] = defaultdict(dict)
    for reading in readings:
        if reading.layout in (PLAIN, ONE_STUDENT):
            for entry in reading.entries:
                by_label[entry.label][reading.folder] = reading.layout == ONE_STUDENT
    shared = {label: folders for label, folders in by_label.items() if len(folders) > 1}
    if not shared:
        return []
    prefixes = _distinct_endings({folder for folders in shared.values() for folder in folders})
    for reading in readings:
        for position, entry in enumerate(reading.entries):
            folders = shared.get(entry.label, {})
            is_only_given_path = folders.get(reading.folder) and sum(folders.values()) == 1
            if reading.folder in folders and not is_only_given_path:
                label = f"{prefixes[reading.folder]}/{entry.label}"
                reading.entries[position] = replace(entry, students=(student(label),), label=label)
    return [
        f"in several of the paths, and taken as different students: {first_few(sorted(shared))}"
    ]


def _distinct_endings(folders: Collection[Path]) -> dict[Path, str]:
    """Return the last parts of each folder's path, as few as distinguish all of them."""
    parts = {folder: Path(os.path.abspath(folder)).parts for folder in folders}
    for length in itertools.count(1):
        endings = {folder: "/".join(each[-length:]) for folder, each in parts.items()}
        if len({*endings.values()}) == len({*parts.values()}):
            break
    return endings


def _attempts(submissions: Iterable[tuple[int, ClassEntry]], scratch: Path) -> list[Attempt]:
    """Number each student's attempts by time, name all of them uniquely, and collect parts."""
    numbers: Counter[str] = Counter()
    numbered: list[tuple[str, int, ClassEntry]] = []
    by_time = sorted(submissions, key=lambda one: (one[1].time, one[0], natural(one[1].order)))
    for _, entry in by_time:
        number = 1 + max(numbers[one.id] for one in entry.students)
        for one in entry.students:
            numbers[one.id] = number
        label = entry.label if number == 1 else f"{entry.label}-attempt-{number}"
        numbered.append((label, number, entry))
    numbered.sort(key=lambda one: (natural(one[2].label), one[2].label, one[1]))
    names = unique_names([label for label, _, _ in numbered])
    has_parts = any(entry.parts for _, _, entry in numbered)
    collected = fresh_folder(scratch, "gathered") if has_parts else scratch
    return [
        Attempt(
            name,
            entry.path or _collect(entry.parts, collected / name),
            entry.students,
            number,
            entry.time or (LATE if entry.is_late else ""),
        )
        for name, (_, number, entry) in zip(names, numbered, strict=True)
    ]


def _collect(parts: Mapping[str, Path], folder: Path) -> Path:
    """Put files into a new folder, under their original names."""
    folder.mkdir()
    for name, file in parts.items():
        try:
            os.link(file, folder / name)
        except OSError:  # another file system, or one without hard links
            shutil.copyfile(file, folder / name)
    return folder
