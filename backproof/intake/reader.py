"""Take in what was handed in, whatever form it has, as sources in memory.

The grader does this. Nothing of a submission is run, imported or parsed here, and nothing is
unpacked to a disk.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from backproof.errors import UserError
from backproof.intake.archives import list_archive
from backproof.intake.encoding import decoded
from backproof.intake.file_listing import Entry, IntakeLimits, Listing
from backproof.intake.folders import list_folder, read_file
from backproof.intake.notebooks import cells_of
from backproof.printable import megabytes, printable
from backproof.student_code.finders import is_installed
from backproof.student_code.source import Source

__all__ = ["IntakeLimits", "Source", "SubmittedFiles", "read_submission"]

_DEFAULT = IntakeLimits()
_ZIP_BEGINS = b"PK\x03\x04"
_TOP = PurePosixPath(".")
_INIT = "__init__"
_MOST_NAMED = 3
# A file without any of these words is no assignment that someone solved.
_DEFINITION = re.compile(r"\b(?:def|class|lambda|import)\b")


@dataclass(frozen=True)
class SubmittedFiles:
    """What was handed in.

    Attributes:
        name: Of the file or folder.
        files: The Python sources, by relative POSIX path. A notebook in place of ``layers.py`` is
            ``layers.py`` here, too.
        whole: The one file that holds everything, where there is one: every unit is its module.
        notes: Lines for the student and the instructor about what was done with the files.

    """

    name: str
    files: Mapping[str, Source]
    whole: str | None
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the submission as plain data that can be sent to another process."""
        document: dict[str, Any] = msgspec.to_builtins(self)
        return document

    @classmethod
    def from_json(cls, document: object) -> SubmittedFiles:
        """Return the submission that ``to_json`` described, before or after a trip through JSON."""
        return msgspec.convert(document, cls)


def read_submission(
    path: str | os.PathLike[str], units: Sequence[str], limits: IntakeLimits = _DEFAULT
) -> SubmittedFiles:
    """Read a submission: a folder, a ``.zip``, a ``.py`` or an ``.ipynb``.

    The modules may be some folders down, beside anything else.

    Args:
        path: Where it is.
        units: The names of the assignment's modules.
        limits: What is too much.

    Raises:
        UserError: It is not there, may not be read, is unsafe to unpack, or has none of the
            modules; the text says what to do.
    """
    name = printable(path)
    try:
        return _taken_in(Path(path), name, units, limits)
    except PermissionError:
        raise UserError(f"{name} may not be read: check its permissions") from None
    except FileNotFoundError:
        raise UserError(
            f"there is no file or folder {name}: give the folder, .zip, .py or .ipynb to look at"
        ) from None
    except (OSError, ValueError, RuntimeError) as error:  # a name too long, links in a circle
        raise UserError(f"{name} cannot be read: {printable(str(error))}") from None


def _taken_in(path: Path, name: str, units: Sequence[str], limits: IntakeLimits) -> SubmittedFiles:
    listing = _list(path, name, limits)
    folder, whole = _where(listing, units)
    entries = {
        file.removeprefix(folder): entry
        for file, entry in listing.entries.items()
        if file.startswith(folder)
    }
    files = _sources(entries, units, whole, listing)
    if whole is not None and not _DEFINITION.search(files[whole].text):
        raise UserError(f"{name} has none of the modules: {whole} in it defines nothing")
    _note_names(files, units, whole, listing)
    return SubmittedFiles(
        name=printable(os.path.basename(os.path.abspath(path))),
        files=files,
        whole=whole,
        notes=tuple(listing.notes),
    )


def _list(path: Path, name: str, limits: IntakeLimits) -> Listing:
    if path.is_dir():
        return list_folder(path, name, limits)
    file = path.resolve(strict=True)
    if not file.is_file():
        raise UserError(f"{name} is neither a file nor a folder")
    suffix = path.suffix.lower()
    if suffix == ".zip" or read_file(file, 4) == _ZIP_BEGINS:
        return list_archive(file, name, limits)
    if suffix not in (".py", ".ipynb"):
        raise UserError(
            f"{name} is no submission: give a folder with the modules, a .zip of it, a .py or"
            " an .ipynb"
        )
    listing = Listing(name, limits)
    listing.add(path.stem + suffix, Entry(str(file), lambda most: read_file(file, most)))
    return listing


def _where(listing: Listing, units: Sequence[str]) -> tuple[str, str | None]:
    """Find the folder of the modules, with a slash, or else of the one file that holds them all."""
    homes = {home for path in listing.entries if (home := _home(path, units)) is not None}
    if homes:
        nearest = _nearest(homes)
        if len(nearest) > 1:
            several = ", ".join(f"{printable(home)}/" for home in nearest[:_MOST_NAMED])
            raise UserError(f"{listing.name} has the modules in several folders: {several}")
        folder = "" if nearest[0] == _TOP else f"{nearest[0]}/"
        for other in sorted(home for home in homes if not f"{home}/".startswith(folder)):
            listing.note(f"the modules in {other}/ are not looked at: those in {folder} are")
        return folder, None
    alone = _nearest({path for path in map(PurePosixPath, listing.entries) if path.stem != _INIT})
    if len(alone) == 1:
        return ("" if alone[0].parent == _TOP else f"{alone[0].parent}/"), alone[0].name
    what = "is empty" if listing.is_empty else "has none of the modules"
    expected = ", ".join(f"{unit}.py" for unit in units)
    hint = ""
    if listing.archives:
        hint = f"; unpack {listing.archives[0]} first"
    elif alone:
        hint = f"; it has {', '.join(map(printable, alone[:_MOST_NAMED]))}"
    raise UserError(
        f"{listing.name} {what}: expected {expected}, or one .py or .ipynb with everything{hint}"
    )


def _home(path: str, units: Sequence[str]) -> PurePosixPath | None:
    """Give the folder whose module a file is, if it is one of the assignment's."""
    file = PurePosixPath(path)
    name = file.stem
    if file.name == f"{_INIT}.py":
        file = file.parent
        name = file.name
    return file.parent if name in units else None


def _nearest(paths: Collection[PurePosixPath]) -> list[PurePosixPath]:
    depth = min((len(path.parts) for path in paths), default=0)
    return sorted(path for path in paths if len(path.parts) == depth)


def _sources(
    entries: Mapping[str, Entry], units: Sequence[str], whole: str | None, listing: Listing
) -> dict[str, Source]:
    files: dict[str, Source] = {}
    left = listing.limits.total_bytes
    for path, entry in entries.items():
        target = path
        if path.endswith(".ipynb") and path != whole:
            target = path.removesuffix(".ipynb") + ".py"
            package = path.removesuffix(".ipynb") + f"/{_INIT}.py"
            if PurePosixPath(path).stem not in units or "/" in path:
                listing.note(f"{path} is not looked at: it is not named like a module")
                continue
            if target in entries or package in entries:
                listing.note(f"{path} is not looked at: there is the module itself")
                continue
        files[target] = source = _source(path, entry, listing)
        left -= len(source.text.encode())
        if left < 0:
            most = megabytes(listing.limits.total_bytes)
            raise UserError(f"{listing.name} has more than {most} of Python files")
    return files


def _source(path: str, entry: Entry, listing: Listing) -> Source:
    limits = listing.limits
    is_notebook = path.endswith(".ipynb")
    most = limits.notebook_bytes if is_notebook else limits.source_bytes
    data = entry.read(most + 1)
    too_large = UserError(f"{printable(path)} in {listing.name} is larger than {megabytes(most)}")
    if len(data) > most:
        raise too_large
    text, odd = decoded(data)
    if odd:
        listing.note(f"{path} {odd}")
    if not is_notebook:
        return Source(text, entry.filename)
    try:
        notebook = cells_of(text)
    except ValueError as error:
        raise UserError(f"{printable(path)} in {listing.name} cannot be read: {error}") from None
    for note in notebook.notes:
        listing.note(f"{path}: {note}")
    text = "\n".join(f"# cell {number}\n{code}\n" for number, code in notebook.cells)
    if len(text) > limits.source_bytes:
        raise too_large
    return Source(text, entry.filename, notebook.cells)


def _note_names(
    files: Mapping[str, Source], units: Sequence[str], whole: str | None, listing: Listing
) -> None:
    """Say of which names Python makes something else than a student may think."""
    own = {source.filename for source in files.values()}
    tops = {
        path: PurePosixPath(path).parts[0].removesuffix(".py") for path in files if path != whole
    }
    for name in sorted({*tops.values()} - {*units}):
        if name.isidentifier() and is_installed(name, own):
            file = f"{name}.py" if f"{name}.py" in files else f"{name}/"
            listing.note(f"{file} is ignored where {name} is imported")
    spelled: dict[str, str] = {}
    for path in files:
        other = spelled.setdefault(path.casefold(), path)
        if other != path:
            listing.note(f"{other} and {path} are one file on some machines: rename one")
        lower = path.lower()
        if lower != path and lower.removesuffix(".py") in units and lower not in files:
            listing.note(f"{path} is not {lower}, which Python looks for: rename it")
