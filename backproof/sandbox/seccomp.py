"""seccomp filter: the system calls that a worker may make; all others fail with ``EPERM``.

The allowed calls are those that Python, numpy, scipy and threads use to compute, to read files and
to write to open descriptors. Files can only be opened for reading, so a worker changes nothing even
where Landlock is missing.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from backproof.sandbox import syscalls

# name, number on x86_64, number on aarch64
_ALLOWED = """
    read 0 63, readv 19 65, pread64 17 67, preadv 295 69, preadv2 327 286,
    write 1 64, writev 20 66, pwrite64 18 68, lseek 8 62, close 3 57, close_range 436 436,
    dup 32 23, dup2 33 -, dup3 292 24, poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72,

    fstat 5 80, stat 4 -, lstat 6 -, newfstatat 262 79, statx 332 291,
    access 21 -, faccessat 269 48, faccessat2 439 439, readlink 89 -, readlinkat 267 78,
    getdents 78 -, getdents64 217 61, getcwd 79 17,

    brk 12 214, mmap 9 222, munmap 11 215, mremap 25 216, mprotect 10 226, madvise 28 233,

    futex 202 98, futex_waitv 449 449, futex_wake 454 454, futex_wait 455 455,
    futex_requeue 456 456, set_robust_list 273 99, rseq 334 293, set_tid_address 218 96,
    membarrier 324 283, sched_yield 24 124, sched_getaffinity 204 123, getcpu 309 168,
    exit 60 93, exit_group 231 94,

    rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, rt_sigpending 127 136,
    rt_sigtimedwait 128 137, rt_sigsuspend 130 133, sigaltstack 131 132, restart_syscall 219 128,
    pause 34 -, alarm 37 -, getitimer 36 102, setitimer 38 103,

    clock_gettime 228 113, clock_getres 229 114, clock_nanosleep 230 115, nanosleep 35 101,
    gettimeofday 96 169, time 201 -, times 100 153, getrusage 98 165, getrlimit 97 163,
    sysinfo 99 179, uname 63 160, getrandom 318 278,

    getpid 39 172, getppid 110 173, gettid 186 178, getuid 102 174, geteuid 107 175,
    getgid 104 176, getegid 108 177, getresuid 118 148, getresgid 120 150, getgroups 115 158
"""
# Calls that are allowed with some arguments only, or refused with another error.
_CONDITIONAL = """
    openat 257 56, open 2 -, openat2 437 437, clone 56 220, clone3 435 435,
    fcntl 72 25, ioctl 16 29, prctl 157 167, prlimit64 302 261, kill 62 129, tgkill 234 131
"""


@dataclass(frozen=True)
class _Machine:
    architecture: int
    column: int
    foreign: int | None = None  # higher numbers are calls of another convention


_MACHINES = {
    "x86_64": _Machine(0xC000003E, 0, foreign=0x40000000),
    "aarch64": _Machine(0xC00000B7, 1),
}

# Flags of ``open`` that are refused: O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE, O_PATH.
_REFUSED_OPEN_FLAGS = 0o3 | 0o100 | 0o1000 | 0o20000000 | 0o10000000
_CLONE_THREAD = 0x10000
# The flags with which C libraries start threads; new processes and namespaces need others.
_CLONE_FLAGS = 0x7D0F00
# F_DUPFD and the flags of a descriptor, but no locks, leases, seals or signals.
_FCNTL_COMMANDS = (0, 1, 2, 3, 4, 1030)
# TCGETS (both), TIOCGWINSZ, FIONCLEX, FIOCLEX, FIONREAD.
_IOCTL_COMMANDS = (0x5401, 0x802C542A, 0x5413, 0x5450, 0x5451, 0x541B)
# PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_SVE_GET_VL.
_PRCTL_OPTIONS = (3, 15, 16, 51)

_LOAD, _RETURN = 0x20, 0x06
_EQUAL, _AT_LEAST, _ANY_BIT = 0x15, 0x35, 0x45
_NUMBER, _ARCHITECTURE = 0, 4  # their offsets in the data that a filter reads

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2

Instruction = tuple[int, int, int, int]


def _verdict(action: int) -> Instruction:
    return (_RETURN, 0, 0, action)


_ALLOW, _KILL = _verdict(0x7FFF0000), _verdict(0x80000000)
_REFUSE, _NOT_THERE = (_verdict(0x00050000 | code) for code in (errno.EPERM, errno.ENOSYS))


def available() -> str | None:
    """Return why seccomp cannot be used by this process; None if it can."""
    machine = os.uname().machine if sys.platform == "linux" else sys.platform
    if machine not in _MACHINES or struct.calcsize("P") != 8:
        return f"not available on {machine}"
    try:
        syscalls.prctl(_PR_SET_SECCOMP, _MODE_FILTER, 0)
    except OSError as error:
        # Only a kernel that would load a filter reports that there is none at address 0.
        return None if error.errno == errno.EFAULT else "not available in this kernel"
    return None


def numbers(machine: str) -> dict[str, int]:
    """Return the numbers of the calls that are allowed, always or with some arguments.

    Raises:
        KeyError: There is no table for that machine.
    """
    column = _MACHINES[machine].column
    return _numbers(_ALLOWED, column) | _numbers(_CONDITIONAL, column)


def program(machine: str, pid: int) -> list[Instruction]:
    """Return the filter for a process: instructions of classic BPF, as (code, if, else, value).

    Args:
        machine: ``"x86_64"`` or ``"aarch64"``, as ``os.uname`` names them.
        pid: The process: it may send signals to itself only.

    Raises:
        KeyError: There is no table for that machine.

    """
    target = _MACHINES[machine]
    conditions = {
        "openat": _if_all((_argument(2), _ANY_BIT, _REFUSED_OPEN_FLAGS, False)),
        "open": _if_all((_argument(1), _ANY_BIT, _REFUSED_OPEN_FLAGS, False)),
        # If it is missing, the C library uses the older call, whose arguments a filter can read.
        "openat2": [_NOT_THERE],
        "clone3": [_NOT_THERE],
        "clone": _if_all(
            (_argument(0), _ANY_BIT, _CLONE_THREAD, True),
            (_argument(0), _ANY_BIT, ~_CLONE_FLAGS & 0xFFFFFFFF, False),
        ),
        "fcntl": _if_one_of(_argument(1), _FCNTL_COMMANDS),
        "ioctl": _if_one_of(_argument(1), _IOCTL_COMMANDS),
        "prctl": _if_one_of(_argument(0), _PRCTL_OPTIONS),
        # Only to read, and only its own limits.
        "prlimit64": _if_all(
            (_argument(0), _EQUAL, 0, True),
            (_argument(2), _EQUAL, 0, True),
            (_argument(2) + 4, _EQUAL, 0, True),
        ),
        "kill": _if_one_of(_argument(0), (pid,)),
        "tgkill": _if_one_of(_argument(0), (pid,)),
    }
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, target.architecture),
        _KILL,
        (_LOAD, 0, 0, _NUMBER),
    ]
    if target.foreign is not None:
        code += [(_AT_LEAST, 0, 1, target.foreign), _KILL]
    for name, number in _numbers(_CONDITIONAL, target.column).items():
        code += [(_EQUAL, 0, len(conditions[name]), number), *conditions[name]]
    allowed = list(_numbers(_ALLOWED, target.column).values())
    code += [(_EQUAL, len(allowed) - place, 0, number) for place, number in enumerate(allowed)]
    return [*code, _REFUSE, _ALLOW]


def install() -> None:
    """Apply the filter to this process; it cannot be undone.

    Raises:
        OSError: The process has not given up new privileges, or the kernel has no seccomp.
    """
    load(program(os.uname().machine, os.getpid()))


def load(code: Sequence[Instruction]) -> None:
    """Apply a filter to the calling thread and all that it starts; it cannot be undone.

    Raises:
        OSError: The thread has not given up new privileges, or the kernel has no seccomp.
    """
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
    instructions = ctypes.create_string_buffer(packed, len(packed))
    header = struct.pack("@HP", len(code), ctypes.addressof(instructions))
    described = ctypes.create_string_buffer(header, len(header))
    syscalls.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(described))


def _numbers(table: str, column: int) -> dict[str, int]:
    rows = (entry.split() for entry in table.split(","))
    return {name: int(row[column]) for name, *row in rows if row[column] != "-"}


def _argument(place: int) -> int:
    """Return the offset of an argument's lower half; the kernel ignores the upper one of an int."""
    return 16 + 8 * place


def _if_all(*conditions: tuple[int, int, int, bool]) -> list[Instruction]:
    """Allow if every condition (offset, comparison, value, required outcome) is met."""
    code: list[Instruction] = []
    for left, (offset, comparison, value, required) in zip(
        range(len(conditions) - 1, -1, -1), conditions, strict=True
    ):
        to_refusal = 2 * left + 1
        jumps = (0, to_refusal) if required else (to_refusal, 0)
        code += [(_LOAD, 0, 0, offset), (comparison, *jumps, value)]
    return [*code, _ALLOW, _REFUSE]


def _if_one_of(offset: int, values: Sequence[int]) -> list[Instruction]:
    """Allow if the data at the offset is one of the values."""
    tests = [(_EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)]
    return [(_LOAD, 0, 0, offset), *tests, _REFUSE, _ALLOW]
