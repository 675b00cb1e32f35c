"""A fork of this process that exchanges JSON messages with it."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from backproof.sandbox import syscalls

_CHUNK_BYTES = 2**16
# A message is sent as a whole, so its parts follow one another at once.
_SECONDS_FOR_MESSAGE = 60.0
# The exit code of a process that Ctrl-C ends, as shells report it.
_INTERRUPTED = 130


class Exit(NamedTuple):
    """The end of a forked process.

    Attributes:
        code: Its exit code, or the negative number of the signal that ended it.
        cpu_seconds: The processor time that it used.

    """

    code: int
    cpu_seconds: float


class Connection:
    """One end of a connection that carries JSON messages."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    @property
    def descriptor(self) -> int:
        """A descriptor that becomes readable when a message comes, or the other process ends."""
        return self._end.fileno()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message; ``OSError`` if the other process has ended."""
        # The text is ASCII, because a path may contain bytes that are not UTF-8.
        data = json.dumps(message, allow_nan=False).encode("ascii")
        self._end.sendall(len(data).to_bytes(8, "little") + data)

    def receive(self) -> dict[str, Any]:
        """Wait for a message; ``OSError`` or ``ValueError`` if the other process has ended."""
        size = int.from_bytes(self._exactly(8), "little")
        message: dict[str, Any] = json.loads(self._exactly(size))
        return message

    def _exactly(self, size: int) -> bytes:
        chunks = []
        while size:
            chunk = self._end.recv(min(size, _CHUNK_BYTES))
            if not chunk:
                raise OSError("the other process has ended")
            chunks.append(chunk)
            size -= len(chunk)
        return b"".join(chunks)

    def close(self) -> None:
        """Close this end."""
        self._end.close()


class ForkedProcess:
    """A fork of this process, the leader of a process group of its own.

    Args:
        work: Called in the fork with its end of the connection; the fork ends when it returns. An
            exception is printed, and the fork ends with exit code 1.

    Attributes:
        connection: Our end of the connection.

    """

    # Our ends of all open connections: a fork closes its copies, so that the other forks notice
    # when we end.
    _open: ClassVar[set[Connection]] = set()

    def __init__(self, work: Callable[[Connection], object]) -> None:
        ours, theirs = socket.socketpair()
        self.connection = Connection(ours)
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        # A fork calls functions of the standard library, which would lose a KeyboardInterrupt.
        unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        self._pid = os.fork()
        if not self._pid:
            # The parent decides when this process ends.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
            for other in (self.connection, *self._open):
                other.close()
            _run(work, Connection(theirs), parent)
        theirs.close()
        ours.settimeout(_SECONDS_FOR_MESSAGE)
        self._open.add(self.connection)
        # Both processes set the group: either may be the first to need it.
        with contextlib.suppress(OSError):
            os.setpgid(self._pid, self._pid)
        signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)

    @property
    def exit_code(self) -> int:
        """The exit code of the process; this waits for its end."""
        status = os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT)
        assert status is not None
        return status.si_status if status.si_code == os.CLD_EXITED else -status.si_status

    def close(self) -> Exit:
        """End the process and all that it has started in its group."""
        self._open.discard(self.connection)
        self.connection.close()
        with contextlib.suppress(OSError):
            os.killpg(self._pid, signal.SIGKILL)
        _, status, usage = os.wait4(self._pid, 0)
        return Exit(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime)


def _run(work: Callable[[Connection], object], connection: Connection, parent: int) -> None:
    """Run ``work`` in the forked process, and exit."""
    code = 1
    try:
        os.setpgid(0, 0)
        faulthandler.disable()  # the parent reports a crash
        if sys.platform == "linux":
            syscalls.set_death_signal(signal.SIGKILL)
        if os.getppid() != parent:  # the parent ended before the death signal was set
            os._exit(code)
        work(connection)
        code = 0
    except OSError:  # the parent has closed the connection
        code = 0
    except KeyboardInterrupt:  # raised by the code that is run, as SIGINT is ignored
        code = _INTERRUPTED
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
