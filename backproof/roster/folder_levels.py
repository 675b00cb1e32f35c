"""What lies in a folder or a zip file, level by level, and which level has a class's submissions.

Only names are looked at here; what is in the files is read when a submission is graded.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from backproof.intake.file_listing import ENVIRONMENT, IntakeLimits, is_by_product

SOURCES = (".py", ".ipynb")
_ONE = IntakeLimits()
# What an instructor calls a student's attempts and no students. A bare number may be both.
_ATTEMPT = re.compile(
    r"(?:(?:attempt|try|version|v)[-_ .]?\d+|20\d\d-?\d\d-?\d\d[-T_ \d:.Z]*?)(?:\.\w+)?", re.I
)
_NUMBER = re.compile(r"\d{1,2}(?:\.\w+)?")


@dataclass(frozen=True)
class SubmissionHints:
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
class FolderLevel:
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

    def look(self, name: str, units: Collection[str]) -> SubmissionHints:
        """Look at a folder or a file in here; what may not be read is as if it was empty."""
        try:
            return look([name] if name in self.files else self.inside(name), units)
        except OSError:
            return SubmissionHints(is_empty=True)


def is_handed_in(name: str) -> bool:
    """Tell whether a file of this name can be a submission."""
    return name.lower().endswith((*SOURCES, ".zip"))


def look(paths: Iterable[str], units: Collection[str]) -> SubmissionHints:
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
    return SubmissionHints(nearest, depth, sources, tuple(archives), is_empty=not seen)


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
                if entry.is_dir(follow_symlinks=False) and not is_by_product(entry.name):
                    below.append(f"{prefix}{entry.name}/")
                elif not is_by_product(entry.name):
                    yield prefix + entry.name
        prefixes = below if below and below[0].count("/") <= _ONE.depth else []


def folder_level(folder: Path, base: str = "") -> FolderLevel:
    """List a folder in the one that was given.

    Raises:
        OSError: It may not be read.
    """
    here = folder / base
    with os.scandir(here) as listed:
        entries = [entry for entry in listed if not is_by_product(entry.name)]
    folders = dict.fromkeys(sorted(entry.name for entry in entries if entry.is_dir()))
    return FolderLevel(
        name=os.path.basename(os.path.abspath(here)),
        base=base,
        files=dict.fromkeys(sorted({entry.name for entry in entries}.difference(folders))),
        folders=folders,
        repositories=frozenset(n for n in folders if os.path.lexists(here / n / ".git")),
        inside=lambda name: walk(here / name),
    )


def levels(level: Callable[[str], FolderLevel]) -> Iterator[FolderLevel]:
    """Give what was given, then the folder in it while that is all there is."""
    here = level("")
    yield here
    while not here.files and len(here.folders) == 1 and here.base.count("/") < _ONE.depth:
        here = level(f"{here.base}{next(iter(here.folders))}/")
        yield here


def find_class_level(
    found: Sequence[FolderLevel], units: Collection[str], *, several: bool, zipped: bool
) -> tuple[FolderLevel | None, bool]:
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
