"""Who handed in what, from the names that course platforms give to files and folders.

A layout is told by clear evidence only. What it has no place for is a problem, in one line;
nothing is dropped in silence but hidden files and those that systems leave behind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from backproof.errors import UserError
from backproof.listing import shown
from backproof.results import Student
from backproof.unpacking import METADATA, SOURCES, Level, folder_level, is_handed_in

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
# Of the file that Gradescope has with an export: what is not further in than this is its own.
_FOLDER = re.compile(r"""(["']?)(?P<folder>[\w.-]+)\1: *""")
_FIELD = re.compile(r"  :?(?P<key>\w+):(?: +(?P<value>.*))?")
_SUBMITTER = re.compile(r"  (?:  )?(?:(?P<next>- )|  ):?(?P<key>\w+):(?: +(?P<value>.*))?")
_ESCAPES = dict(
    zip('0abtnvfre "/\\N_LP', '\0\a\b\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', strict=True)
)
_LONGEST_LINE = 2**16
_MOST_NAMED = 3
_DEEPEST = 20


@dataclass(frozen=True)
class Handed:
    """What a layout says of something handed in; whether it is a submission is seen later.

    Attributes:
        students: Who handed it in.
        label: What to call it.
        path: The folder or file; ``None`` if it is made of ``parts``.
        parts: Files of one submission, by the names that they had.
        time: When it was handed in, as text that sorts; empty where that is not told.
        order: What puts a student's attempts of one time in order.

    """

    students: tuple[Student, ...]
    label: str
    path: Path | None = None
    parts: Mapping[str, Path] = field(default_factory=dict)
    time: str = ""
    order: str = ""


@dataclass
class Reading:
    """What one of the things given holds.

    Attributes:
        name: Of the folder that was read, for people; may be empty.
        folder: The folder.
        layout: How it was read.
        is_doubtful: Whether it may have been meant in another way.
        handed: What was handed in.
        problems: A line for each thing that is no submission.
        notes: Lines on how it was read.

    """

    name: str
    folder: Path
    layout: str
    is_doubtful: bool = False
    handed: list[Handed] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, entry: str, why: str) -> None:
        """Keep a line on something that is no submission."""
        where = f"{self.name}/" if self.name else ""
        self.problems.append(f"{where}{shown(entry)} {why}")


def some(names: Sequence[str]) -> str:
    """Name the first of many things."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(map(shown, names[:_MOST_NAMED])) + more


def student(identity: str, name: str = "", email: str = "") -> Student:
    """Make a student of texts that anyone may have written: each in one line, none confused."""
    return Student(_one_line(identity), _one_line(name), _one_line(email))


def layout_of(level: Level) -> str | None:
    """Name the platform that a folder is an export of, if that is clear."""
    return next((layout for layout in EXPORTS if fits(layout, level)), None)


def fits(layout: str, level: Level, *, forced: bool = False) -> bool:
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


def read_export(layout: str, level: Level, reading: Reading) -> None:
    """Read a folder that is an export of a platform."""
    readers = {"gradescope": _gradescope, "moodle": _moodle, "canvas": _canvas, "github": _github}
    readers[layout](level, reading)


def read_pattern(pattern: re.Pattern[str], reading: Reading) -> None:
    """Read the paths in a folder that a regular expression matches as a whole.

    Raises:
        UserError: It matches none.
    """
    _, unmatched = _search(pattern, reading, "")
    if not reading.handed:
        raise UserError(
            f"the pattern {shown(pattern.pattern)} matches nothing in {reading.name}: it has"
            f" {some(unmatched) or 'nothing'}, and the whole of a path must match"
        )
    for path in unmatched:
        reading.refuse(path, "does not match the pattern")


def _search(pattern: re.Pattern[str], reading: Reading, base: str) -> tuple[bool, list[str]]:
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
            handed = Handed((who,), told["id"], path=reading.folder / path, order=order)
            reading.handed.append(handed)
            found = True
        elif name in level.folders and base.count("/") < _DEEPEST:
            within, rest = _search(pattern, reading, f"{path}/")
            unmatched += rest if within else [path]
            found = found or within
        else:
            unmatched.append(path)
    return found, unmatched


def _gradescope(level: Level, reading: Reading) -> None:
    """Read ``submission_<number>/`` folders; a file beside them says who handed them in."""
    told: dict[str, tuple[tuple[Student, ...], str]] = {}
    if METADATA in level.files:
        try:
            told = read_metadata(reading.folder / METADATA)
        except (OSError, ValueError) as error:
            reading.notes.append(
                f"{METADATA} in {reading.name} cannot be read: {shown(str(error))}"
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
            Handed(students, _label(students), path=reading.folder / name, time=time, order=name)
        )
    if unknown:
        reading.notes.append(
            f"{METADATA} does not tell who handed in {some(unknown)}: named by the folder"
        )
    for name in sorted(told):
        reading.refuse(name, f"is in {METADATA}, but there is no such folder")
    for name in level.files:
        if name != METADATA:
            reading.refuse(name, "is no folder submission_<number>")


def _moodle(level: Level, reading: Reading) -> None:
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
            reading.handed.append(Handed((who,), _label((who,)), path=path))
        else:
            files.setdefault(who, {})[match["original"]] = reading.folder / name
    for who, parts in files.items():
        _add_parts(who, parts, "", reading)
    for kind, count in other.items():
        reading.notes.append(
            f"{count} of kind {kind} in {reading.name} are not looked at: no files"
        )


def _canvas(level: Level, reading: Reading) -> None:
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


def _github(level: Level, reading: Reading) -> None:
    """Read ``<assignment>-<login>/`` clones, as in ``<assignment>-submissions/``."""
    prefix = _prefix(level, forced=True) or ""
    for name in level.folders:
        login = name.removeprefix(prefix)
        reading.handed.append(Handed((student(login),), login, path=reading.folder / name))
    for name in level.files:
        reading.refuse(name, "is no folder <assignment>-<login>")


def _prefix(level: Level, forced: bool) -> str | None:
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


def _add_parts(who: Student, parts: Mapping[str, Path], order: str, reading: Reading) -> None:
    python = {name: path for name, path in parts.items() if name.lower().endswith(SOURCES)}
    label = _label((who,))
    if python and len(python) < len(parts):
        zips = some(sorted(parts.keys() - python.keys()))
        reading.notes.append(f"{zips} of {label} is not looked at: there is Python beside it")
    if not python and len(parts) == 1:
        (path,) = parts.values()
        reading.handed.append(Handed((who,), label, path=path, order=order))
    else:
        reading.handed.append(Handed((who,), label, parts=python or parts, order=order))


def _label(students: Iterable[Student]) -> str:
    return "+".join(f"{one.name} {one.id}".strip() for one in students)


def read_metadata(file: Path) -> dict[str, tuple[tuple[Student, ...], str]]:
    """Read who handed in each folder of a Gradescope export, and when.

    The file is YAML as Ruby writes it: a key for each folder, and in it ``:submitters:``, a list
    of ``:name:``, ``:sid:`` and ``:email:``, and ``:created_at:``, beside results, which hold
    whatever a submission printed, but further in. Only these are read, each on its line; where
    anything else is in their place, it is not told who handed the folder in.

    Raises:
        OSError: It may not be read.
        ValueError: It is something else.
    """
    people: dict[str, list[dict[str, str]]] = {}
    times: dict[str, str] = {}
    unsound: set[str] = set()
    folder = section = ""
    for number, line in enumerate(_lines(file), 1):
        if not line.strip() or line.startswith(("---", "...", "#")):
            continue
        if match := _FOLDER.fullmatch(line):
            folder, section = match["folder"], ""
            people[folder] = []
        elif not folder or not line.startswith(" "):
            raise ValueError(f"line {number} is not of a submission")
        elif match := _FIELD.fullmatch(line):
            section = match["key"]
            if section == "created_at":
                times[folder] = _time(match["value"])
        elif section == "submitters":
            try:
                _add_field(line, people[folder])
            except (ValueError, OverflowError):
                unsound.add(folder)
    return {
        folder: (() if folder in unsound else _students(folder, found), times.get(folder, ""))
        for folder, found in people.items()
    }


def _lines(file: Path) -> Iterator[str]:
    """Give the lines, of a very long one the beginning."""
    with open(file, "rb") as opened:
        begins = True
        while part := opened.readline(_LONGEST_LINE):
            if begins:
                yield part.decode("utf-8", "replace").strip("\r\n\ufeff")
            begins = part.endswith(b"\n")


def _add_field(line: str, people: list[dict[str, str]]) -> None:
    """Add what a line in the list of submitters says; ``ValueError`` if it may mean more."""
    match = _SUBMITTER.fullmatch(line)
    if match is None or not (people or match["next"]):
        raise ValueError
    if match["next"]:
        people.append({})
    people[-1][match["key"]] = _scalar((match["value"] or "").strip())


def _scalar(text: str) -> str:
    """Read a text as YAML writes it on one line; ``ValueError`` if it is anything else."""
    if text in ("", "~", "null"):
        return ""
    if quoted := re.fullmatch(r"'((?:[^']|'')*)'", text):
        return quoted[1].replace("''", "'")
    if quoted := re.fullmatch(r'"((?:[^"\\]|\\.)*)"', text):
        return re.sub(r"\\(x..|u.{4}|U.{8}|.)", _unescaped, quoted[1])
    if text[0] in "\"'|>!&*%@`[]{}#,?" or ": " in text or " #" in text:
        raise ValueError
    return text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    if code not in _ESCAPES:
        raise ValueError
    return _ESCAPES[code]


def _time(text: str | None) -> str:
    """Write a time so that it sorts; what is none, as if it was not told."""
    whole = re.sub(r"\s+(Z|[+-]\d\d:?\d\d)$", r"\1", (text or "").strip())
    try:
        time = datetime.fromisoformat(whole)
        time = time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return time.isoformat(timespec="microseconds")


def _students(folder: str, people: Sequence[Mapping[str, str]]) -> tuple[Student, ...]:
    alone = len(people) == 1
    return tuple(
        student(
            one.get("sid") or one.get("email") or (folder if alone else f"{folder}/{number}"),
            one.get("name", ""),
            one.get("email", ""),
        )
        for number, one in enumerate(people, 1)
    )


def _one_line(text: str) -> str:
    text = text.replace("\\", r"\\")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
