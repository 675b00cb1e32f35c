"""Zip files that are the same to the byte whenever the same goes into them."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

# The earliest that a zip file can name; the time of packing says nothing about what is packed.
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


def zipped(files: Mapping[str, bytes], executable: Collection[str] = ()) -> bytes:
    """Pack files into a zip file.

    Args:
        files: Their contents, by the path that each has in the archive.
        executable: The paths of programs.

    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _TIME)
            entry.create_system = _UNIX  # only there permissions mean anything
            mode = 0o755 if path in executable else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            packed_already = path.endswith(".whl")
            entry.compress_type = zipfile.ZIP_STORED if packed_already else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    return packed.getvalue()


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give the files in a folder, by their path in it: no hidden ones, nothing compiled."""
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        if file.is_file() and not any(p.startswith(".") or p == "__pycache__" for p in path.parts):
            yield path.as_posix(), file.read_bytes()
