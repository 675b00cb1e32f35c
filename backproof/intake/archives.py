"""List the files of a submitted zip file, without unpacking it to disk.

A listing trusts nothing in the archive: names, sizes and counts may be forged.
"""

from __future__ import annotations

import contextlib
import io
import re
import stat
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple, TypeVar

from backproof.errors import UserError
from backproof.intake.file_listing import (
    ENVIRONMENT,
    IntakeLimits,
    ListedFile,
    Listing,
)
from backproof.intake.folders import read_file
from backproof.intake.names import is_by_product, is_zip_name
from backproof.printable import megabytes, printable

_T = TypeVar("_T")
_FILE_SIGNATURE = b"PK\x03\x04"
# The signature of an entry in the archive's table of contents.
_ENTRY_SIGNATURE = b"PK\x01\x02"
# Bit 11 of an entry's flags: its name is in UTF-8. Bit 0: it is encrypted.
_IS_UTF8, _IS_ENCRYPTED = 0x800, 0x1


def is_archive(file: Path) -> bool:
    """Return whether a file is a zip file, by its suffix or by its first bytes."""
    return is_zip_name(file.name) or read_file(file, len(_FILE_SIGNATURE)) == _FILE_SIGNATURE


def list_archive(file: Path, name: str, limits: IntakeLimits) -> Listing:
    """List the files of a zip file.

    Raises:
        UserError: The archive is damaged, encrypted or too large, or an entry of it is a link or
            would be unpacked outside of the folder.
    """
    data = read_file(file, limits.archive_bytes + 1)
    if len(data) > limits.archive_bytes:
        raise UserError(f"{name} is larger than {megabytes(limits.archive_bytes)}")
    # Count the entries before zipfile does, which would create an object for each of them.
    if data.count(_ENTRY_SIGNATURE) > limits.entries:
        raise UserError(f"{name} has more than {limits.entries} files and folders")
    listing = Listing(name, limits)
    archive = _unpack_or_refuse(name, lambda: zipfile.ZipFile(io.BytesIO(data)))
    entries = [
        ArchiveEntry(
            path := entry_path(info, name),
            stat.S_IFMT(info.external_attr >> 16) or stat.S_IFREG,
            _reader(archive, info, path, name),
        )
        for info in archive.infolist()
    ]
    add_entries(entries, listing)
    return listing


class ArchiveEntry(NamedTuple):
    """A file or folder of an archive.

    Attributes:
        path: Its path, with a final slash if it is a folder.
        kind: The kind of file, as ``stat.S_IFMT`` returns it.
        read: Returns the first bytes of the file, at most as many as it is given.
    """

    path: str
    kind: int
    read: Callable[[int], bytes]


def add_entries(entries: Sequence[ArchiveEntry], listing: Listing) -> None:
    """Add the files of an archive to a listing, without those of tools and environments.

    Raises:
        UserError: One of them is a link or no ordinary file.
    """
    environments = {
        entry.path.removesuffix(f"/{ENVIRONMENT}")
        for entry in entries
        if entry.path.endswith(f"/{ENVIRONMENT}")
    }
    for path, kind, read in entries:
        if any(map(is_by_product, path.split("/"))):
            continue
        listing.count(path)
        if environments.intersection(map(str, PurePosixPath(path).parents)):
            continue
        if kind not in (stat.S_IFREG, stat.S_IFDIR):
            description = "a link" if kind == stat.S_IFLNK else "no ordinary file"
            raise UserError(f"{listing.name} is refused: {printable(path)} in it is {description}")
        if path and not path.endswith("/"):
            listing.add(path, ListedFile(path, read))
    listing.files = dict(sorted(listing.files.items()))


def entry_path(info: zipfile.ZipInfo, name: str) -> str:
    """Return the path of an archive's entry in POSIX form.

    Raises:
        UserError: The path leads out of the folder that the archive is unpacked to.
    """
    text = info.orig_filename
    if not info.flag_bits & _IS_UTF8:
        # zipfile decodes such names as cp437, as MS-DOS did. Programs that write UTF-8 without
        # setting the flag are more common today.
        with contextlib.suppress(UnicodeError):
            text = text.encode("cp437").decode("utf-8")
    return safe_path(text, name)


def safe_path(text: str, name: str) -> str:
    """Return a path in the archive ``name`` in POSIX form.

    Raises:
        UserError: The path leads out of the folder that the archive is unpacked to.
    """
    path = text.replace("\\", "/")
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", path):
        raise UserError(f"{name} is refused: {printable(text)} in it would end up outside")
    ending = "/" if path.endswith("/") else ""
    return "/".join(part for part in parts if part not in ("", ".")) + ending


def require_plain(info: zipfile.ZipInfo, name: str, path: str = "") -> None:
    """Raise ``UserError`` if an entry is encrypted, or compressed in an unusual way.

    zipfile limits the size of the unpacked data only for the two usual methods.
    """
    if info.flag_bits & _IS_ENCRYPTED:
        raise UserError(f"{name} is encrypted: pack it without a password")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        subject = f"{printable(path)} in {name}" if path else name
        raise UserError(f"{subject} is packed in an unusual way: use a plain zip")


def _reader(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, name: str
) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        require_plain(info, name, path)

        def unpack() -> bytes:
            with archive.open(info) as opened:
                return opened.read(size)

        return _unpack_or_refuse(name, unpack)

    return read


def _unpack_or_refuse(name: str, step: Callable[[], _T]) -> _T:
    try:
        return step()
    except Exception as error:  # zipfile raises a dozen types of exceptions for invalid data
        raise UserError(f"{name} cannot be unpacked: {printable(str(error))}") from None
