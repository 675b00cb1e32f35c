"""List and read the files of a submitted folder, within limits."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from backproof.errors import UserError
from backproof.intake.file_listing import (
    ENVIRONMENT,
    IntakeLimits,
    ListedFile,
    Listing,
)
from backproof.intake.names import is_by_product
from backproof.printable import printable


def list_folder(folder: Path, name: str, limits: IntakeLimits) -> Listing:
    """List the files of a folder; links to files and folders within it are followed.

    Raises:
        UserError: A link leads out of the folder, a part of it may not be read, or it exceeds the
            limits.
    """
    listing = Listing(name, limits)
    root = folder.resolve()
    # The folders still to list. Each comes with its real path and those of the folders that
    # contain it, so that a link to one of them does not lead into an endless circle.
    pending: list[tuple[Path, str, tuple[Path, ...]]] = [(root, "", (root,))]
    while pending:
        current, prefix, ancestors = pending.pop()
        try:
            files = sorted(current.iterdir())
        except PermissionError:
            raise _not_readable(prefix.rstrip("/"), name) from None
        for file in files:
            path = prefix + file.name
            listing.count(path)
            if is_by_product(file.name):
                continue
            real = Path(os.path.realpath(file))
            if not real.is_relative_to(root):
                raise UserError(
                    f"{name} has a link that leads out of it, {printable(path)}: hand in what it"
                    " leads to"
                )
            try:
                mode = os.stat(real).st_mode
            except PermissionError:
                raise _not_readable(path, name) from None
            except OSError:
                listing.note(f"{printable(path)} is a link to nothing: skipped")
                continue
            if stat.S_ISREG(mode):
                listing.add(path, ListedFile(str(root / path), _reader(real, path, name)))
            elif not stat.S_ISDIR(mode):
                listing.note(f"{printable(path)} is no ordinary file: skipped")
            elif real not in ancestors and not os.path.lexists(real / ENVIRONMENT):
                pending.append((real, f"{path}/", (*ancestors, real)))
    listing.files = dict(sorted(listing.files.items()))
    return listing


def read_file(file: Path, size: int) -> bytes:
    """Return the first bytes of an ordinary file, without ever waiting for a pipe.

    Raises:
        OSError: The file cannot be read, or is not an ordinary file (any more).
    """
    flags = os.O_RDONLY
    # Not every system has each of these flags.
    for flag in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"):
        flags |= getattr(os, flag, 0)
    with open(os.open(file, flags), "rb") as opened:
        state = os.fstat(opened.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise OSError("it is no ordinary file")
        return opened.read(min(size, state.st_size + 1))


def _reader(file: Path, path: str, name: str) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        try:
            return read_file(file, size)
        except OSError:
            raise _not_readable(path, name) from None

    return read


def _not_readable(path: str, name: str) -> UserError:
    subject = f"{printable(path)} in {name}" if path else name
    return UserError(f"{subject} may not be read: check its permissions")
