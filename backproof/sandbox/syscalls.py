"""Linux system calls for confinement that the standard library has no function for."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys

CAP_DAC_READ_SEARCH, CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN = 2, 6, 7, 21

_PR_SET_PDEATHSIG, _PR_GET_DUMPABLE, _PR_SET_DUMPABLE, _PR_SET_KEEPCAPS = 1, 3, 4, 8
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 24, 38, 47, 4
_CAPABILITY_HEADER = struct.pack("=Ii", 0x20080522, 0)  # version 3, this process

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def call(function: str, *arguments: int) -> int:
    """Call a function of the C library with integers or addresses; its errors are ``OSError``."""
    # Arguments are passed in full width, because ctypes would pass an int as 32 bits.
    result: int = getattr(_libc, function)(*map(ctypes.c_long, arguments))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def syscall(number: int, *arguments: int) -> int:
    """Make a system call that the C library has no function for; its errors are ``OSError``."""
    return call("syscall", number, *arguments)


def prctl(option: int, *arguments: int) -> int:
    """Set or return a property of the process; missing arguments are 0."""
    return call("prctl", option, *arguments, *[0] * (4 - len(arguments)))


def dumpable() -> bool:
    """Return whether processes of the same user may read this one's memory."""
    return bool(prctl(_PR_GET_DUMPABLE))


def set_dumpable(value: bool) -> None:
    """Allow processes of the same user to read this one's memory, or forbid it."""
    prctl(_PR_SET_DUMPABLE, value)


def set_no_new_privileges() -> None:
    """Give up gaining rights by running programs, which Landlock and seccomp require."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def set_death_signal(number: int) -> None:
    """Request a signal when the parent ends; a change of the user cancels that."""
    prctl(_PR_SET_PDEATHSIG, number)


def keep_capabilities_with_next_user() -> None:
    """Keep the permitted capabilities when the user changes."""
    prctl(_PR_SET_KEEPCAPS, 1)


def capabilities() -> int:
    """Return the capabilities that this process may use, as bits."""
    data = ctypes.create_string_buffer(24)
    header = ctypes.create_string_buffer(_CAPABILITY_HEADER)
    call("capget", ctypes.addressof(header), ctypes.addressof(data))
    _, low, _, _, high, _ = struct.unpack("=6I", data.raw)
    return int(low | high << 32)


def has_capability(number: int) -> bool:
    """Return whether this process may use a capability."""
    return bool(capabilities() >> number & 1)


def drop_bounding_set() -> None:
    """Remove all capabilities that a program could gain, if this process has the right to."""
    with contextlib.suppress(OSError):  # ends after the last one that the kernel knows
        for number in range(64):
            prctl(_PR_CAPBSET_DROP, number)


def set_capabilities(kept: int) -> None:
    """Drop all capabilities except the bits in ``kept``; programs that are run inherit none."""
    low, high = kept & 0xFFFFFFFF, kept >> 32
    data = ctypes.create_string_buffer(struct.pack("=6I", low, low, 0, high, high, 0), 24)
    header = ctypes.create_string_buffer(_CAPABILITY_HEADER)
    call("capset", ctypes.addressof(header), ctypes.addressof(data))
    with contextlib.suppress(OSError):  # kernels before 4.3 have no ambient set
        prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)


def pidfd_open(pid: int) -> int:
    """Open a descriptor of a process; unlike a process id it never comes to mean another one."""
    return syscall(434, pid, 0)


def pidfd_kill(pidfd: int) -> None:
    """End the process behind a descriptor."""
    syscall(424, pidfd, 9, 0, 0)
