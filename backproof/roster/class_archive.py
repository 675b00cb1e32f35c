"""List and unpack the zip file of a class.

Names, sizes and links in it may come from students, so none of them is trusted.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from backproof.errors import UserError
from backproof.intake.archives import entry_path, require_plain
from backproof.intake.file_listing import ENVIRONMENT, IntakeLimits
from backproof.intake.names import is_by_product, is_submission_name
from backproof.printable import megabytes, printable
from backproof.roster.folder_levels import FolderLevel
from backproof.roster.gradescope_metadata import METADATA

_SUBMISSION_LIMITS = IntakeLimits()


@dataclass(frozen=True)
class ClassLimits:
    """Limits on the size of a class's zip file.

    Attributes:
        directory_bytes: Size of its table of contents: some hundred bytes for each file.
        submission_entries: Number of files and folders of one submission.
        submission_bytes: Size of one submission, unpacked.
        total_bytes: Size of all submissions, unpacked.
    """

    directory_bytes: int = 2**27
    submission_entries: int = _SUBMISSION_LIMITS.entries
    submission_bytes: int = _SUBMISSION_LIMITS.archive_bytes
    total_bytes: int = 2**37


class _BoundedReader(io.BufferedReader):
    """A zip file with a bounded table of contents, which zipfile reads into memory as a whole."""

    def __init__(self, file: Path, max_bytes: int) -> None:
        super().__init__(io.FileIO(file))
        self._max_bytes = max_bytes

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._max_bytes:
            raise ValueError("it has too many files: unpack it yourself, and give the folder")
        return super().read(size)


@contextmanager
def open_class(file: Path, name: str, limits: ClassLimits) -> Iterator[ClassArchive]:
    """Open a zip file that may be a class's.

    Raises:
        UserError: The file is damaged, too large, encrypted or compressed in an unusual way.
    """
    with _BoundedReader(file, limits.directory_bytes) as opened:
        try:
            archive = zipfile.ZipFile(opened)
        except Exception as error:  # zipfile raises a dozen types of exceptions for invalid data
            raise UserError(f"{name} cannot be unpacked: {printable(str(error))}") from None
        yield ClassArchive(archive, name, file.stem, limits)


class ClassArchive:
    """An open zip file.

    Attributes:
        problems: A line for each entry that is left out.
    """

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
            if not path.startswith(environments) and not any(map(is_by_product, path.split("/")))
        }

    def level(self, base: str) -> FolderLevel:
        """List the folder ``base`` of the archive."""
        inside: dict[str, list[str]] = {}
        files = []
        for path in self._paths:
            name, slash, rest = path.removeprefix(base).partition("/")
            if not path.startswith(base) or not name:
                continue
            if not slash:
                files.append(name)
            elif not rest.endswith("/") and rest:
                inside.setdefault(name, []).append(rest)
            else:
                inside.setdefault(name, [])
        return FolderLevel(
            name=base.split("/")[-2] if base else self._stem,
            base=base,
            files=dict.fromkeys(sorted({*files}.difference(inside))),
            folders=dict.fromkeys(sorted(inside)),
            repositories=frozenset(name for name in inside if base + name in self._clones),
            inside=lambda name: sorted(inside[name], key=lambda path: path.count("/")),
        )

    def unpack(self, target: Path, base: str) -> None:
        """Unpack the Python and zip files into an empty folder; all other files are empty there.

        Args:
            target: The folder.
            base: The folder of the archive that contains the submissions.

        Raises:
            UserError: The files are too large, or there is no room for them.
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
        limits = self._limits
        for name, paths in submissions.items():
            if len(paths) > limits.submission_entries:
                self._leave_out(name, f"it has more than {limits.submission_entries} files")
            elif sizes[name] > limits.submission_bytes and name != METADATA:
                self._leave_out(name, f"it has more than {megabytes(limits.submission_bytes)}")
            else:
                for path in paths:
                    self._write(path, target)

    def _members(self) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        """Yield the entries that are safe to unpack, by path."""
        for info in self._archive.infolist():
            try:
                path = entry_path(info, self._name)
            except UserError:
                self._leave_out(info.orig_filename, "it would end up outside")
                continue
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                self._leave_out(path, "it is a link, or no ordinary file")
            elif path.count("/") > 2 * _SUBMISSION_LIMITS.depth:
                self._leave_out(path, "it is in too many folders in one another")
            else:
                require_plain(info, self._name)
                if path:
                    yield path, info

    def _size(self, path: str) -> int:
        return self._paths[path].file_size if _is_needed(path) else 0

    def _write(self, path: str, target: Path) -> None:
        file = target / path
        try:
            (file if path.endswith("/") else file.parent).mkdir(parents=True, exist_ok=True)
            if _is_needed(path):
                with self._archive.open(self._paths[path]) as packed, open(file, "xb") as written:
                    shutil.copyfileobj(packed, written)
            elif not path.endswith("/"):
                file.touch(exist_ok=False)
        except FileExistsError:
            self._leave_out(path, "there is something else of that name")
        except Exception as error:  # zipfile raises a dozen types of exceptions for damaged data
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise UserError(f"{self._name}: there is no room left to unpack it") from None
            if os.path.isfile(file):
                file.unlink()
            reason = (isinstance(error, OSError) and error.strerror) or str(error)
            self._leave_out(path, f"it cannot be unpacked: {printable(reason)}")

    def _leave_out(self, path: str, reason: str) -> None:
        self.problems.append(f"{printable(path)} in {self._name} is left out: {reason}")


def _is_needed(path: str) -> bool:
    return is_submission_name(path) or path.rpartition("/")[2] == METADATA
