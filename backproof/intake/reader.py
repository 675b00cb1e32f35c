"""Read one submission into memory: a folder, a ``.zip``, a ``.py`` file or a notebook.

This happens in the grader, so the submission is treated as hostile: nothing in it is run, imported
or parsed, and nothing is unpacked to disk.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from backproof.errors import UserError
from backproof.intake.archives import is_archive, list_archive
from backproof.intake.encoding import decode_source
from backproof.intake.file_listing import IntakeLimits, ListedFile, Listing
from backproof.intake.folders import list_folder, read_file
from backproof.intake.names import (
    SOURCES,
    foreign_archive,
    is_archive_name,
    original_stem,
    source_path,
)
from backproof.intake.notebooks import read_notebook
from backproof.intake.scripts import written_files
from backproof.intake.tar_archives import is_tar, list_tar
from backproof.printable import megabytes, printable
from backproof.student_code.finders import is_installed
from backproof.student_code.source import Source

__all__ = ["IntakeLimits", "Source", "SubmittedFiles", "read_submission"]

_DEFAULT_LIMITS = IntakeLimits()
_TOP = PurePosixPath(".")
_INIT = "__init__"
_MAX_NAMED_PATHS = 3
# A single file without any of these words defines nothing, so it cannot be a solution.
_DEFINITION = re.compile(r"\b(?:def|class|lambda|import)\b")


@dataclass(frozen=True)
class SubmittedFiles:
    """The Python files of one submission.

    Attributes:
        name: Name of the submitted file or folder.
        files: The Python sources, by relative POSIX path. A notebook that replaces ``layers.py``
            is listed as ``layers.py``, too.
        single_file: Path of the only file, if the submission is one file that defines all units,
            but for those that it writes as files; ``None`` if each unit has a module of its own.
        notes: Lines for the student and the instructor about how the files were read.
    """

    name: str
    files: Mapping[str, Source]
    single_file: str | None
    notes: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """A digest of the names and texts of the files.

        It does not depend on times, on the order of files in a zip file, or on the name of the
        submitted file or folder.
        """
        digest = hashlib.sha256()
        for path, source in sorted(self.files.items()):
            name = "" if path == self.single_file else path
            for text in (name, source.text):
                data = text.encode()
                digest.update(len(data).to_bytes(8, "big") + data)
        return digest.hexdigest()

    def file_of(self, unit: str) -> Source | None:
        """Return the file of a unit: its own, or the single one; ``None`` if there is none."""
        return self.files.get(f"{unit}.py") or self.files.get(self.single_file or "")

    def to_json(self) -> dict[str, Any]:
        """Return the submission as plain data that can be sent to another process."""
        document: dict[str, Any] = msgspec.to_builtins(self)
        return document

    @classmethod
    def from_json(cls, document: object) -> SubmittedFiles:
        """Return the submission that ``to_json`` described, before or after a trip through JSON."""
        return msgspec.convert(document, cls)


def read_submission(
    path: str | os.PathLike[str], units: Sequence[str], limits: IntakeLimits = _DEFAULT_LIMITS
) -> SubmittedFiles:
    """Read a submission: a folder, a ``.zip``, a ``.py`` or an ``.ipynb``.

    The modules may be several folders down, beside other files.

    Args:
        path: Path of the submission.
        units: Names of the assignment's modules.
        limits: Limits on the size and number of files.

    Raises:
        UserError: The path does not exist, may not be read, is unsafe to unpack, or contains none
            of the modules; the text says what to do.
    """
    name = printable(path)
    try:
        return _read(Path(path), name, units, limits)
    except PermissionError:
        raise UserError(f"{name} may not be read: check its permissions") from None
    except FileNotFoundError:
        raise UserError(
            f"there is no file or folder {name}: give the folder, .zip, .py or .ipynb to look at"
        ) from None
    # A name that is too long, or a circle of links.
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(f"{name} cannot be read: {printable(str(error))}") from None


def _read(path: Path, name: str, units: Sequence[str], limits: IntakeLimits) -> SubmittedFiles:
    listing = list_files(path, name, limits)
    _name_like_modules(listing, units)
    folder, single_file = _locate_modules(listing, units)
    listed = {
        file.removeprefix(folder): entry
        for file, entry in listing.files.items()
        if file.startswith(folder)
    }
    files = read_sources(listed, units, single_file, listing)
    own = {*map(PurePosixPath, files)} & {PurePosixPath(f"{unit}.py") for unit in units}
    if single_file is not None and not own and not _DEFINITION.search(files[single_file].text):
        raise UserError(f"{name} has none of the modules: {single_file} in it defines nothing")
    _note_confusing_names(files, units, single_file, listing)
    return SubmittedFiles(
        name=printable(os.path.basename(os.path.abspath(path))),
        files=files,
        single_file=single_file,
        notes=tuple(listing.notes),
    )


def list_files(path: Path, name: str, limits: IntakeLimits) -> Listing:
    if path.is_dir():
        return list_folder(path, name, limits)
    file = path.resolve(strict=True)
    if not file.is_file():
        raise UserError(f"{name} is neither a file nor a folder")
    source = source_path(path.name)
    if is_archive(file):
        return list_archive(file, name, limits)
    if not source and (is_tar(file) or is_archive_name(path.name)):
        return list_tar(file, name, limits)
    if kind := foreign_archive(path.name):
        raise UserError(
            f"{name} is a {kind} archive, which is not read here: hand in a .zip of the folder"
        )
    if not source:
        raise UserError(
            f"{name} is no submission: give a folder with the modules, a .zip or .tar.gz of it, a"
            " .py or an .ipynb"
        )
    listing = Listing(name, limits)
    listing.add(source, ListedFile(str(file), lambda size: read_file(file, size)))
    return listing


def _name_like_modules(listing: Listing, units: Sequence[str]) -> None:
    """Add modules whose file has a capital letter, or the number of a copy, in its name.

    The file keeps its own name, too, as other files may import it by that.
    """
    for path in [*listing.files]:
        file = PurePosixPath(path)
        stem = original_stem(file.stem)
        module = str(file.with_name(stem + file.suffix))
        alternatives = {str(file.with_name(stem + suffix)) for suffix in SOURCES}
        if stem in units and file.stem != stem and not alternatives & set(listing.files):
            listing.files[module] = listing.files[path]
            listing.note(f"{path} is read as {module}, the name of the module")
    listing.files = dict(sorted(listing.files.items()))


def _locate_modules(listing: Listing, units: Sequence[str]) -> tuple[str, str | None]:
    """Return the folder of the modules, with a final slash, and the single file, if there is one.

    The folder with modules that is nearest to the top counts. If no file is named like a module,
    the only Python file nearest to the top is the single file.
    """
    candidates = (_module_folder(path, units) for path in listing.files)
    folders = {folder for folder in candidates if folder is not None}
    if folders:
        nearest = _nearest_to_top(folders)
        if len(nearest) > 1:
            several = ", ".join(f"{printable(one)}/" for one in nearest[:_MAX_NAMED_PATHS])
            raise UserError(f"{listing.name} has the modules in several folders: {several}")
        folder = "" if nearest[0] == _TOP else f"{nearest[0]}/"
        for other in sorted(one for one in folders if not f"{one}/".startswith(folder)):
            listing.note(f"the modules in {other}/ are not looked at: those in {folder} are")
        return folder, None
    sources = {path for path in map(PurePosixPath, listing.files) if path.stem != _INIT}
    single = _nearest_to_top(sources)
    if len(single) == 1:
        return ("" if single[0].parent == _TOP else f"{single[0].parent}/"), single[0].name
    problem = "is empty" if listing.is_empty else "has none of the modules"
    expected = ", ".join(f"{unit}.py" for unit in units)
    hint = ""
    if listing.archives:
        hint = f"; unpack {listing.archives[0]} first"
    elif single:
        hint = f"; it has {', '.join(map(printable, single[:_MAX_NAMED_PATHS]))}"
    raise UserError(
        f"{listing.name} {problem}: expected {expected}, or one .py or .ipynb with everything{hint}"
    )


def _module_folder(path: str, units: Sequence[str]) -> PurePosixPath | None:
    """Return the folder of a file that is one of the assignment's modules; else ``None``.

    Both ``hw/layers.py`` and ``hw/layers/__init__.py`` are the module ``layers`` in ``hw``.
    """
    file = PurePosixPath(path)
    name = file.stem
    if file.name == f"{_INIT}.py":
        file = file.parent
        name = file.name
    return file.parent if name in units else None


def _nearest_to_top(paths: Collection[PurePosixPath]) -> list[PurePosixPath]:
    depth = min((len(path.parts) for path in paths), default=0)
    return sorted(path for path in paths if len(path.parts) == depth)


def read_sources(
    listed: Mapping[str, ListedFile],
    units: Sequence[str],
    single_file: str | None,
    listing: Listing,
) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    written: dict[str, Source] = {}
    bytes_left = listing.limits.total_bytes
    for path, file in listed.items():
        target = path
        if path.endswith(".ipynb") and path != single_file:
            target = path.removesuffix(".ipynb") + ".py"
            package = path.removesuffix(".ipynb") + f"/{_INIT}.py"
            if PurePosixPath(path).stem not in units or "/" in path:
                listing.note(f"{path} is not looked at: it is not named like a module")
                continue
            if target in listed or package in listed:
                listing.note(f"{path} is not looked at: there is the module itself")
                continue
        sources[target], files = _read_source(path, file, listing)
        folder = PurePosixPath(path).parent
        for name, text in files.items():
            filename = str(PurePosixPath(file.filename).with_name(name))
            written[str(folder / name)] = Source(text, filename)
        texts = (sources[target].text, *files.values())
        bytes_left -= sum(len(text.encode()) for text in texts)
        if bytes_left < 0:
            limit = megabytes(listing.limits.total_bytes)
            raise UserError(f"{listing.name} has more than {limit} of Python files")
    # A notebook layers.ipynb may write the module layers.py.
    made = {path for path in sources if path in written and path not in listed}
    return written | {path: source for path, source in sources.items() if path not in made}


def _read_source(path: str, file: ListedFile, listing: Listing) -> tuple[Source, Mapping[str, str]]:
    """Return a file, and the files that it writes by name."""
    limits = listing.limits
    is_notebook = path.endswith(".ipynb")
    max_bytes = limits.notebook_bytes if is_notebook else limits.source_bytes
    data = file.read(max_bytes + 1)
    too_large = UserError(
        f"{printable(path)} in {listing.name} is larger than {megabytes(max_bytes)}"
    )
    if len(data) > max_bytes:
        raise too_large
    text, oddity = decode_source(data)
    if oddity:
        listing.note(f"{path} {oddity}")
    if not is_notebook:
        return Source(text, file.filename), written_files(text)
    try:
        notebook = read_notebook(text)
    except ValueError as error:
        raise UserError(f"{printable(path)} in {listing.name} cannot be read: {error}") from None
    for note in notebook.notes:
        listing.note(f"{path}: {note}")
    text = "\n".join(f"# cell {number}\n{code}\n" for number, code in notebook.cells)
    if len(text) > limits.source_bytes:
        raise too_large
    return Source(text, file.filename, notebook.cells), notebook.written


def _note_confusing_names(
    files: Mapping[str, Source], units: Sequence[str], single_file: str | None, listing: Listing
) -> None:
    """Note the names that Python, or another system, reads in another way than a student may."""
    filenames = {source.filename for source in files.values()}
    top_level_names = {
        PurePosixPath(path).parts[0].removesuffix(".py") for path in files if path != single_file
    }
    for name in sorted(top_level_names - {*units}):
        if name.isidentifier() and is_installed(name, filenames):
            file = f"{name}.py" if f"{name}.py" in files else f"{name}/"
            listing.note(f"{file} is ignored where {name} is imported")
    by_folded_path: dict[str, str] = {}
    for path in files:
        other = by_folded_path.setdefault(path.casefold(), path)
        if other != path and files[other] != files[path]:
            listing.note(f"{other} and {path} are one file on some machines: rename one")
