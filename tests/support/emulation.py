"""Execution of a command as an ordinary user, or as in a Docker container.

This emulates what the kernel enforces on such a process: its user, its capabilities, and the system
calls that Docker's filter refuses. Only root can give these up.
"""

import ctypes
import errno
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

# If this file runs as a script, these can be imported only from here on.
from backproof.sandbox import seccomp, syscalls, users  # noqa: E402

NOBODY = 65534

# chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service, net_raw,
# sys_chroot, mknod, audit_write, setfcap
_DOCKER_KEEPS = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
# name, number on x86_64, number on aarch64
_DOCKER_REFUSES = """
    unshare 272 97, setns 308 268, mount 165 40, umount2 166 39, pivot_root 155 41,
    open_tree 428 428, move_mount 429 429, fsopen 430 430, fsconfig 431 431, fsmount 432 432,
    fspick 433 433, mount_setattr 442 442, keyctl 250 219, add_key 248 217, request_key 249 218,
    bpf 321 280, perf_event_open 298 241, userfaultfd 323 282, open_by_handle_at 304 265,
    io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427,
    mbind 237 235, set_mempolicy 238 237, quotactl 179 60, acct 163 89, swapon 167 224,
    reboot 169 142, init_module 175 105, finit_module 313 273, delete_module 176 106,
    kexec_load 246 104, settimeofday 164 170, clock_settime 227 112
"""
_CLONE, _CLONE3, _NEW_NAMESPACES = {"x86_64": 56, "aarch64": 220}, 435, 0x7E020000
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_PR_CAPBSET_DROP, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 24, 47, 2


def as_unprivileged(argv, **keywords):
    """Run a command as the user "nobody", without capabilities.

    If others cannot enter the interpreter's folder, the command keeps the capability to read it.
    """
    return _run(argv, {"unprivileged": True}, keywords)


def in_container(argv, unprivileged=False, **keywords):
    """Run a command with the rights of root, or of another user, in a Docker container."""
    return _run(argv, {"container": True, "unprivileged": unprivileged}, keywords)


def reason_not_possible():
    """Return why nothing can be emulated here; None if it can."""
    if sys.platform != "linux":
        return f"emulates Linux only, not {sys.platform}"
    if os.uname().machine not in _CLONE:
        return f"no system call numbers for {os.uname().machine}"
    return (
        None if syscalls.has_capability(syscalls.CAP_SYS_ADMIN) else "only root can become another"
    )


def _run(argv, settings, keywords):
    command = [sys.executable, "-I", "-S", "-B", __file__, json.dumps(settings), *map(str, argv)]
    options = {"capture_output": True, "text": True, "check": False, "timeout": 120, "cwd": ROOT}
    return subprocess.run(command, **{**options, **keywords})


def _become(container=False, unprivileged=False):
    needed = [str(Path(sys.executable).resolve()), os.__file__, str(ROOT)]
    kept = {syscalls.CAP_DAC_READ_SEARCH} if users.first_shut(NOBODY, needed) else set()
    if container:
        seccomp.load(_docker_filter())  # without giving up new privileges, as Docker does
        _bound(_DOCKER_KEEPS | kept)
    if unprivileged:
        os.setgroups([])
        syscalls.keep_capabilities_with_next_user()
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        _hand_on(kept)


def _docker_filter():
    machine = os.uname().machine
    numbers = [row.split()[1 + (machine == "aarch64")] for row in _DOCKER_REFUSES.split(",")]
    code = [(0x20, 0, 0, 0), (0x15, 0, 1, _CLONE3), (0x06, 0, 0, _FAIL | errno.ENOSYS)]
    code += [
        line
        for number in map(int, numbers)
        for line in ((0x15, 0, 1, number), (0x06, 0, 0, _FAIL | errno.EPERM))
    ]
    code += [(0x15, 0, 3, _CLONE[machine]), (0x20, 0, 0, 16), (0x45, 0, 1, _NEW_NAMESPACES)]
    return [*code, (0x06, 0, 0, _FAIL | errno.EPERM), (0x06, 0, 0, _ALLOW)]


def _bound(kept):
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for number in set(range(last + 1)) - kept:
        syscalls.prctl(_PR_CAPBSET_DROP, number)


def _hand_on(kept):
    """Keep only these capabilities, also in the program that is run."""
    bits = sum(1 << number for number in kept)
    header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))
    data = ctypes.create_string_buffer(struct.pack("=6I", bits, bits, bits, 0, 0, 0))
    syscalls.call("capset", ctypes.addressof(header), ctypes.addressof(data))
    for number in kept:
        syscalls.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, number)


if __name__ == "__main__":
    _become(**json.loads(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
