"""Namespaces, in which processes have no network and see no other processes."""

from __future__ import annotations

import os
from pathlib import Path

from backproof.sandbox import syscalls

_NEW_USER = 0x10000000
_NEW_UTS, _NEW_IPC, _NEW_PID, _NEW_NET = 0x04000000, 0x08000000, 0x20000000, 0x40000000


def enter() -> None:
    """Move this process's future children into new namespaces, or change nothing.

    The next child is the first process of its namespace; when it ends the others are ended. A user
    who may not create namespaces creates a user namespace first, in which it may.

    Raises:
        OSError: Namespaces are not allowed here, or this process has several threads.

    """
    flags = _NEW_UTS | _NEW_IPC | _NEW_PID | _NEW_NET
    if not syscalls.has_capability(syscalls.CAP_SYS_ADMIN):
        flags |= _NEW_USER
    # Another process tries it first, because a part of it could succeed and cannot be undone.
    child = os.fork()
    if not child:
        code = 1
        try:
            _unshare(flags)
            code = 0
        except OSError as error:
            code = error.errno or code
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        raise OSError(code, os.strerror(code))
    _unshare(flags)


def _unshare(flags: int) -> None:
    user, group = os.geteuid(), os.getegid()
    dumpable = syscalls.dumpable()
    syscalls.set_dumpable(True)  # otherwise it may not write its own files in /proc
    try:
        syscalls.call("unshare", flags)
        if flags & _NEW_USER:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    finally:
        syscalls.set_dumpable(dumpable)
