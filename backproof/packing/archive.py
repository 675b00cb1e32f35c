"""Reproducible zip files: equal contents give equal bytes."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

# The earliest time of the format. The time of packing would make equal archives differ.
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


def zipped(files: Mapping[str, bytes], executable: Collection[str] = ()) -> bytes:
    """Return a zip file.

    Args:
        files: The contents of the files, by their path in the archive.
        executable: The paths of the executable files.

    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _TIME)
            entry.create_system = _UNIX  # other systems ignore permissions
            mode = 0o755 if path in executable else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            is_compressed = path.endswith(".whl")
            entry.compress_type = zipfile.ZIP_STORED if is_compressed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    return packed.getvalue()


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the paths and contents of the files in a folder, without hidden and compiled files."""
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        if file.is_file() and not any(p.startswith(".") or p == "__pycache__" for p in path.parts):
            yield path.as_posix(), file.read_bytes()
