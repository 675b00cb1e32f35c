"""Landlock, the kernel's access control that a process can apply to itself irrevocably.

Everything that no rule allows is forbidden: files and folders other than the given ones, all
changes of files, TCP (from version 4), and signals and abstract sockets to processes outside (from
version 6). Landlock does not cover ``stat``, ``chmod``, UDP and sockets with a path.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import struct
import sys
from collections.abc import Iterable

from backproof.sandbox import syscalls

# The same on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# Rights on files by the version that introduced them: all those of the first, moving to another
# folder, truncating, device-specific commands.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_TCP_RIGHTS = {4: 0b11}  # bind, connect
_SCOPES = {6: 0b11}  # abstract Unix sockets, signals
_NEWEST = 7
# Refusals are expected here, so they must not fill the system's log.
_DO_NOT_LOG = {7: 1}


def version() -> int:
    """Return the version of the kernel's Landlock; 0 if it has none."""
    if sys.platform != "linux":
        return 0
    try:
        return syscalls.syscall(_CREATE_RULESET, 0, 0, _ASK_VERSION)
    except OSError:
        return 0


def prepare(paths: Iterable[str], at_most: int = _NEWEST) -> int:
    """Create a rule set under which only ``paths`` can be read, and nothing changed or run.

    Args:
        paths: Files, and folders with all their contents. A folder whose name ends with a slash
            can only be listed. Paths that do not exist are left out.
        at_most: The newest version to use.

    Returns:
        The rule set's descriptor; it survives a fork, so many processes can use it.

    Raises:
        OSError: There is no Landlock, or a path cannot be opened.

    """
    known = min(version(), at_most)
    attributes = [_known(rights, known) for rights in (_FILE_RIGHTS, _TCP_RIGHTS, _SCOPES)]
    # A kernel refuses fields that it does not know, unless they are left out.
    size = 8 if known < 4 else 16 if known < 6 else 24
    buffer = ctypes.create_string_buffer(struct.pack("=3Q", *attributes), 24)
    ruleset = syscalls.syscall(_CREATE_RULESET, ctypes.addressof(buffer), size, 0)
    try:
        for path in paths:
            _allow(ruleset, path)
    except OSError:
        os.close(ruleset)
        raise
    return ruleset


def restrict(ruleset: int) -> None:
    """Apply a rule set to the calling thread and all that it starts; it cannot be undone.

    Raises:
        OSError: The thread has not given up new privileges, or too many rule sets already.
    """
    syscalls.syscall(_RESTRICT_SELF, ruleset, _known(_DO_NOT_LOG, version()))


def _known(rights: dict[int, int], newest: int) -> int:
    return sum(bits for since, bits in rights.items() if since <= newest)


def _allow(ruleset: int, path: str) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return
        raise
    try:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        rights = _READ_DIR if path.endswith("/") else _READ_FILE | (_READ_DIR if folder else 0)
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, descriptor), 12)
        syscalls.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.addressof(rule), 0)
    finally:
        os.close(descriptor)
