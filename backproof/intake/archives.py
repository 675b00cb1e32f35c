"""List the files of a submitted zip file, without unpacking it to disk.

A listing trusts nothing in the archive: names, sizes and counts may be forged.
"""

from __future__ import annotations

import contextlib
import io
import re
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import TypeVar

from backproof.errors import UserError
from backproof.intake.file_listing import (
    ENVIRONMENT,
    IntakeLimits,
    ListedFile,
    Listing,
    is_by_product,
)
from backproof.intake.folders import read_file
from backproof.printable import megabytes, printable

_T = TypeVar("_T")
_FILE_SIGNATURE = b"PK\x03\x04"
# The signature of an entry in the archive's table of contents.
_ENTRY_SIGNATURE = b"PK\x01\x02"
# Bit 11 of an entry's flags: its name is in UTF-8. Bit 0: it is encrypted.
_IS_UTF8, _IS_ENCRYPTED = 0x800, 0x1


def is_archive(file: Path) -> bool:
    """Return whether a file is a zip file, by its suffix or by its first bytes."""
    if file.suffix.lower() == ".zip":
        return True
    return read_file(file, len(_FILE_SIGNATURE)) == _FILE_SIGNATURE


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
    entries = [(entry_path(info, name), info) for info in archive.infolist()]
    environments = {
        path.removesuffix(f"/{ENVIRONMENT}")
        for path, _ in entries
        if path.endswith(f"/{ENVIRONMENT}")
    }
    for path, info in entries:
        if any(map(is_by_product, path.split("/"))):
            continue
        listing.count(path)
        if environments.intersection(map(str, PurePosixPath(path).parents)):
            continue
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            description = "a link" if kind == stat.S_IFLNK else "no ordinary file"
            raise UserError(f"{name} is refused: {printable(path)} in it is {description}")
        if path and not path.endswith("/"):
            listing.add(path, ListedFile(path, _reader(archive, info, path, name)))
    listing.files = dict(sorted(listing.files.items()))
    return listing


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
