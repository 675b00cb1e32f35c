"""What the name of a submitted file says of its form: a source, an archive, or litter."""

from __future__ import annotations

import re

SOURCES = (".py", ".ipynb")
# Archives that are listed without being unpacked to disk.
ZIP, TAR = (".zip",), (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz")
# Archives that only other programs unpack.
_FOREIGN = (".7z", ".rar", ".tar.xz", ".txz", ".tar.zst", ".gz", ".bz2", ".xz", ".dmg", ".iso")
# What browsers, mail programs and platforms append to a name whose type they do not know.
_APPENDED = re.compile(r"(\.(?:py|ipynb))(?:\.(?:json|txt|py|ipynb))+$", re.I)
# The number that a browser or a file manager gives to a copy.
_COPY = re.compile(r"(?: ?\(\d+\)| - copy(?: ?\(\d+\))?| copy(?: \d+)?)$", re.I)
# Files and folders that systems and tools create, besides hidden ones; in lower case.
_LITTER = {
    "__macosx",
    "__pycache__",
    "node_modules",
    "desktop.ini",
    "thumbs.db",
    "ehthumbs.db",
    "icon\r",
    "$recycle.bin",
    "system volume information",
}
# The lock of an office program, "~$x.xlsx", and the copy of an editor, "x.py~".
_EDITORS = re.compile(r"~\$.+\.\w+|.+\.\w+~")


def is_by_product(name: str) -> bool:
    """Return whether a file or folder of this name was made by a tool, not by the student."""
    if name.startswith("."):
        return name not in (".", "..")
    return name.lower() in _LITTER or _EDITORS.fullmatch(name) is not None


def source_path(path: str) -> str:
    """Return the path that a Python file or notebook is read as; empty if the file is neither.

    ``HW2.IPYNB`` is read as ``HW2.ipynb``, and so is ``HW2.ipynb.txt``.
    """
    folder, slash, name = path.rpartition("/")
    if appended := _APPENDED.search(name):
        name = name[: appended.end(1)]
    stem, dot, suffix = name.rpartition(".")
    if not stem or f".{suffix.lower()}" not in SOURCES:
        return ""
    return f"{folder}{slash}{stem}{dot}{suffix.lower()}"


def original_stem(stem: str) -> str:
    """Return the name of a module that a file is named after: ``Layers (1)`` is ``layers``."""
    return _COPY.sub("", stem).lower()


def submission_stem(name: str) -> str:
    """Return the name of a submitted file without its suffixes: ``ada`` for ``ada.tar.gz``."""
    if source := source_path(name):
        return source.rpartition(".")[0]
    suffixes = (each for each in (*ZIP, *TAR) if name.lower().endswith(each))
    suffix = max(suffixes, key=len, default=foreign_archive(name))
    return name[: len(name) - len(suffix)] if suffix else name.rpartition(".")[0] or name


def is_zip_name(name: str) -> bool:
    """Return whether a file is named like a zip file."""
    return name.lower().endswith(ZIP)


def is_archive_name(name: str) -> bool:
    """Return whether a file is named like an archive that can be read."""
    return name.lower().endswith((*ZIP, *TAR))


def foreign_archive(name: str) -> str:
    """Return the suffix of an archive that cannot be read; empty if the file is named otherwise."""
    lower = name.lower()
    return next((s for s in _FOREIGN if lower.endswith(s) and not is_archive_name(name)), "")


def is_submission_name(name: str) -> bool:
    """Return whether a file of this name can be a submission, if only to be told what to send."""
    return bool(source_path(name) or is_archive_name(name) or foreign_archive(name))
