"""Unused user ids for workers, and paths that another user could not read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

if sys.platform != "win32":
    import grp
    import pwd

# The first block is not assigned to anything on Linux. A container with only 65536 ids does not
# have it; the second block is the one that systemd assigns to running services.
_UNUSED = (range(1_900_000_000, 1_990_000_000), range(61_184, 65_520))


def unused_uids() -> range | None:
    """Return a block of ids that exist as users and as groups in this process's namespace."""
    if sys.platform != "linux":
        return None
    maps = [_mapped(Path(f"/proc/self/{kind}_map")) for kind in ("uid", "gid")]
    for uids in _UNUSED:
        if all(_holds(ranges, uids) for ranges in maps):
            return uids
    return None


def free_uid(place: int, uids: range | None = None) -> int:
    """Return the id at a place of the block, modulo its size, or the next without an account."""
    uids = uids or unused_uids() or _UNUSED[-1]
    for uid in (uids[(place + further) % len(uids)] for further in range(len(uids))):
        if not _has_account(uid):
            return uid
    raise OSError("every user id that a worker could take belongs to an account")


def range_of(uid: int) -> range:
    """Return the block that an id is from."""
    return next(uids for uids in _UNUSED if uid in uids)


def first_shut(uid: int | None, paths: Iterable[str]) -> str | None:
    """Return the first path that a user without capabilities cannot read; None if there is none.

    Args:
        uid: The user, who is only in the group of the same number; None for the present user.
        paths: Files and folders. The contents of a folder are assumed to be as readable as it is.

    """
    groups = frozenset([os.getegid(), *os.getgroups()] if uid is None else [uid])
    user = os.geteuid() if uid is None else uid

    @cache
    def enters(folder: Path) -> bool:
        return (folder == folder.parent or enters(folder.parent)) and allowed(folder, 1)

    def allowed(path: Path, bits: int) -> bool:
        try:
            status = path.stat()
        except OSError:
            return False
        if status.st_uid == user:
            mode = status.st_mode >> 6
        else:
            mode = status.st_mode >> (3 if status.st_gid in groups else 0)
        return mode & bits == bits

    for path in map(Path, paths):
        if not os.path.exists(path):
            continue
        bits = 5 if path.is_dir() else 4
        if not (enters(path.parent) and allowed(path, bits)):
            return str(path)
    return None


def _mapped(path: Path) -> list[range]:
    """Return the ids that exist in this user namespace; none if that cannot be read."""
    try:
        rows = [map(int, line.split()) for line in path.read_text().splitlines()]
    except OSError:
        return []
    return [range(first, first + count) for first, _, count in rows]


def _holds(ranges: list[range], uids: range) -> bool:
    return any(uids[0] in mapped and uids[-1] in mapped for mapped in ranges)


def _has_account(uid: int) -> bool:
    for lookup in (pwd.getpwuid, grp.getgrgid):
        try:
            lookup(uid)
        except KeyError:
            continue
        return True
    return False
