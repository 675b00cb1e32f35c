"""What lies in a folder or a zip file of many submissions, and how such a zip file is unpacked.

Students make names, sizes and links as well as platforms do, so none of them is trusted. Only
names are looked at here; what is in the files is read when a submission is graded.
"""

from __future__ import annotations

import errno
import io
import itertools
import os
import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backproof.archive import _path
from backproof.errors import UserError
from backproof.listing import ENVIRONMENT, IntakeLimits, comes_along, megabytes, shown

SOURCES = (".py", ".ipynb")
METADATA = "submission_metadata.yml"
_ONE = IntakeLimits()
# What an instructor calls a student's attempts and no students. A bare number may be both.
_ATTEMPT = re.compile(
    r"(?:(?:attempt|try|version|v)[-_ .]?\d+|20\d\d-?\d\d-?\d\d[-T_ \d:.Z]*?)(?:\.\w+)?", re.I
)
_NUMBER = re.compile(r"\d{1,2}(?:\.\w+)?")


@dataclass(frozen=True)
class ClassLimits:
    """What the zip file of a class may hold.

    Attributes:
        directory_bytes: Size of its table of contents: some hundred bytes for each file.
        submission_entries: Files and folders of one submission.
        submission_bytes: Size of one submission, unpacked.
        total_bytes: Size of all of them, unpacked.

    """

    directory_bytes: int = 2**27
    submission_entries: int = _ONE.entries
    submission_bytes: int = _ONE.archive_bytes
    total_bytes: int = 2**37


@dataclass(frozen=True)
class Look:
    """What the names of files tell of a submission.

    Attributes:
        modules: The units in the nearest folder that has any.
        depth: How many folders down that is; ``None`` where there are none.
        sources: Whether there is any Python.
        archives: The zip files.
        is_empty: Whether there is nothing.

    """

    modules: frozenset[str] = frozenset()
    depth: int | None = None
    sources: bool = False
    archives: tuple[str, ...] = ()
    is_empty: bool = False

    @property
    def is_evident(self) -> bool:
        """Whether it can be a submission at all."""
        return self.sources or bool(self.archives)


@dataclass(frozen=True)
class Level:
    """One folder of what was given, without hidden files, those of systems and the like.

    Attributes:
        name: Of the folder.
        base: Where it is in what was given: empty, or a path with a slash at its end.
        files: What is in it and no folder, in order.
        folders: The folders in it, in order.
        repositories: Those of them that were cloned with git.
        inside: Gives the files in one of the folders, the nearest first.

    """

    name: str
    base: str
    files: Collection[str]
    folders: Collection[str]
    repositories: frozenset[str]
    inside: Callable[[str], Iterable[str]]

    @property
    def candidates(self) -> list[str]:
        """What can be a submission by its name."""
        return [*self.folders, *filter(is_handed_in, self.files)]

    def look(self, name: str, units: Collection[str]) -> Look:
        """Look at a folder or a file in here; what may not be read is as if it was empty."""
        try:
            return look([name] if name in self.files else self.inside(name), units)
        except OSError:
            return Look(is_empty=True)


def is_handed_in(name: str) -> bool:
    """Tell whether a file of this name can be a submission."""
    return name.lower().endswith((*SOURCES, ".zip"))


def look(paths: Iterable[str], units: Collection[str]) -> Look:
    """Look at the relative paths of files, the nearest first, until modules were seen."""
    modules: dict[str, int] = {}
    archives: list[str] = []
    sources, seen, enough = False, 0, _ONE.depth
    for path in paths:
        down = path.count("/")
        if down > enough:
            break
        seen += 1
        folder, _, name = path.rpartition("/")
        stem, suffix = os.path.splitext(name)
        if suffix.lower() == ".zip":
            archives.append(path)
        elif suffix.lower() in SOURCES:
            sources = True
            home = down
            if name == "__init__.py" and folder:
                stem, home = folder.rpartition("/")[2], down - 1
            if stem in units:
                modules[stem] = home
                enough = down
    depth = min(modules.values(), default=None)
    nearest = frozenset(unit for unit, home in modules.items() if home == depth)
    return Look(nearest, depth, sources, tuple(archives), is_empty=not seen)


def walk(folder: Path) -> Iterator[str]:
    """Give the files in a folder, the nearest first; no link to a folder is followed.

    Raises:
        OSError: Something in it may not be read.
    """
    prefixes, counted = [""], 0
    while prefixes and counted <= _ONE.entries:
        below: list[str] = []
        for prefix in prefixes:
            with os.scandir(folder / prefix) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
            counted += len(entries)
            if any(entry.name == ENVIRONMENT for entry in entries):
                continue
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) and not comes_along(entry.name):
                    below.append(f"{prefix}{entry.name}/")
                elif not comes_along(entry.name):
                    yield prefix + entry.name
        prefixes = below if below and below[0].count("/") <= _ONE.depth else []


def folder_level(folder: Path, base: str = "") -> Level:
    """List a folder in the one that was given.

    Raises:
        OSError: It may not be read.
    """
    here = folder / base
    with os.scandir(here) as listed:
        entries = [entry for entry in listed if not comes_along(entry.name)]
    folders = dict.fromkeys(sorted(entry.name for entry in entries if entry.is_dir()))
    return Level(
        name=os.path.basename(os.path.abspath(here)),
        base=base,
        files=dict.fromkeys(sorted({entry.name for entry in entries}.difference(folders))),
        folders=folders,
        repositories=frozenset(n for n in folders if os.path.lexists(here / n / ".git")),
        inside=lambda name: walk(here / name),
    )


def levels(level: Callable[[str], Level]) -> Iterator[Level]:
    """Give what was given, then the folder in it while that is all there is."""
    here = level("")
    yield here
    while not here.files and len(here.folders) == 1 and here.base.count("/") < _ONE.depth:
        here = level(f"{here.base}{next(iter(here.folders))}/")
        yield here


def class_level(
    found: Sequence[Level], units: Collection[str], *, several: bool, zipped: bool
) -> tuple[Level | None, bool]:
    """Tell which folder has a submission in each entry; none has if all is one submission.

    A folder that is given alone is one of submissions, unless modules are in it or its entries
    are called attempts. A zip file, or one of several folders, is that only if submissions are
    side by side in it; a single folder with modules is what ``take_in`` would take.

    Args:
        found: What was given, and the folder in it while that is all there is.
        units: The names of the assignment's modules.
        several: Whether something else was given, too.
        zipped: Whether this is a zip file.

    Returns:
        The folder, and if there is none, whether there could be one all the same.
    """
    first = found[0]
    outer = None if several or zipped else first
    for last in found:
        names = {*last.files, *last.folders}
        if any({f"{unit}.py", f"{unit}.ipynb", unit} & names for unit in units):
            return (None if last is first else outer), False
    candidates = last.candidates
    if len(candidates) > 1 and all(
        _ATTEMPT.fullmatch(name) or (several and _NUMBER.fullmatch(name)) for name in candidates
    ):
        return (None if last is first else outer), False
    looks = (last.look(name, units) for name in candidates)
    if outer is not None:
        evident = itertools.islice((one for one in looks if one.is_evident), 2)
        return (last if len([*evident]) == 2 else first), False
    seen = [one for one in looks if one.is_evident]
    depths = [one.depth for one in seen if one.depth is not None]
    side_by_side = len(depths) if depths else len(seen)
    if several:
        archives = sum(bool(one.archives) for one in seen)
        side_by_side = depths.count(min(depths)) if depths else archives
    return (last if side_by_side > 1 else None), len(seen) > 1


def inner_attempts(folder: Path, units: Collection[str]) -> list[Path]:
    """Give the attempts in a student's folder: submissions side by side, and no Python of its own.

    Folders may also be parts of one submission, or old copies further down in it. Attempts have a
    module in common, as far as they have modules, and are called by numbers, or else have modules
    equally far down. A link is none, for it may lead to what someone else handed in.
    """
    try:
        level = folder_level(folder)
    except OSError:
        return []
    if any(name.lower().endswith(SOURCES) for name in level.files):
        return []
    paths = [folder / name for name in level.candidates]
    looks = {path: level.look(path.name, units) for path in paths if not path.is_symlink()}
    evident = {path: one for path, one in looks.items() if one.is_evident}
    modules = [one.modules for one in evident.values() if one.modules]
    depths = {one.depth for one in evident.values()}
    in_common = not modules or bool(frozenset.intersection(*modules))
    numbered = all(re.search(r"\d", path.name) for path in evident)
    alike = numbered or (len(depths) == 1 and None not in depths)
    return [*evident] if len(evident) > 1 and in_common and alike else []


class _Bounded(io.BufferedReader):
    """A zip file whose table of contents, which is read at once, cannot fill the memory."""

    def __init__(self, file: Path, most: int) -> None:
        super().__init__(io.FileIO(file))
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._most:
            raise ValueError("it has too many files: unpack it yourself, and give the folder")
        return super().read(size)


@contextmanager
def open_class(file: Path, name: str, limits: ClassLimits) -> Iterator[ClassArchive]:
    """Open a zip file that may be a class's.

    Raises:
        UserError: It is damaged, too large, encrypted or packed in an unusual way.
    """
    with _Bounded(file, limits.directory_bytes) as opened:
        try:
            archive = zipfile.ZipFile(opened)
        except Exception as error:  # zipfile raises a dozen kinds on what is no zip
            raise UserError(f"{name} cannot be unpacked: {shown(str(error))}") from None
        yield ClassArchive(archive, name, file.stem, limits)


class ClassArchive:
    """An open zip file; what is not taken from it is in ``problems``, a line each."""

    def __init__(self, archive: zipfile.ZipFile, name: str, stem: str, limits: ClassLimits) -> None:
        self.problems: list[str] = []
        self._archive, self._name, self._stem, self._limits = archive, name, stem, limits
        members = dict(self._members())
        environments = tuple(
            path.removesuffix(ENVIRONMENT) for path in members if path.endswith(f"/{ENVIRONMENT}")
        )
        self._clones = {path.partition("/.git/")[0] for path in members if "/.git/" in path}
        self._paths = {
            path: info
            for path, info in members.items()
            if not path.startswith(environments) and not any(map(comes_along, path.split("/")))
        }

    def level(self, base: str) -> Level:
        """List a folder in it."""
        inside: dict[str, list[str]] = {}
        files = []
        for path in self._paths:
            name, in_folder, rest = path.removeprefix(base).partition("/")
            if not path.startswith(base) or not name:
                continue
            if not in_folder:
                files.append(name)
            elif not rest.endswith("/") and rest:
                inside.setdefault(name, []).append(rest)
            else:
                inside.setdefault(name, [])
        return Level(
            name=base.split("/")[-2] if base else self._stem,
            base=base,
            files=dict.fromkeys(sorted({*files}.difference(inside))),
            folders=dict.fromkeys(sorted(inside)),
            repositories=frozenset(name for name in inside if base + name in self._clones),
            inside=lambda name: sorted(inside[name], key=lambda path: path.count("/")),
        )

    def unpack(self, target: Path, base: str) -> None:
        """Write it into an empty folder: Python and zip files; all else is empty there.

        Args:
            target: The folder.
            base: The folder in the archive that the submissions are in.

        Raises:
            UserError: There is too much of it, or no room.
        """
        submissions: dict[str, list[str]] = {}
        for path in self._paths:
            submissions.setdefault(path.removeprefix(base).partition("/")[0], []).append(path)
        sizes = {name: sum(map(self._size, paths)) for name, paths in submissions.items()}
        room = min(self._limits.total_bytes, shutil.disk_usage(target).free)
        if sum(sizes.values()) > room:
            raise UserError(
                f"{self._name} unpacks to {megabytes(sum(sizes.values()))}, and there is room for"
                f" {megabytes(room)}: unpack it yourself, and give the folder"
            )
        most = self._limits
        for name, paths in submissions.items():
            if len(paths) > most.submission_entries:
                self._leave_out(name, f"it has more than {most.submission_entries} files")
            elif sizes[name] > most.submission_bytes and name != METADATA:
                self._leave_out(name, f"it has more than {megabytes(most.submission_bytes)}")
            else:
                for path in paths:
                    self._write(path, target)

    def _members(self) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        for info in self._archive.infolist():
            try:
                path = _path(info, self._name)
            except UserError:
                self._leave_out(info.orig_filename, "it would end up outside")
                continue
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                self._leave_out(path, "it is a link, or no ordinary file")
            elif path.count("/") > 2 * _ONE.depth:
                self._leave_out(path, "it is in too many folders in one another")
            elif info.flag_bits & 0x1:
                raise UserError(f"{self._name} is encrypted: pack it without a password")
            elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                # Others are unpacked by zipfile without regard to how much comes out.
                raise UserError(f"{self._name} is packed in an unusual way: use a plain zip")
            elif path:
                yield path, info

    def _size(self, path: str) -> int:
        return self._paths[path].file_size if _is_read(path) else 0

    def _write(self, path: str, target: Path) -> None:
        file = target / path
        try:
            (file if path.endswith("/") else file.parent).mkdir(parents=True, exist_ok=True)
            if _is_read(path):
                with self._archive.open(self._paths[path]) as packed, open(file, "xb") as written:
                    shutil.copyfileobj(packed, written)
            elif not path.endswith("/"):
                file.touch(exist_ok=False)
        except FileExistsError:
            self._leave_out(path, "there is something else of that name")
        except Exception as error:  # zipfile raises a dozen kinds on what is damaged
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise UserError(f"{self._name}: there is no room left to unpack it") from None
            if os.path.isfile(file):
                file.unlink()
            why = (isinstance(error, OSError) and error.strerror) or str(error)
            self._leave_out(path, f"it cannot be unpacked: {shown(why)}")

    def _leave_out(self, path: str, why: str) -> None:
        self.problems.append(f"{shown(path)} in {self._name} is left out: {why}")


def _is_read(path: str) -> bool:
    return is_handed_in(path) or path.rpartition("/")[2] == METADATA
