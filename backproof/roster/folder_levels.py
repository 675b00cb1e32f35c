"""The folders of a class, in a file system or a zip file, and the evidence in their names.

Only names are examined here; files are read when a submission is graded. So a class with
thousands of submissions is listed in seconds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from backproof.intake.file_listing import ENVIRONMENT, IntakeLimits
from backproof.intake.names import (
    foreign_archive,
    is_archive_name,
    is_by_product,
    is_submission_name,
    original_stem,
    source_path,
)

_LIMITS = IntakeLimits()


@dataclass(frozen=True)
class SubmissionHints:
    """Facts about a possible submission that the names of its files show.

    Attributes:
        modules: The units whose modules are in the folder nearest to the top that has any.
        depth: The depth of that folder; ``None`` if there are no modules.
        sources: Whether there is any Python file or notebook.
        archives: The archives, also those that cannot be read.
        is_empty: Whether there is no file at all.
    """

    modules: frozenset[str] = frozenset()
    depth: int | None = None
    sources: bool = False
    archives: tuple[str, ...] = ()
    is_empty: bool = False

    @property
    def is_evident(self) -> bool:
        """Whether this can be a submission: it has Python or an archive."""
        return self.sources or bool(self.archives)


@dataclass(frozen=True)
class FolderLevel:
    """The entries of one folder, without hidden files and other by-products of tools.

    Attributes:
        name: Name of the folder.
        base: Path of the folder within the given path: empty, or with a final slash.
        files: Names of the files in it, sorted.
        folders: Names of the folders in it, sorted.
        repositories: The folders that were cloned with git.
        inside: Returns the paths of the files in one of the folders, the nearest to the top first.
    """

    name: str
    base: str
    files: Collection[str]
    folders: Collection[str]
    repositories: frozenset[str]
    inside: Callable[[str], Iterable[str]]

    @property
    def candidates(self) -> list[str]:
        """The entries that can be submissions by their names."""
        return [*self.folders, *filter(is_submission_name, self.files)]

    def look(self, name: str, units: Collection[str]) -> SubmissionHints:
        """Return what an entry's names show; an entry that may not be read counts as empty."""
        try:
            return look([name] if name in self.files else self.inside(name), units)
        except OSError:
            return SubmissionHints(is_empty=True)


def look(paths: Iterable[str], units: Collection[str]) -> SubmissionHints:
    """Return what the relative paths of a submission's files show.

    Args:
        paths: The paths, the nearest to the top first. They are consumed only as far down as the
            first modules, because listing a large tree takes time.
        units: Names of the assignment's modules.
    """
    module_depths: dict[str, int] = {}
    archives: list[str] = []
    sources, is_empty, max_depth = False, True, _LIMITS.depth
    for path in paths:
        depth = path.count("/")
        if depth > max_depth:
            break
        is_empty = False
        folder, _, name = path.rpartition("/")
        if is_archive_name(name) or foreign_archive(name):
            archives.append(path)
        elif source := source_path(name):
            sources = True
            module_depth, stem = depth, original_stem(os.path.splitext(source)[0])
            if name == "__init__.py" and folder:
                stem, module_depth = folder.rpartition("/")[2], depth - 1
            if stem in units:
                module_depths[stem] = module_depth
                max_depth = depth
    nearest = min(module_depths.values(), default=None)
    modules = frozenset(unit for unit, depth in module_depths.items() if depth == nearest)
    return SubmissionHints(modules, nearest, sources, tuple(archives), is_empty)


def walk(folder: Path) -> Iterator[str]:
    """Yield the files in a folder, the nearest to the top first; links to folders are skipped.

    Raises:
        OSError: A part of the folder may not be read.
    """
    prefixes, counted = [""], 0
    while prefixes and counted <= _LIMITS.entries:
        inner_prefixes: list[str] = []
        for prefix in prefixes:
            with os.scandir(folder / prefix) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
            counted += len(entries)
            if any(entry.name == ENVIRONMENT for entry in entries):
                continue
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) and not is_by_product(entry.name):
                    inner_prefixes.append(f"{prefix}{entry.name}/")
                elif not is_by_product(entry.name):
                    yield prefix + entry.name
        is_shallow = inner_prefixes and inner_prefixes[0].count("/") <= _LIMITS.depth
        prefixes = inner_prefixes if is_shallow else []


def folder_level(folder: Path, base: str = "") -> FolderLevel:
    """List the folder ``base`` in ``folder``.

    Raises:
        OSError: The folder may not be read.
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


def nested_levels(level: Callable[[str], FolderLevel]) -> Iterator[FolderLevel]:
    """Yield the outermost folder and, as long as a folder contains only one folder, that one.

    Args:
        level: Lists a folder, by its ``base``.
    """
    here = level("")
    yield here
    while not here.files and len(here.folders) == 1 and here.base.count("/") < _LIMITS.depth:
        here = level(f"{here.base}{next(iter(here.folders))}/")
        yield here
