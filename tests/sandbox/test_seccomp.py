"""seccomp filters, interpreted one instruction at a time, also for the other machine."""

import errno
import re
import struct
from pathlib import Path

import pytest

from backproof.sandbox import seccomp

PID = 4711
ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSE, NOT_THERE = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
I386, ARM = 0x40000003, 0x40000028
X32 = 0x40000000
O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_PATH, O_CLOEXEC = 1, 2, 0o100, 0o1000, 0o10000000, 0o2000000
# The flags with which glibc and musl start a thread, and those of fork and vfork.
OF_GLIBC, OF_MUSL, OF_FORK, OF_VFORK = 0x3D0F00, 0x7D0F00, 0x1200011, 0x4111
CLONE_NEWUSER, CLONE_NEWNS, CLONE_PTRACE = 0x10000000, 0x00020000, 0x2000

NUMBERS = {
    "x86_64": {"openat": 257, "clone": 56, "clone3": 435, "openat2": 437, "fcntl": 72, "ioctl": 16}
    | {"prctl": 157, "prlimit64": 302, "kill": 62, "tgkill": 234},
    "aarch64": {"openat": 56, "clone": 220, "clone3": 435, "openat2": 437, "fcntl": 25, "ioctl": 29}
    | {"prctl": 167, "prlimit64": 261, "kill": 129, "tgkill": 131},
}
# For each call, its numbers on x86_64 and on aarch64.
NEEDED = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "newfstatat": (262, 79),
    "getdents64": (217, 61),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mprotect": (10, 226),
    "brk": (12, 214),
    "futex": (202, 98),
    "rseq": (334, 293),
    "set_robust_list": (273, 99),
    "rt_sigaction": (13, 134),
    "rt_sigreturn": (15, 139),
    "sched_getaffinity": (204, 123),
    "clock_nanosleep": (230, 115),
    "getrandom": (318, 278),
    "gettid": (186, 178),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
FORBIDDEN = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "sendto": (44, 206),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "fchownat": (260, 54),
    "renameat2": (316, 276),
    "unlinkat": (263, 35),
    "mkdirat": (258, 34),
    "mknodat": (259, 33),
    "symlinkat": (266, 36),
    "linkat": (265, 37),
    "truncate": (76, 45),
    "ftruncate": (77, 46),
    "utimensat": (280, 88),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "mount": (165, 40),
    "move_mount": (429, 429),
    "setns": (308, 268),
    "unshare": (272, 97),
    "memfd_create": (319, 279),
    "open_by_handle_at": (304, 265),
    "flock": (73, 32),
    "inotify_init1": (294, 26),
    "personality": (135, 92),
    "setrlimit": (160, 164),
    "setuid": (105, 146),
    "setsid": (112, 157),
    "seccomp": (317, 277),
    "landlock_create_ruleset": (444, 444),
}
OF_ONE_MACHINE_ONLY = {
    "fork": 57,
    "vfork": 58,
    "creat": 85,
    "rename": 82,
    "unlink": 87,
    "chmod": 90,
    "mkdir": 83,
    "link": 86,
    "symlink": 88,
}


def judged(machine, number, *arguments, architecture=None):
    """Interpret the filter for one call, as the kernel does, and return its verdict."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    architecture = architecture or ARCHITECTURES[machine]
    data = struct.pack("=iIQ6Q", number, architecture, 0, *(value % 2**64 for value in padded))
    code = seccomp.program(machine, PID)
    accumulator = position = 0
    while True:
        operation, jump_if, jump_else, value = code[position]
        position += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, value)
            case 0x15:
                position += jump_if if accumulator == value else jump_else
            case 0x35:
                position += jump_if if accumulator >= value else jump_else
            case 0x45:
                position += jump_if if accumulator & value else jump_else
            case 0x06:
                return value
            case _:
                raise ValueError(f"no instruction {operation:#x} that the filter should have")


machines = pytest.mark.parametrize("machine", ARCHITECTURES)


@machines
@pytest.mark.parametrize("name", NEEDED)
def test_what_computing_needs_is_allowed(machine, name):
    """A refused call would break numpy in ways that are hard to find."""
    number = NEEDED[name][list(ARCHITECTURES).index(machine)]
    assert judged(machine, number, *[2**64 - 1] * 6) == ALLOW


@machines
@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_reaches_out_is_refused(machine, name):
    """Python turns this error into ``PermissionError``, which the grader reports as forbidden."""
    number = FORBIDDEN[name][list(ARCHITECTURES).index(machine)]
    assert judged(machine, number) == REFUSE


@pytest.mark.parametrize("name", OF_ONE_MACHINE_ONLY)
def test_older_calls_are_refused_too(name):
    """x86_64 has older calls with the same effect, which aarch64 never had."""
    assert judged("x86_64", OF_ONE_MACHINE_ONLY[name]) == REFUSE


@machines
@pytest.mark.parametrize(
    ("name", "arguments", "verdict"),
    [
        ("openat", (-100, 0, 0), ALLOW),
        ("openat", (-100, 0, O_CLOEXEC), ALLOW),
        ("openat", (-100, 0, O_WRONLY), REFUSE),
        ("openat", (-100, 0, O_RDWR | O_CLOEXEC), REFUSE),
        ("openat", (-100, 0, O_CREAT), REFUSE),
        ("openat", (-100, 0, O_TRUNC), REFUSE),
        ("openat", (-100, 0, O_PATH), REFUSE),
        ("openat", (-100, 0, 0o20000000), REFUSE),
        ("openat2", (), NOT_THERE),
        ("clone3", (), NOT_THERE),
        ("clone", (OF_GLIBC,), ALLOW),
        ("clone", (OF_MUSL,), ALLOW),
        ("clone", (OF_FORK,), REFUSE),
        ("clone", (OF_VFORK,), REFUSE),
        ("clone", (0,), REFUSE),
        ("clone", (OF_GLIBC | CLONE_NEWUSER,), REFUSE),
        ("clone", (OF_GLIBC | CLONE_NEWNS,), REFUSE),
        ("clone", (OF_GLIBC | CLONE_PTRACE,), REFUSE),
        ("fcntl", (3, 1), ALLOW),
        ("fcntl", (3, 1030), ALLOW),
        ("fcntl", (3, 6), REFUSE),
        ("fcntl", (3, 7), REFUSE),
        ("fcntl", (3, 8), REFUSE),
        ("fcntl", (3, 37), REFUSE),
        ("fcntl", (3, 1024), REFUSE),
        ("fcntl", (3, 1033), REFUSE),
        ("ioctl", (0, 0x5401), ALLOW),
        ("ioctl", (0, 0x5412), REFUSE),
        ("prctl", (15,), ALLOW),
        ("prctl", (1,), REFUSE),
        ("prctl", (4, 1), REFUSE),
        ("prlimit64", (0, 7, 0, 4096), ALLOW),
        ("prlimit64", (0, 7, 4096, 0), REFUSE),
        ("prlimit64", (0, 7, 2**32, 0), REFUSE),
        ("prlimit64", (1, 7, 0, 4096), REFUSE),
        ("kill", (PID, 9), ALLOW),
        ("kill", (PID + 1, 9), REFUSE),
        ("kill", (0, 9), REFUSE),
        ("kill", (-1, 9), REFUSE),
        ("tgkill", (PID, PID, 6), ALLOW),
        ("tgkill", (PID + 1, PID, 6), REFUSE),
    ],
)
def test_some_calls_are_judged_by_their_arguments(machine, name, arguments, verdict):
    """One call can be harmless or not, depending on its arguments."""
    assert judged(machine, NUMBERS[machine][name], *arguments) == verdict


@pytest.mark.parametrize(
    ("flags", "verdict"), [(0, ALLOW), (O_CLOEXEC, ALLOW), (O_WRONLY, REFUSE), (O_CREAT, REFUSE)]
)
def test_the_older_open_is_judged_alike(flags, verdict):
    """Its flags are the second argument, not the third."""
    assert judged("x86_64", 2, 0, flags) == verdict


@pytest.mark.parametrize(
    ("machine", "architecture"),
    [("x86_64", I386), ("aarch64", ARM), ("x86_64", 0xC00000B7), ("aarch64", 0xC000003E)],
)
def test_calls_of_another_architecture_end_the_process(machine, architecture):
    """Their numbers mean other calls."""
    assert judged(machine, 0, architecture=architecture) == KILL


@pytest.mark.parametrize("number", [X32, X32 + 1, X32 + 520, 2**31 - 1, -1])
def test_calls_of_the_x32_convention_end_the_process(number):
    """They are the same calls under other numbers."""
    assert judged("x86_64", number) == KILL


@machines
def test_nothing_else_is_allowed(machine):
    """The number of allowed calls must be that of the table."""
    allowed = {number for number in range(1024) if judged(machine, number) == ALLOW}
    listed = set(seccomp.numbers(machine).values())
    refused_with_zeros = {"clone", "clone3", "openat2", "ioctl", "prctl", "kill", "tgkill"}
    assert allowed == listed - {NUMBERS[machine][name] for name in refused_with_zeros}


def headers(machine):
    """Read the kernel's own table, if the headers are installed."""
    names = {
        "x86_64": ["x86_64-linux-gnu/asm/unistd_64.h", "asm/unistd_64.h"],
        "aarch64": ["asm-generic/unistd.h"],
    }
    for path in (Path("/usr/include", name) for name in names[machine]):
        if path.is_file():
            found = re.findall(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)\s*$", path.read_text(), re.M)
            table = {name: int(number) for name, number in found}
            return table | {"newfstatat": table.get("fstatat", table.get("newfstatat"))}
    return None


@machines
def test_the_numbers_are_those_of_the_kernels_headers(machine):
    """A wrong number would allow another call. The headers may lack newer calls."""
    table = headers(machine)
    if table is None:
        pytest.skip("the kernel's headers are not installed")
    known = {name: number for name, number in seccomp.numbers(machine).items() if name in table}
    assert known == {name: table[name] for name in known}
    assert len(known) > 70
