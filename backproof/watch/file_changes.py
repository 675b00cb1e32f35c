"""Notice changes of a submission's files, by means of a subprocess that runs ``watchfiles``."""

from __future__ import annotations

import contextlib
import select
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from backproof.about import INSTALL_ROOT
from backproof.errors import UserError

# Suffixes of files that can be part of a submission. A folder has no suffix.
_SUFFIXES = (".py", ".ipynb", ".zip", "")
# Programs save a file in several steps. Changes within the debounce time are one change.
_STEP_MS, _DEBOUNCE_MS, _TIMEOUT_MS = 30, 300, 1000
_CHANGED, _UNCHANGED = b"!", b"."


class Changes:
    """Reports when a file of a submission may have changed, until it is closed.

    Args:
        path: The submission: a folder or a file.

    Raises:
        UserError: The package ``watchfiles`` is not installed.

    """

    def __init__(self, path: Path) -> None:
        if find_spec("watchfiles") is None:
            raise UserError('--watch needs one more package: pip install "backproof[watch]"')
        # The watcher has threads, so it cannot run in this process, which forks. Python's option
        # -m would import modules from the current folder, which may be the student's.
        program = (
            "import sys; sys.path.append(sys.argv[1]); "
            "from backproof.watch.file_changes import report_changes; report_changes(sys.argv[2])"
        )
        root = str(INSTALL_ROOT)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", program, root, str(path.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C must reach this process only
            bufsize=0,
        )
        assert self._process.stdout is not None
        self._messages = self._process.stdout
        self._is_ready = False

    @property
    def descriptor(self) -> int:
        """A descriptor that becomes readable when ``read`` would return at once."""
        return self._messages.fileno()

    def waiting(self) -> bool:
        """Return whether ``read`` would return at once; only on systems that can select pipes."""
        return bool(select.select([self._messages], [], [], 0)[0])

    def read(self) -> bool:
        """Wait for the next message of the watcher; return whether a file may have changed.

        Raises:
            UserError: The folder cannot be watched any more.
        """
        messages = self._messages.read(4096)
        if not messages:
            _, errors = self._process.communicate()
            last = errors.decode(errors="replace").strip().rpartition("\n")[2]
            raise UserError(f"--watch cannot continue: {last or 'its watcher has ended'}")
        # Changes before the first message may have happened before the watcher was ready.
        is_first, self._is_ready = not self._is_ready, True
        return is_first or _CHANGED in messages

    def close(self) -> None:
        """End the subprocess."""
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Changes:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def report_changes(path: str) -> None:
    """Watch a folder or a file, and write a byte to standard output after each change.

    Another byte is written at regular intervals without a change.
    """
    from watchfiles import watch

    target = Path(path)
    is_folder = target.is_dir()

    def is_relevant(_change: object, name: str) -> bool:
        file = Path(name)
        return file.suffix.lower() in _SUFFIXES if is_folder else file.name == target.name

    changes = watch(
        # Some programs save a file by replacing it. So its folder is watched.
        target if is_folder else target.parent,
        recursive=is_folder,
        watch_filter=is_relevant,
        step=_STEP_MS,
        debounce=_DEBOUNCE_MS,
        rust_timeout=_TIMEOUT_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
    with contextlib.suppress(BrokenPipeError):  # the parent has closed the pipe or ended
        for change in changes:
            sys.stdout.buffer.write(_CHANGED if change else _UNCHANGED)
            sys.stdout.buffer.flush()
