"""Notice that something in a submission may have changed: a process of its own watches for it."""

from __future__ import annotations

import contextlib
import select
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from backproof.about import INSTALL_ROOT
from backproof.errors import UserError

# Folders, which have no suffix, come and go with what is in them.
_SUFFIXES = (".py", ".ipynb", ".zip", "")
# Programs save a file in several steps; what follows within this time is one change.
_STEP_MS, _DEBOUNCE_MS, _TIMEOUT_MS = 30, 300, 1000
_CHANGED, _NOTHING = b"!", b"."


class Changes:
    """Tells when a file of a submission may have changed, until it is closed.

    Args:
        path: The submission: a folder or a file.

    Raises:
        UserError: The package that watches files is not installed.

    """

    def __init__(self, path: Path) -> None:
        if find_spec("watchfiles") is None:
            raise UserError('--watch needs a package more: pip install "backproof[watch]"')
        # Not a fork, as what watches has threads, and not -m, which would look for modules in the
        # present folder: a student's.
        program = (
            "import sys; sys.path.append(sys.argv[1]); "
            "from backproof.watch.file_changes import tell; tell(sys.argv[2])"
        )
        root = str(INSTALL_ROOT)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", program, root, str(path.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for us
            bufsize=0,
        )
        assert self._process.stdout is not None
        self._said = self._process.stdout
        self._ready = False

    @property
    def descriptor(self) -> int:
        """What becomes readable when there is something to tell."""
        return self._said.fileno()

    def waiting(self) -> bool:
        """Tell whether there is something to read now; only where pipes can be asked."""
        return bool(select.select([self._said], [], [], 0)[0])

    def read(self) -> bool:
        """Wait for what there is to tell; whether anything may have changed.

        Raises:
            UserError: The folder cannot be watched any more.
        """
        said = self._said.read(4096)
        if not said:
            _, why = self._process.communicate()
            last = why.decode(errors="replace").strip().rpartition("\n")[2]
            raise UserError(f"--watch cannot go on: {last or 'its watcher has ended'}")
        # What changed before it began to watch was not noticed.
        first, self._ready = not self._ready, True
        return first or _CHANGED in said

    def close(self) -> None:
        """End the process that watches."""
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Changes:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def tell(path: str) -> None:
    """Watch a folder or a file; say on standard output when something may have changed."""
    from watchfiles import watch

    target = Path(path)
    is_folder = target.is_dir()

    def concerns(_change: object, name: str) -> bool:
        file = Path(name)
        return file.suffix.lower() in _SUFFIXES if is_folder else file.name == target.name

    changes = watch(
        # A file is replaced by some programs, so it is its folder that is watched.
        target if is_folder else target.parent,
        recursive=is_folder,
        watch_filter=concerns,
        step=_STEP_MS,
        debounce=_DEBOUNCE_MS,
        rust_timeout=_TIMEOUT_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
    with contextlib.suppress(BrokenPipeError):  # nobody wants to know any more
        for found in changes:
            sys.stdout.buffer.write(_CHANGED if found else _NOTHING)
            sys.stdout.buffer.flush()
