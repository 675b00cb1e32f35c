"""List the files of a submitted tar file, packed by gzip or bzip2 or not, from memory.

A tar file has no table of contents, so it is read from its beginning to its end. As in
``archives``, nothing in it is trusted, and nothing is unpacked to disk.
"""

from __future__ import annotations

import bz2
import gzip
import io
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from backproof.errors import UserError
from backproof.intake.archives import ArchiveEntry, add_entries, safe_path
from backproof.intake.file_listing import IntakeLimits, Listing
from backproof.intake.folders import read_file
from backproof.intake.names import is_zip_name, source_path
from backproof.printable import megabytes, printable

_GZIP, _BZIP2 = b"\x1f\x8b", b"BZh"
# The place of the word "ustar" in the header of the first member.
_MAGIC = slice(257, 262)
# A tar file may unpack to this many times the size that a packed one may have.
_EXPANSION = 2


class _Excess(Exception):
    """The archive unpacks to more than the limit."""


class _Bounded(io.RawIOBase):
    """A stream that refuses to be read further than a number of bytes."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream, self._left = stream, limit

    def read(self, size: int = -1, /) -> bytes:
        if size < 0 or size > self._left:
            raise _Excess
        data = self._stream.read(size)
        self._left -= len(data)
        return data


def is_tar(file: Path) -> bool:
    """Return whether a file is a tar file, or packed as one is, by its first bytes."""
    beginning = read_file(file, _MAGIC.stop)
    is_packed = beginning.startswith((_GZIP, _BZIP2)) and not is_zip_name(file.name)
    return is_packed or beginning[_MAGIC] == b"ustar"


def list_tar(file: Path, name: str, limits: IntakeLimits) -> Listing:
    """List the files of a tar file.

    Raises:
        UserError: The archive is damaged or too large, or an entry of it is a link or a device, or
            would be unpacked outside of the folder.
    """
    data = read_file(file, limits.archive_bytes + 1)
    if len(data) > limits.archive_bytes:
        raise UserError(f"{name} is larger than {megabytes(limits.archive_bytes)}")
    listing = Listing(name, limits)
    limit = _EXPANSION * limits.archive_bytes
    try:
        add_entries([*_entries(_Bounded(_unpacked(data), limit), listing)], listing)
    except UserError:
        raise
    except _Excess:
        raise UserError(f"{name} unpacks to more than {megabytes(limit)}") from None
    except Exception as error:  # tarfile raises many types of exceptions for invalid data
        raise UserError(f"{name} cannot be unpacked: {printable(str(error))}") from None
    return listing


def _unpacked(data: bytes) -> IO[bytes]:
    if data.startswith(_GZIP):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=io.BytesIO(data)))
    if data.startswith(_BZIP2):
        return cast("IO[bytes]", bz2.BZ2File(io.BytesIO(data)))
    return io.BytesIO(data)


def _entries(stream: _Bounded, listing: Listing) -> Iterator[ArchiveEntry]:
    """Yield the members; the contents of sources are kept, as a stream is read only once."""
    left = listing.limits.archive_bytes
    with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|") as archive:
        for number, member in enumerate(archive):
            if number >= listing.limits.entries:
                raise UserError(f"{listing.name} has more than {number} files and folders")
            # To skip a member, tarfile reads on, as often as its header claims.
            if member.size > _EXPANSION * listing.limits.archive_bytes:
                raise _Excess
            path = safe_path(member.name, listing.name)
            content = b""
            if member.isreg() and source_path(path):
                opened = archive.extractfile(member)
                most = min(listing.limits.notebook_bytes + 1, left)
                content = b"" if opened is None else opened.read(most)
                left -= len(content)
                if not left:
                    raise _Excess
            ending = "/" if member.isdir() else ""
            yield ArchiveEntry(path + ending, _kind(member), _Content(content).read)


class _Content:
    """The beginning of a file of an archive."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self, size: int) -> bytes:
        """Return the first bytes, at most ``size``."""
        return self._content[:size]


def _kind(member: tarfile.TarInfo) -> int:
    if member.isdir():
        return stat.S_IFDIR
    if member.issym() or member.islnk():
        return stat.S_IFLNK
    return stat.S_IFREG if member.isreg() else stat.S_IFCHR
