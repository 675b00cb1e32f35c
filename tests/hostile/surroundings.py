"""Targets of the hostile submissions, and a report on what they changed."""

import contextlib
import os
import shutil
import signal
import socket
import tempfile
import time
from pathlib import Path

from tests.hostile.corpus import honest_submission

ROOT = Path(__file__).resolve().parents[2]


class Surroundings:
    """Results, files and processes that a submission must not change, before and after it ran.

    A folder of its own holds the results, somebody else's submission and the submission itself,
    all open to everybody, so that nothing but confinement protects them.
    """

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="backproof-hostile-"))
        self.submission, self.grader, self._other = (
            self.folder / name for name in ("submission", "grader", "classmate")
        )
        for folder in (self.folder, self.submission, self.grader, self._other):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o777)
        self._results = self.grader / "results.json"
        self._results.write_text('{"score": 0}')
        self._results.chmod(0o666)
        _write_submission(self._other, honest_submission("all"))
        self._before = os.getcwd()
        self._expected = set()
        os.chdir(self.grader)
        self._listen()
        return self

    def __exit__(self, *_exception):
        for listener in self._listeners.values():
            listener.close()
        os.chdir(self._before)
        shutil.rmtree(self.folder, ignore_errors=True)
        for path in self._namesakes():
            path.unlink()

    def hand_in(self, files):
        """Write the reference's modules, replaced by these files; return the folder.

        It is told all that an attacker could wish to know, in a module ``target``.
        """
        targets = {
            "ROOT": str(ROOT),
            "FOLDER": str(self.grader),
            "RESULTS": str(self._results),
            "CLASSMATE": str(self._other / "losses.py"),
            "MARK": self.folder.name,
            "GRADER": os.getpid(),
            "PORT": self._listeners["tcp"].getsockname()[1],
            "LOCAL": str(self.grader / "local"),
        }
        helper = "".join(f"{name} = {value!r}\n" for name, value in targets.items())
        _write_submission(self.submission, {**files, "target.py": helper})
        self._files = self._all_files()
        self._status = self._results.stat()
        return self.submission

    def expect_what_runs(self):
        """Expect the processes that have been started so far, as they are the grader's."""
        self._expected = set(_descendants())

    def traces(self):
        """Return what was changed, left behind or sent."""
        return {
            "results": "kept" if self._results_are_kept() else "changed",
            "processes": leftover_processes(self._expected),
            "files": sorted(self._all_files() ^ self._files),
            "heard": [name for name, listener in self._listeners.items() if _heard(listener)],
        }

    def _listen(self):
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(tcp.getsockname())
        local, abstract = (socket.socket(socket.AF_UNIX) for _ in range(2))
        local.bind(str(self.grader / "local"))
        abstract.bind(f"\0{self.grader / 'local'}")
        os.chmod(self.grader / "local", 0o777)
        local.listen()
        abstract.listen()
        self._listeners = {"tcp": tcp, "udp": udp, "local": local, "abstract": abstract}

    def _results_are_kept(self):
        try:
            kept = self._results.lstat()
            same = (kept.st_ino, kept.st_mode, kept.st_mtime_ns) == (
                self._status.st_ino,
                self._status.st_mode,
                self._status.st_mtime_ns,
            )
            return same and self._results.read_bytes() == b'{"score": 0}'
        except OSError:
            return False

    def _all_files(self):
        """Return all files in the folder, and those elsewhere whose names contain its name."""
        return {str(path) for path in (*self.folder.rglob("*"), *self._namesakes())}

    def _namesakes(self):
        homes = {"/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/", str(Path.home())}
        found = [path for home in homes for path in Path(home).glob(f"*{self.folder.name}*")]
        return [path for path in found if path != self.folder]


def _write_submission(folder, files):
    for file in (ROOT / "reference").glob("*.py"):
        shutil.copyfile(file, folder / file.name)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _heard(listener):
    listener.setblocking(False)
    try:
        if listener.type == socket.SOCK_DGRAM:
            return bool(listener.recv(1))
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def leftover_processes(expected=frozenset()):
    """Return the names of other descendants of this process that still run, and end them."""
    deadline = time.monotonic() + 0.5
    while (left := _descendants(expected)) and time.monotonic() < deadline:
        time.sleep(0.01)
    for number in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    return list(left.values())


def _descendants(expected=frozenset()):
    """Return the descendants of this process, orphans included, as it is a subreaper."""
    parents, names = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            number, _, rest = entry.read_text().partition(" (")
            name, _, fields = rest.rpartition(") ")
            state, parent = fields.split()[:2]
            if state != "Z":
                parents[int(number)], names[int(number)] = int(parent), name
    found = {os.getpid()}
    while more := {n for n, parent in parents.items() if parent in found} - found:
        found |= more
    return {number: names[number] for number in found - {os.getpid()} - expected}
