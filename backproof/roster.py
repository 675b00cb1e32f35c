"""From what an instructor has on disk to the attempts to grade, and which of them count."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import shutil
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from backproof.errors import UserError
from backproof.exports import (
    EXPORTS,
    Handed,
    Reading,
    fits,
    layout_of,
    read_export,
    read_pattern,
    some,
    student,
)
from backproof.intake import Intake, take_in
from backproof.listing import read_file, shown
from backproof.results import Attempt
from backproof.unpacking import (
    ClassLimits,
    Level,
    class_level,
    folder_level,
    inner_attempts,
    is_handed_in,
    levels,
    look,
    open_class,
    walk,
)

AUTO = "auto"
PLAIN = "plain"
LAYOUTS = (AUTO, PLAIN, *EXPORTS)

_T = TypeVar("_T")
_LIMITS = ClassLimits()
_PATTERN = "pattern"
_ONE = "one submission"
_EXPECTED = "expected a folder with the modules, a .zip, a .py or an .ipynb"
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)
_LONGEST_NAME = 80  # in bytes: a file named so has a suffix, too


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


@dataclass(frozen=True)
class _Asked:
    """What ``find_attempts`` was asked."""

    units: Sequence[str]
    layout: str
    pattern: re.Pattern[str] | None
    several: bool
    exports: bool
    scratch: Path
    limits: ClassLimits


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
        raise UserError(f"there is no layout {shown(layout)}: it is one of {', '.join(LAYOUTS)}")
    given = list({os.path.abspath(path): path for path in paths}.values())
    several = len(given) > 1
    # What one student handed in must not pass for an export that says who handed in what.
    exports = not several or all(map(_is_export, given))
    regular = _compiled(pattern, layout)
    asked = _Asked(units, layout, regular, several, exports, scratch, limits)
    readings = [_read(path, asked) for path in given]
    notes = _notes(readings, asked) + _tell_apart(readings)
    kept: list[tuple[int, Handed]] = []
    for number, reading in enumerate(readings):
        submissions = (_submission(handed, reading, units) for handed in reading.handed)
        kept += [(number, submission) for submission in submissions if submission]
    problems = [line for reading in readings for line in reading.problems]
    if not several and len(kept) < 2 and readings[0].layout in (PLAIN, _ONE):
        alone = kept[0][1].path if kept else None
        take_in(alone or given[0], units)  # says at once what is the matter
    if not kept:
        raise UserError(f"there is no submission in {some(given)}: {some(problems)}")
    try:
        attempts = _attempts(kept, scratch)
    except OSError as error:
        raise UserError(f"{shown(scratch)} cannot be written to: {error.strerror}") from None
    if again := sorted({one.id for each in attempts if each.number > 1 for one in each.students}):
        notes.append(f"handed in more than once: {some(again)}")
    return Found(attempts, problems, notes)


def _notes(readings: Sequence[Reading], asked: _Asked) -> list[str]:
    notes = [line for reading in readings for line in reading.notes]
    for reading in readings:
        if reading.layout in EXPORTS:
            notes.append(f"{reading.name} was read as an export: {EXPORTS[reading.layout]}")
    classes = [reading for reading in readings if reading.layout == PLAIN]
    unpacked = [reading.name for reading in classes if reading.folder.is_relative_to(asked.scratch)]
    if named := [reading.name for reading in classes] if asked.several else unpacked:
        notes.append(f"each entry was taken as a student's in {some(named)}")
    if doubtful := [each.label for one in readings if one.is_doubtful for each in one.handed]:
        notes.append(
            f"taken as one submission, though there is Python in several folders: {some(doubtful)};"
            f" the layout {PLAIN} takes each entry as a student's"
        )
    return notes


def _compiled(pattern: str | None, layout: str) -> re.Pattern[str] | None:
    if pattern is None:
        return None
    if layout != AUTO:
        raise UserError(f"there are a pattern and the layout {layout}: give one of them")
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise UserError(f"the pattern {shown(pattern)} cannot be used: {error}") from None
    if "id" not in compiled.groupindex:
        raise UserError(
            f"the pattern {shown(pattern)} does not tell the student's id: it needs a group"
            " (?P<id>…)"
        )
    return compiled


def _is_export(given: str) -> bool:
    path = Path(given)
    try:
        if path.is_dir():
            return any(map(layout_of, levels(partial(folder_level, path))))
        if not path.is_file() or not _is_zip(path):
            return False
        with open_class(path, given, _LIMITS) as archive:
            return any(map(layout_of, levels(archive.level)))
    except (OSError, UserError):
        return False


def _read(given: str, asked: _Asked) -> Reading:
    """Read one of the paths."""
    path, name = Path(given), shown(given)
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


def _read_folder(folder: Path, name: str, asked: _Asked) -> Reading:
    found = levels(partial(folder_level, folder))
    layout, level, is_doubtful = _recognised(found, name, asked, zipped=False)
    if level is None:
        return _alone(folder, asked, is_doubtful)
    return _read_level(level, Reading(_below(name, level), folder / level.base, layout), asked)


def _read_zip(file: Path, name: str, asked: _Asked) -> Reading:
    with open_class(file, name, asked.limits) as archive:
        found = levels(archive.level)
        layout, level, is_doubtful = _recognised(found, name, asked, zipped=True)
        if level is None:
            return _alone(file, asked, is_doubtful)
        target = _fresh(asked.scratch, "unpacked") / _safe_name(file.stem)
        target.mkdir()
        archive.unpack(target, level.base)
    folder = target / level.base
    reading = Reading(_below(name, level), folder, layout, problems=archive.problems)
    return _read_level(folder_level(target, level.base), reading, asked)


def _below(name: str, level: Level) -> str:
    return "/".join(part for part in (name.rstrip("/"), shown(level.base).rstrip("/")) if part)


def _recognised(
    found: Iterable[Level], name: str, asked: _Asked, *, zipped: bool
) -> tuple[str, Level | None, bool]:
    """Tell the layout, which folder has it, if this is not one submission, and if in doubt."""
    seen: list[Level] = []
    for level in found:
        seen.append(level)
        if asked.pattern:
            return _PATTERN, level, False
        if asked.layout in EXPORTS and fits(asked.layout, level, forced=True):
            return asked.layout, level, False
        if asked.layout == AUTO and asked.exports and (layout := layout_of(level)):
            return layout, level, False
    if asked.layout in EXPORTS:
        has = some([*seen[-1].folders, *seen[-1].files]) or "nothing"
        raise UserError(
            f"{name} does not have the layout {asked.layout}: expected {EXPORTS[asked.layout]},"
            f" and it has {has}"
        )
    told = asked.layout == PLAIN
    several, zipped = asked.several and not told, zipped and not told
    return PLAIN, *class_level(seen, asked.units, several=several, zipped=zipped)


def _read_level(level: Level, reading: Reading, asked: _Asked) -> Reading:
    if asked.pattern:
        read_pattern(asked.pattern, reading)
    elif reading.layout == PLAIN:
        _read_plain(level, reading, asked.units)
    else:
        read_export(reading.layout, level, reading)
    return reading


def _read_plain(level: Level, reading: Reading, units: Collection[str]) -> None:
    """Read a folder in which each entry is a student's."""
    for name in level.folders:
        reading.handed += _of_student(reading.folder / name, name, units)
    for name in level.files:
        if is_handed_in(name):
            reading.handed += _of_student(reading.folder / name, os.path.splitext(name)[0], units)
        else:
            reading.refuse(name, f"is no submission: {_EXPECTED}")


def _alone(path: Path, asked: _Asked, is_doubtful: bool = False) -> Reading:
    """Take a path as one student's."""
    name = os.path.basename(os.path.abspath(path))
    identity = name if path.is_dir() else os.path.splitext(name)[0]
    handed = _of_student(path, identity, asked.units)
    return Reading(shown(os.path.dirname(path)), path.parent, _ONE, is_doubtful, handed)


def _of_student(path: Path, identity: str, units: Collection[str]) -> list[Handed]:
    """Give a student's attempts, or the one."""
    who = (student(identity),)
    inner = inner_attempts(path, units) if path.is_dir() else []
    return [Handed(who, identity, path=one, order=one.name) for one in inner or [path]]


def _tell_apart(readings: Sequence[Reading]) -> list[str]:
    """Make entries of one name in several folders different students; give notes on it.

    Nothing says that they are the same person's, and of attempts, only one counts. What was given
    itself keeps its name: no folder that a student made takes it away.
    """
    by_label: defaultdict[str, dict[Path, bool]] = defaultdict(dict)
    for reading in readings:
        for handed in reading.handed if reading.layout in (PLAIN, _ONE) else ():
            by_label[handed.label][reading.folder] = reading.layout == _ONE
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
    return [f"in several of the paths, and taken as different students: {some(sorted(shared))}"]


def _endings(folders: Collection[Path]) -> dict[Path, str]:
    """Name each folder by as few of its last parts as tell them apart."""
    whole = {folder: Path(os.path.abspath(folder)).parts for folder in folders}
    for length in itertools.count(1):
        names = {folder: "/".join(parts[-length:]) for folder, parts in whole.items()}
        if len({*names.values()}) == len({*whole.values()}):
            break
    return names


def _submission(handed: Handed, reading: Reading, units: Collection[str]) -> Handed | None:
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


def _attempts(kept: Iterable[tuple[int, Handed]], scratch: Path) -> list[Attempt]:
    """Number each student's attempts in order of time, name all of them, and gather files."""
    numbers: Counter[str] = Counter()
    numbered: list[tuple[str, int, Handed]] = []
    for _, handed in sorted(kept, key=lambda one: (one[1].time, one[0], _natural(one[1].order))):
        number = 1 + max(numbers[one.id] for one in handed.students)
        for one in handed.students:
            numbers[one.id] = number
        label = handed.label if number == 1 else f"{handed.label}-attempt-{number}"
        numbered.append((label, number, handed))
    numbered.sort(key=lambda one: (_natural(one[2].label), one[2].label, one[1]))
    names = _unique_names([label for label, _, _ in numbered])
    gathered = _fresh(scratch, "gathered") if any(h.parts for _, _, h in numbered) else scratch
    return [
        Attempt(
            name, handed.path or _gather(handed.parts, gathered / name), handed.students, number
        )
        for name, (_, number, handed) in zip(names, numbered, strict=True)
    ]


def _natural(text: str) -> tuple[tuple[str, int], ...]:
    """Give what sorts a text as people do: ``attempt-10`` after ``attempt-2``."""
    parts = re.split(r"(\d{1,18})", text.casefold())
    numbers = [*map(int, parts[1::2]), -1]
    return tuple(zip(parts[::2], numbers, strict=True))


def _unique_names(labels: Sequence[str]) -> list[str]:
    """Make a name of each label: fit for a file, and like no other, whatever letters' case."""
    names = [_safe_name(label) for label in labels]
    counts = Counter(map(_folded, names))
    taken: set[str] = set()
    unique = []
    for label, name in zip(labels, names, strict=True):
        base = f"{name}-{_digest(label)}" if counts[_folded(name)] > 1 else name
        again = (f"{base}-{number}" for number in itertools.count(2))
        name = next(one for one in itertools.chain([base], again) if _folded(one) not in taken)
        taken.add(_folded(name))
        unique.append(name)
    return unique


def _safe_name(label: str) -> str:
    letters = unicodedata.normalize("NFKC", label)
    name = "".join(c if c.isalnum() or c in "_.+@" or _is_mark(c) else "-" for c in letters)
    name = re.sub("-+", "-", name).strip("-.+@")
    if len(name.encode()) > _LONGEST_NAME:
        name = f"{name.encode()[: _LONGEST_NAME - 10].decode(errors='ignore')}-{_digest(label)}"
    if not name or _RESERVED.match(name):
        name = f"_{name}" if name else f"_{_digest(label)}"
    return name


def _is_mark(letter: str) -> bool:
    """Tell whether a letter is an accent or a vowel sign on the one before it."""
    return unicodedata.category(letter).startswith("M")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]


def _fresh(scratch: Path, name: str) -> Path:
    """Make a folder that was not there; the first in an empty ``scratch`` has always one name."""
    scratch.mkdir(parents=True, exist_ok=True)
    numbers = (scratch / f"{name}-{number}" for number in itertools.count(1))
    folder = next(folder for folder in numbers if not os.path.lexists(folder))
    folder.mkdir()
    return folder


def _gather(parts: Mapping[str, Path], folder: Path) -> Path:
    """Put files into a folder under the names that they had."""
    folder.mkdir()
    for name, file in parts.items():
        try:
            os.link(file, folder / name)
        except OSError:  # another file system, or one without links
            shutil.copyfile(file, folder / name)
    return folder


class Standing(NamedTuple):
    """What it takes to choose among graded attempts, so that no grade needs to be kept.

    ``students`` are ids; ``score`` is ``None`` for an attempt that could not be graded.
    """

    name: str
    students: tuple[str, ...]
    number: int
    score: float | None


def latest(attempts: Iterable[Attempt]) -> list[Attempt]:
    """Choose, before grading, what is the newest attempt of any of its students."""
    return _highest(
        attempts, lambda each: (each.number,), lambda each: [one.id for one in each.students]
    )


def best(standings: Iterable[Standing]) -> list[str]:
    """Choose, after grading, the names of what has the highest score of any of its students.

    Of equal scores, the newest counts; what could not be graded, only where nothing else is.
    """
    chosen = _highest(
        standings,
        lambda one: (float("-inf") if one.score is None else one.score, one.number),
        lambda one: one.students,
    )
    return [one.name for one in chosen]


def _highest(
    entries: Iterable[_T],
    rank: Callable[[_T], tuple[float, ...]],
    students: Callable[[_T], Iterable[str]],
) -> list[_T]:
    """Keep each student's highest entry, in the order that they have."""
    highest: dict[str, tuple[tuple[float, ...], int, _T]] = {}
    for place, entry in enumerate(entries):
        for one in students(entry):
            if one not in highest or highest[one][0] < rank(entry):
                highest[one] = rank(entry), place, entry
    kept = {place: entry for _, place, entry in highest.values()}
    return [kept[place] for place in sorted(kept)]


def duplicates(
    fingerprints: Mapping[str, str], students: Mapping[str, Collection[str]]
) -> list[tuple[str, ...]]:
    """Group the attempts that consist of the same files and have no student in common.

    That they are equal says nothing of why: they may be the hand-out as it was.

    Args:
        fingerprints: Of each attempt, by name; attempts without one are left out.
        students: The ids of each attempt's students, by name.
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, fingerprint in fingerprints.items():
        if fingerprint:
            groups[fingerprint].append(name)
    return sorted(
        tuple(sorted(names))
        for names in groups.values()
        if not frozenset.intersection(*(frozenset(students[name]) for name in names))
    )


def fingerprint_of(intake: Intake) -> str:
    """Give a digest of the files that are graded: equal for equal names and texts.

    Neither times count, nor the order in a zip file, nor what the folder or the file is called
    that was handed in.
    """
    digest = hashlib.sha256()
    for path, source in sorted(intake.files.items()):
        name = "" if path == intake.whole else path
        for text in (name, source.text):
            data = text.encode()
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
