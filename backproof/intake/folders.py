"""List and read the files of a submitted folder, within limits."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from backproof.errors import UserError
from backproof.intake.file_listing import ENVIRONMENT, Entry, IntakeLimits, Listing, is_by_product
from backproof.printable import printable


def _inside(folder: Path, prefix: str, listing: Listing) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except PermissionError:
        raise _refused(prefix.rstrip("/"), listing.name) from None


def _reader(file: Path, path: str, name: str) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        try:
            return read_file(file, most)
        except OSError:
            raise _refused(path, name) from None

    return read


def _refused(path: str, name: str) -> UserError:
    what = f"{printable(path)} in {name}" if path else name
    return UserError(f"{what} may not be read: check its permissions")


def list_folder(folder: Path, name: str, limits: IntakeLimits) -> Listing:
    """List a folder; links that stay inside are followed, once round.

    Raises:
        UserError: A link leads out of it, something may not be read, or there is too much.
    """
    listing = Listing(name, limits)
    root = folder.resolve()
    # The folders still to list, each with the real ones that lead to it.
    waiting: list[tuple[Path, str, tuple[Path, ...]]] = [(root, "", (root,))]
    while waiting:
        inside, prefix, trail = waiting.pop()
        for file in _inside(inside, prefix, listing):
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
                raise _refused(path, name) from None
            except OSError:
                listing.note(f"{printable(path)} is a link to nothing: skipped")
                continue
            if stat.S_ISREG(mode):
                listing.add(path, Entry(str(root / path), _reader(real, path, name)))
            elif not stat.S_ISDIR(mode):
                listing.note(f"{printable(path)} is no ordinary file: skipped")
            elif real not in trail and not os.path.lexists(real / ENVIRONMENT):
                waiting.append((real, f"{path}/", (*trail, real)))
    listing.entries = dict(sorted(listing.entries.items()))
    return listing


def read_file(file: Path, most: int) -> bytes:
    """Read the first bytes of an ordinary file; it is never waited for.

    Raises:
        OSError: It cannot be read, or has become something else since it was looked at.
    """
    flags = os.O_RDONLY
    for flag in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"):  # where there is one
        flags |= getattr(os, flag, 0)
    with open(os.open(file, flags), "rb") as opened:
        state = os.fstat(opened.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise OSError("it is no ordinary file")
        return opened.read(min(most, state.st_size + 1))
