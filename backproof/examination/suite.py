"""The tests that a student hands in, read into memory."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from backproof.assignment.config import Assignment
from backproof.errors import UserError
from backproof.intake.file_listing import IntakeLimits, ListedFile
from backproof.intake.reader import Source, SubmittedFiles, list_files, read_sources
from backproof.printable import printable

_LIMITS = IntakeLimits()
_PREFIX = "test_"
_INIT = "__init__.py"


@dataclass(frozen=True)
class StudentTest:
    """A test function.

    Attributes:
        path: The file.
        name: The name of the function.
        takes_code: Whether it takes the fixture ``submission``.

    """

    path: str
    name: str
    takes_code: bool = True


@dataclass(frozen=True)
class TestSuite:
    """The files of a student's tests.

    Attributes:
        submitted: All files; those beside the tests may be imported by them.
        modules: The path of each file that has tests, by its dotted name.

    """

    __test__ = False

    submitted: SubmittedFiles
    modules: Mapping[str, str]

    def to_send(self, assignment: Assignment) -> dict[str, Any]:
        """Return what a worker needs to load the tests and to run them."""
        options = {name: option.value for name, option in assignment.options.items()}
        return {
            "files": {
                path: ["" if source.cells else source.text, path, source.cells]
                for path, source in self.submitted.files.items()
            },
            "modules": dict(self.modules),
            "units": assignment.units,
            "opaque": dict(assignment.opaque),
            "options": options,
            "helpers": assignment.examine.helpers,
        }


def stems_of_tests(paths: Iterable[str | os.PathLike[str]]) -> tuple[str, ...]:
    """Return the names, without suffixes, of all files with tests in folders and zip files."""
    found: set[str] = set()
    for path in map(Path, paths):
        names: list[str] = []
        if path.is_dir():
            names = [str(file) for file in path.rglob(f"{_PREFIX}*")]
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
        stems = {PurePosixPath(name).stem for name in names}
        found |= {stem for stem in stems if stem.startswith(_PREFIX)}
    return tuple(sorted(found))


def read_suite(path: str | os.PathLike[str]) -> TestSuite:
    """Read tests: a folder, a zip file, a Python file or a notebook.

    The tests are in files ``test_*.py``, or in a single file of any name. A file in a package is
    read together with the package, whose modules it may import.

    Raises:
        UserError: The path cannot be read, or has no such file.

    """
    place, name = Path(path), printable(path)
    try:
        only = place.name if place.suffix == ".py" and (place.parent / _INIT).is_file() else ""
        listing = list_files(place.parent if only else place, name, _LIMITS)
    except PermissionError:
        raise UserError(f"{name} may not be read: check its permissions") from None
    except FileNotFoundError:
        raise UserError(
            f"there is no file or folder {name}: give the folder, .zip, .py or .ipynb of tests"
        ) from None
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(f"{name} cannot be read: {printable(str(error))}") from None
    listed = dict(listing.files)
    if place.is_dir() or only:
        listed = _in_package(listed, (place.parent if only else place).resolve().name)
    listed, found = _located(listed, only)
    if not found:
        raise UserError(
            f"{name} has no tests: expected files test_*.py, or one .py or .ipynb with functions "
            "whose names begin with test_"
        )
    stems = [PurePosixPath(each).stem for each in found]
    single = found[0] if len(listed) == 1 else None
    files = read_sources(listed, stems, single, listing)
    paths = [
        each if each in files else str(PurePosixPath(each).with_suffix(".py")) for each in found
    ]
    files = {path: _as_shown(path, source) for path, source in files.items()}
    submitted = SubmittedFiles(name, files, None, tuple(listing.notes))
    return TestSuite(submitted, {_dotted(each): each for each in paths if each in files})


def _in_package(listed: Mapping[str, ListedFile], folder: str) -> dict[str, ListedFile]:
    """Return the files below their package, if the folder that was read is one."""
    prefix = f"{folder}/" if _INIT in listed else ""
    return {f"{prefix}{path}": file for path, file in listed.items()}


def _located(
    listed: Mapping[str, ListedFile], only: str
) -> tuple[dict[str, ListedFile], list[str]]:
    """Return the files, relative to the folder that imports begin in, and those with tests."""
    names = {path: PurePosixPath(path).name for path in listed}
    found = [path for path in listed if names[path].startswith(_PREFIX)]
    if only:
        found = [path for path in found or listed if names[path] == only]
    elif not found and len(listed) == 1:
        found = [*listed]
    if not found:
        return dict(listed), []
    nearest = min((PurePosixPath(path).parent for path in found), key=lambda each: len(each.parts))
    while f"{nearest}/{_INIT}" in listed:
        nearest = nearest.parent
    prefix = "" if str(nearest) == "." else f"{nearest}/"
    kept = {path.removeprefix(prefix): f for path, f in listed.items() if path.startswith(prefix)}
    inside = [path.removeprefix(prefix) for path in found if path.startswith(prefix)]
    return kept, inside


def _dotted(path: str) -> str:
    return str(PurePosixPath(path).with_suffix("")).replace("/", ".")


def _as_shown(path: str, source: Source) -> Source:
    return Source(source.text, path, source.cells)
