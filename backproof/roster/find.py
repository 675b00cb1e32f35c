"""From what an instructor has on disk to the attempts to grade."""

from __future__ import annotations

import itertools
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backproof.errors import UserError
from backproof.grades.results import Attempt
from backproof.intake.reader import read_submission
from backproof.printable import first_few, printable
from backproof.roster.class_archive import ClassLimits
from backproof.roster.entries import ClassEntry, FolderReading, student
from backproof.roster.file_names import fresh_folder, natural, unique_names
from backproof.roster.layouts import (
    ALONE,
    AUTO,
    LAYOUTS,
    PLAIN,
    LayoutRequest,
    as_submission,
    is_export,
    read_path,
)
from backproof.roster.patterns import compile_pattern
from backproof.roster.platforms import EXPORTS

_LIMITS = ClassLimits()


@dataclass(frozen=True)
class Found:
    """What was found.

    Attributes:
        attempts: What to grade, in an order that does not change from run to run.
        problems: A line for each thing that is no submission.
        notes: Lines on how it was read.

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
    limits: ClassLimits = _LIMITS,
) -> Found:
    """Find the attempts in ``paths``, and whose they are.

    Each path is a submission, a folder of submissions, or a zip file of either. An export of a
    course platform is told by the names in it. In any other folder, the name of an entry without
    suffix is the student's id; several submissions within an entry are attempts, in the order of
    the numbers and times in their names. If there are several paths, a path whose modules are in
    one folder is one submission.

    Nothing is read but names, so that thousands take seconds: what cannot be taken in is said
    when it is graded.

    Args:
        paths: What the instructor gives.
        units: The names of the assignment's modules.
        layout: One of ``LAYOUTS``: how the paths are to be read.
        pattern: A regular expression that the whole path of a submission matches, relative to
            the path given, with a group ``id``, and perhaps ``name``, ``email``, ``attempt``.
        scratch: Where to unpack and gather submissions; the caller removes it after grading.
        limits: What is too much for the zip file of a class.

    Raises:
        UserError: A path is not there, cannot be read, is not laid out as was said, or has no
            submission.
    """
    if layout not in LAYOUTS:
        raise UserError(
            f"there is no layout {printable(layout)}: it is one of {', '.join(LAYOUTS)}"
        )
    if pattern is not None and layout != AUTO:
        raise UserError(f"there are a pattern and the layout {layout}: give one of them")
    given = list({os.path.abspath(path): path for path in paths}.values())
    several = len(given) > 1
    # What one student handed in must not pass for an export that says who handed in what.
    exports = not several or all(map(is_export, given))
    regular = None if pattern is None else compile_pattern(pattern)
    asked = LayoutRequest(units, layout, regular, several, exports, scratch, limits)
    readings = [read_path(path, asked) for path in given]
    notes = _notes(readings, asked) + _tell_apart(readings)
    kept: list[tuple[int, ClassEntry]] = []
    for number, reading in enumerate(readings):
        submissions = (as_submission(handed, reading, units) for handed in reading.handed)
        kept += [(number, submission) for submission in submissions if submission]
    problems = [line for reading in readings for line in reading.problems]
    if not several and len(kept) < 2 and readings[0].layout in (PLAIN, ALONE):
        alone = kept[0][1].path if kept else None
        read_submission(alone or given[0], units)  # says at once what is the matter
    if not kept:
        raise UserError(f"there is no submission in {first_few(given)}: {first_few(problems)}")
    try:
        attempts = _attempts(kept, scratch)
    except OSError as error:
        raise UserError(f"{printable(scratch)} cannot be written to: {error.strerror}") from None
    if again := sorted({one.id for each in attempts if each.number > 1 for one in each.students}):
        notes.append(f"handed in more than once: {first_few(again)}")
    return Found(attempts, problems, notes)


def _notes(readings: Sequence[FolderReading], asked: LayoutRequest) -> list[str]:
    notes = [line for reading in readings for line in reading.notes]
    for reading in readings:
        if reading.layout in EXPORTS:
            notes.append(f"{reading.name} was read as an export: {EXPORTS[reading.layout]}")
    classes = [reading for reading in readings if reading.layout == PLAIN]
    unpacked = [reading.name for reading in classes if reading.folder.is_relative_to(asked.scratch)]
    if named := [reading.name for reading in classes] if asked.several else unpacked:
        notes.append(f"each entry was taken as a student's in {first_few(named)}")
    if doubtful := [each.label for one in readings if one.is_doubtful for each in one.handed]:
        notes.append(
            "taken as one submission, though there is Python in several folders: "
            f"{first_few(doubtful)}; the layout {PLAIN} takes each entry as a student's"
        )
    return notes


def _tell_apart(readings: Sequence[FolderReading]) -> list[str]:
    """Make entries of one name in several folders different students; give notes on it.

    Nothing says that they are the same person's, and of attempts, only one counts. What was given
    itself keeps its name: no folder that a student made takes it away.
    """
    by_label: defaultdict[str, dict[Path, bool]] = defaultdict(dict)
    for reading in readings:
        for handed in reading.handed if reading.layout in (PLAIN, ALONE) else ():
            by_label[handed.label][reading.folder] = reading.layout == ALONE
    shared = {label: folders for label, folders in by_label.items() if len(folders) > 1}
    names = _endings({folder for folders in shared.values() for folder in folders})
    for reading in readings:
        for at, handed in enumerate(reading.handed):
            folders = shared.get(handed.label, {})
            keeps = folders.get(reading.folder) and sum(folders.values()) == 1
            if reading.folder in folders and not keeps:
                label = f"{names[reading.folder]}/{handed.label}"
                reading.handed[at] = replace(handed, students=(student(label),), label=label)
    if not shared:
        return []
    return [
        f"in several of the paths, and taken as different students: {first_few(sorted(shared))}"
    ]


def _endings(folders: Collection[Path]) -> dict[Path, str]:
    """Name each folder by as few of its last parts as tell them apart."""
    whole = {folder: Path(os.path.abspath(folder)).parts for folder in folders}
    for length in itertools.count(1):
        names = {folder: "/".join(parts[-length:]) for folder, parts in whole.items()}
        if len({*names.values()}) == len({*whole.values()}):
            break
    return names


def _attempts(kept: Iterable[tuple[int, ClassEntry]], scratch: Path) -> list[Attempt]:
    """Number each student's attempts in order of time, name all of them, and gather files."""
    numbers: Counter[str] = Counter()
    numbered: list[tuple[str, int, ClassEntry]] = []
    for _, handed in sorted(kept, key=lambda one: (one[1].time, one[0], natural(one[1].order))):
        number = 1 + max(numbers[one.id] for one in handed.students)
        for one in handed.students:
            numbers[one.id] = number
        label = handed.label if number == 1 else f"{handed.label}-attempt-{number}"
        numbered.append((label, number, handed))
    numbered.sort(key=lambda one: (natural(one[2].label), one[2].label, one[1]))
    names = unique_names([label for label, _, _ in numbered])
    gathered = (
        fresh_folder(scratch, "gathered") if any(h.parts for _, _, h in numbered) else scratch
    )
    return [
        Attempt(
            name, handed.path or _gather(handed.parts, gathered / name), handed.students, number
        )
        for name, (_, number, handed) in zip(names, numbered, strict=True)
    ]


def _gather(parts: Mapping[str, Path], folder: Path) -> Path:
    """Put files into a folder under the names that they had."""
    folder.mkdir()
    for name, file in parts.items():
        try:
            os.link(file, folder / name)
        except OSError:  # another file system, or one without links
            shutil.copyfile(file, folder / name)
    return folder
