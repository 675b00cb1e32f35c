"""User ids that nobody has, and what another user could read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

if sys.platform != "win32":
    import grp
    import pwd

# From a block that nothing on Linux hands out; or, in a container that has but 65536 ids, those
# that systemd gives to services for as long as they run.
_UNUSED = (range(1_900_000_000, 1_990_000_000), range(61_184, 65_520))


def unused_uids() -> range | None:
    """Give ids for workers that exist, as users and as groups, where this process runs."""
    if sys.platform != "linux":
        return None
    maps = [_mapped(Path(f"/proc/self/{kind}_map")) for kind in ("uid", "gid")]
    for uids in _UNUSED:
        if all(_holds(ranges, uids) for ranges in maps):
            return uids
    return None


def free_uid(place: int, uids: range | None = None) -> int:
    """Give the id at a place of the range, counted round, or the next that no account has."""
    uids = uids or unused_uids() or _UNUSED[-1]
    for uid in (uids[(place + further) % len(uids)] for further in range(len(uids))):
        if not _has_account(uid):
            return uid
    raise OSError("every user id that a worker could take belongs to an account")


def range_of(uid: int) -> range:
    """Give the range of ids for workers that an id is from."""
    return next(uids for uids in _UNUSED if uid in uids)


def first_shut(uid: int | None, paths: Iterable[str]) -> str | None:
    """Name the first path that a user without capabilities cannot read; None if there is none.

    Args:
        uid: The user, in the group of the same number alone; None for the one that asks.
        paths: Files and folders; what is in a folder is taken to be as open as the folder.

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
    """Read which ids of this user namespace exist; where that cannot be read, none."""
    try:
        rows = [map(int, line.split()) for line in path.read_text().splitlines()]
    except OSError:
        return []
    return [range(first, first + count) for first, _, count in rows]


def _holds(ranges: list[range], uids: range) -> bool:
    return any(uids[0] in known and uids[-1] in known for known in ranges)


def _has_account(uid: int) -> bool:
    for lookup in (pwd.getpwuid, grp.getgrgid):
        try:
            lookup(uid)
        except KeyError:
            continue
        return True
    return False
