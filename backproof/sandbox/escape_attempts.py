"""Attacks that a disposable worker tries, to find out which of them its confinement stops.

The grader creates ``canaries`` as their targets: files, a process, addresses. No attack does harm
if it succeeds.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import secrets
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from backproof.sandbox import syscalls

if sys.platform != "win32":
    import resource

Targets = Mapping[str, Any]

_KEYCTL = {"x86_64": 250, "aarch64": 219}
_PTRACE_SEIZE = 0x4206  # does not stop the process, unlike PTRACE_ATTACH
_MAX_DESCRIPTORS = 4096


def _create(folder: str) -> None:
    path = Path(folder, f"backproof-probe-{os.getpid()}")
    path.touch(exist_ok=False)
    path.unlink()


def _memory(targets: Targets) -> None:
    with open(f"/proc/{targets['pid']}/mem", "r+b", buffering=0) as memory:
        memory.seek(targets["address"])
        memory.write(b"forged")


def _ptrace(targets: Targets) -> None:
    # Tracing ends with the thread that started it. If it went on, the next signal would stop the
    # grader for good.
    failures: list[OSError] = []

    def trace() -> None:
        try:
            syscalls.call("ptrace", _PTRACE_SEIZE, targets["pid"], 0, 0)
        except OSError as failure:
            failures.append(failure)

    thread = threading.Thread(target=trace)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def _process_vm(targets: Targets) -> None:
    mine = ctypes.create_string_buffer(1)
    vectors = (ctypes.c_size_t * 4)(ctypes.addressof(mine), 1, targets["address"], 1)
    local = ctypes.addressof(vectors)
    remote = local + 2 * ctypes.sizeof(ctypes.c_size_t)
    syscalls.call("process_vm_readv", targets["pid"], local, 1, remote, 1, 0)


def _prlimit(targets: Targets) -> None:
    limits = resource.prlimit(targets["pid"], resource.RLIMIT_NOFILE)
    resource.prlimit(targets["pid"], resource.RLIMIT_NOFILE, limits)


def _tcp(targets: Targets) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client:
        client.settimeout(1)
        client.connect(("127.0.0.1", targets["tcp"]))


def _udp(targets: Targets) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"?", ("127.0.0.1", targets["udp"]))


def _unix(targets: Targets) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(f"\0{targets['unix']}")


def _fork(_targets: Targets) -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)


def _exec_from_memory(_targets: Targets) -> None:
    with open(os.memfd_create("program", 0), "wb", buffering=0) as program:
        program.write(b"no program")
        _execute(program.fileno())


def _execute(program: str | int) -> None:
    """Run a file that is no program: the error for that means that running it is allowed."""
    try:
        os.execve(program, ["program"], {})
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise


def _keyring(_targets: Targets) -> None:
    own_keyring_of_the_user, create = -4, 1
    syscalls.syscall(_KEYCTL[os.uname().machine], 0, own_keyring_of_the_user, create)


def _shared_memory(_targets: Targets) -> None:
    segment = syscalls.call("shmget", 0, 4096, 0o1600)
    syscalls.call("shmctl", segment, 0, 0)


def _descriptors(_targets: Targets) -> None:
    for descriptor in range(5, _MAX_DESCRIPTORS):
        with contextlib.suppress(OSError):
            os.fstat(descriptor)
            return
    raise OSError(errno.EBADF, "no descriptor but its own")


PROBES: Mapping[str, Callable[[Targets], object]] = {
    "read a file in a private folder": lambda targets: Path(targets["private"]).read_bytes(),
    "read a file that all can read": lambda targets: Path(targets["public"]).read_bytes(),
    "overwrite a file": lambda targets: Path(targets["results"]).write_bytes(b"forged"),
    "change a file's mode": lambda targets: os.chmod(targets["results"], 0o666),
    "create a file for all": lambda targets: _create(targets["tmp"]),
    "create a file here": lambda _: _create(os.curdir),
    "read the grader's environment": lambda targets: Path(
        f"/proc/{targets['pid']}/environ"
    ).read_bytes(),
    "write the grader's memory": _memory,
    "trace the grader": _ptrace,
    "read the grader's memory": _process_vm,
    "signal the grader": lambda targets: os.kill(targets["pid"], 0),
    # Every process may send this signal to all others of its session.
    "continue the grader": lambda targets: os.kill(targets["pid"], signal.SIGCONT),
    "limit the grader": _prlimit,
    "connect by TCP": _tcp,
    "send by UDP": _udp,
    "connect by a Unix socket": _unix,
    "start a process": _fork,
    "run a program": lambda targets: _execute(targets["program"]),
    "run a program from memory": _exec_from_memory,
    "keep something in a keyring": _keyring,
    "keep something in shared memory": _shared_memory,
    "use an inherited descriptor": _descriptors,
    "see that a hidden file exists": lambda targets: os.stat(targets["private"]),
}
# The existence of a file is no secret, so this attempt may succeed.
STRICT = tuple(name for name in PROBES if name != "see that a hidden file exists")


def run_probes(targets: Targets) -> dict[str, bool]:
    """Try every attack from this process, which cannot be used afterwards.

    Args:
        targets: The targets that ``canaries`` yielded in the grader.

    Returns:
        For each name in ``PROBES`` whether the attack was stopped. On systems other than Linux no
        layer could stop it, so none is tried.

    """
    if sys.platform != "linux":
        return dict.fromkeys(PROBES, False)
    return {name: _stopped(attack, targets) for name, attack in PROBES.items()}


def _stopped(attack: Callable[[Targets], object], targets: Targets) -> bool:
    try:
        attack(targets)
    except OSError:
        return True
    return False


def level(probes: Mapping[str, bool]) -> str:
    """Return the level of confinement: "strict" if every attack was stopped, else "process"."""
    return "strict" if all(probes.get(name, False) for name in STRICT) else "process"


@contextlib.contextmanager
def canaries() -> Iterator[dict[str, Any]]:
    """Create a target for every attack in the grader; yield their paths, numbers and addresses."""
    if sys.platform != "linux":
        yield {}
        return
    memory = ctypes.create_string_buffer(16)
    name = f"backproof-{secrets.token_hex(8)}"
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="backproof-")))
        folder.chmod(0o755)
        Path(folder, "private").mkdir(mode=0o700)
        files = {
            "private": (Path(folder, "private", "answers"), 0o644),
            "public": (Path(folder, "answers"), 0o644),
            "results": (Path(folder, "results"), 0o666),
            "program": (Path(folder, "program"), 0o755),
        }
        for path, mode in files.values():
            path.write_bytes(b"no program")
            path.chmod(mode)
        tcp, udp, unix = (
            stack.enter_context(socket.socket(family, kind))
            for family, kind in (
                (socket.AF_INET, socket.SOCK_STREAM),
                (socket.AF_INET, socket.SOCK_DGRAM),
                (socket.AF_UNIX, socket.SOCK_STREAM),
            )
        )
        unix.bind(f"\0{name}")
        unix.listen()
        for listener in (tcp, udp):
            with contextlib.suppress(OSError):  # without a network there is nothing to attack
                listener.bind(("127.0.0.1", 0))
        tcp.listen()
        yield {
            **{key: str(path) for key, (path, _) in files.items()},
            "tmp": tempfile.gettempdir(),
            "pid": os.getpid(),
            "address": ctypes.addressof(memory),
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "unix": name,
        }
