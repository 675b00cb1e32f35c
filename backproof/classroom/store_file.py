"""The file that a store is in: found whole, held against others, set aside, its troubles told."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from backproof.errors import UserError
from backproof.printable import printable

VERSION = 1  # of the tables in ``store.py``
APPLICATION = 0x42707266  # in the file's header: tells a store from other databases

GO_ON = "give another --out folder, or --fresh to begin again (what is there is set aside)"
_GRADING = (
    "is in use by another backproof grade: wait until that ends, or give another --out folder"
)
_IN_USE = "is in use by another program: close that, then run this again"
_DAMAGED = f"is damaged: restore it from a copy, or {GO_ON}"
_OTHER = f"is something else than a store of results: {GO_ON}"
_UNUSABLE = (
    "cannot be read and written ({}): see that its folder may be written to and that the disk has"
    " space; what was saved before is kept"
)
_TROUBLES = {
    sqlite3.SQLITE_BUSY: _IN_USE,
    sqlite3.SQLITE_NOTADB: _OTHER,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_ERROR: _DAMAGED,  # a table is missing
}
_MAGIC = b"SQLite format 3\0"  # SQLite alters what lies beside a file even if it has another
# What SQLite may keep beside a file; the file itself comes last.
_PARTS = ("-journal", "-wal", "-shm", "")


@contextlib.contextmanager
def opened_file(path: Path, resume: bool) -> Iterator[sqlite3.Connection]:
    """Open a file that is a store or has nothing in it yet, while no other grader may."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"the folder {printable(path.parent)} cannot be made ({error.strerror}): give another"
            " --out folder"
        ) from None
    with contextlib.ExitStack() as held:
        with explained(path, in_use=_GRADING):
            lock = held.enter_context(_connection(_beside(path, ".lock"), timeout=0.0))
            lock.execute("PRAGMA journal_mode = MEMORY")  # no further file beside it
            lock.execute("BEGIN EXCLUSIVE")
        if not resume:
            _set_aside(path)
        with explained(path):
            database = held.enter_context(_connection(path))
            _check(path, database)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
        yield database


@contextlib.contextmanager
def _connection(path: Path, timeout: float = 5.0) -> Iterator[sqlite3.Connection]:
    # No isolation level: transactions begin where this module says so.
    database = sqlite3.connect(path, timeout=timeout, isolation_level=None)
    database.text_factory = lambda text: text.decode("utf-8", "surrogatepass")
    try:
        yield database
    finally:
        database.close()


def _check(path: Path, database: sqlite3.Connection) -> None:
    """See, before anything is written, that a file is an undamaged store or has nothing in it."""
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        if application or version or database.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise UserError(f"{printable(path)} {_OTHER}")
        return
    if version != VERSION:
        raise UserError(
            f"{printable(path)} has version {version} of the store, and this Backproof reads "
            f"version {VERSION}: use the Backproof that wrote it, or {GO_ON}"
        )
    if database.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
        raise UserError(f"{printable(path)} {_DAMAGED}")


def _set_aside(path: Path) -> None:
    """Rename what is there, if anything is, to the first number that is free."""
    for number in itertools.count(1):
        aside = path.with_name(f"{path.stem}.{number}{path.suffix}")
        if not any(_beside(aside, part).exists() for part in _PARTS):
            break
    try:
        if path.exists() and _is_database(path):
            _complete(path)
        for part in _PARTS:
            if _beside(path, part).exists():
                _beside(path, part).rename(_beside(aside, part))
    except OSError as error:
        raise UserError(
            f"{printable(path)} cannot be set aside ({error.strerror}): close what uses it, or give"
            " another --out folder"
        ) from None


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _complete(path: Path) -> None:
    """Bring what is in the log into the file, if that can be done and nobody else uses it."""
    with explained(path), _connection(path) as database:
        try:
            database.execute("PRAGMA journal_mode = DELETE")
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if _code(error) == sqlite3.SQLITE_BUSY:
                raise


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


@contextlib.contextmanager
def explained(path: Path, in_use: str = _IN_USE) -> Iterator[None]:
    """Tell what SQLite reports so that it says what to do; a mistake of ours stays one."""
    try:
        yield
    except UnicodeDecodeError:
        raise UserError(f"{printable(path)} {_DAMAGED}") from None
    except sqlite3.Error as error:
        trouble = {**_TROUBLES, sqlite3.SQLITE_BUSY: in_use}.get(_code(error))
        if trouble is None and isinstance(error, sqlite3.OperationalError):
            trouble = _UNUSABLE.format(error)
        if trouble is None:
            raise
        raise UserError(f"{printable(path)} {trouble}") from None


def _code(error: Exception) -> int:
    """Give the kind of error; 0 if it is none of SQLite's, but of how it is used."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
