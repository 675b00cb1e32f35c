"""What is in a submission's zip file, before any of it is unpacked.

Nothing here trusts what it finds: names, sizes and counts may be made up.
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
from backproof.intake.file_listing import ENVIRONMENT, Entry, IntakeLimits, Listing, is_by_product
from backproof.intake.folders import read_file
from backproof.printable import megabytes, printable

_T = TypeVar("_T")


def list_archive(file: Path, name: str, limits: IntakeLimits) -> Listing:
    """List a zip file; nothing of it is written anywhere.

    Raises:
        UserError: It is damaged, encrypted or too large, or has an entry that would end up
            outside or is a link.
    """
    data = read_file(file, limits.archive_bytes + 1)
    if len(data) > limits.archive_bytes:
        raise UserError(f"{name} is larger than {megabytes(limits.archive_bytes)}")
    # The directory of the archive may claim any number of entries: count what could be one.
    if data.count(b"PK\x01\x02") > limits.entries:
        raise UserError(f"{name} has more than {limits.entries} files and folders")
    listing = Listing(name, limits)
    archive = _unpacked(name, lambda: zipfile.ZipFile(io.BytesIO(data)))
    paths = [(entry_path(info, name), info) for info in archive.infolist()]
    environments = {
        path.removesuffix(f"/{ENVIRONMENT}")
        for path, _ in paths
        if path.endswith(f"/{ENVIRONMENT}")
    }
    for path, info in paths:
        if any(map(is_by_product, path.split("/"))):
            continue
        listing.count(path)
        if environments.intersection(map(str, PurePosixPath(path).parents)):
            continue
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            what = "a link" if kind == stat.S_IFLNK else "no ordinary file"
            raise UserError(f"{name} is refused: {printable(path)} in it is {what}")
        if path and not path.endswith("/"):
            listing.add(path, Entry(path, _extractor(archive, info, path, name)))
    listing.entries = dict(sorted(listing.entries.items()))
    return listing


def entry_path(info: zipfile.ZipInfo, name: str) -> str:
    """Give an entry's path in POSIX form.

    Raises:
        UserError: It leads elsewhere, so the archive is refused.
    """
    text = info.orig_filename
    if not info.flag_bits & 0x800:
        # Archivers that write UTF-8 without saying so are more common than those of MS-DOS.
        with contextlib.suppress(UnicodeError):
            text = text.encode("cp437").decode("utf-8")
    path = text.replace("\\", "/")
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", path):
        raise UserError(f"{name} is refused: {printable(text)} in it would end up outside")
    ending = "/" if path.endswith("/") else ""
    return "/".join(part for part in parts if part not in ("", ".")) + ending


def _extractor(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, name: str
) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        if info.flag_bits & 0x1:
            raise UserError(f"{name} is encrypted: pack it without a password")
        # Others are unpacked by zipfile without regard to how much comes out.
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UserError(
                f"{printable(path)} in {name} is packed in an unusual way: use a plain zip"
            )

        def unpack() -> bytes:
            with archive.open(info) as opened:
                return opened.read(most)

        return _unpacked(name, unpack)

    return read


def _unpacked(name: str, step: Callable[[], _T]) -> _T:
    try:
        return step()
    except Exception as error:  # zipfile raises a dozen kinds on what is no zip
        raise UserError(f"{name} cannot be unpacked: {printable(str(error))}") from None
